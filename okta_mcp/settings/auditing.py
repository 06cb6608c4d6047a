"""Whether and where it is written down who changed what."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from okta_mcp.settings.section import Section

OFF, STREAM = "off", "-"
"""What `audit_file` may say instead of a path."""


class AuditOptions(Section):
    """The audit trail."""

    audit_file: str | None = Field(
        None,
        validation_alias="OKTA_MCP_AUDIT_FILE",
        description="File that every write is recorded in, before it is done; {host} stands for the machine's name. "
        "`-` for standard output alone (standard error over stdio), `off` for none. Default: audit.jsonl in "
        "okta-mcp's directory of the user's state; none for the built-in sandbox.",
        examples=["/var/lib/okta-mcp/audit.jsonl"],
    )
    audit_stream: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_AUDIT_STREAM",
        description="Also write each entry to standard output (standard error over stdio), for a collector.",
        examples=["true"],
    )
    audit_key: SecretStr | None = Field(
        None,
        validation_alias="OKTA_MCP_AUDIT_KEY",
        description="Secret that the trail is sealed with. Without it, whoever can write the file can write a false "
        "trail that holds together.",
        examples=["at least 16 characters"],
    )
    audit_rotate: int = Field(
        64,
        validation_alias="OKTA_MCP_AUDIT_ROTATE",
        description="Size in megabytes at which the trail goes on in a next file.",
        ge=1,
        le=10_000,
        examples=["64"],
    )

    @field_validator("audit_key")
    @classmethod
    def _audit_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("it is shorter than 16 characters")
        return value

    @property
    def audit_kept(self) -> Literal["file", "stream", "off", "default"]:
        """Where the trail is to be kept."""
        match self.audit_file:
            case None:
                return "default"
            case "off" | "OFF" | "Off":
                return "off"
            case "-":
                return "stream"
        return "file"
