"""What stands before a write."""

from typing import Literal

from pydantic import Field, field_validator

from okta_mcp.settings.names import names
from okta_mcp.settings.section import Section

Confirm = Literal["destructive", "writes", "never"]
ConfirmBy = Literal["code", "person"]
Names = tuple[str, ...]


class GuardingOptions(Section):
    """Confirmation, protection, limits, and trying out."""

    confirm: Confirm = Field(
        "destructive",
        validation_alias="OKTA_MCP_CONFIRM",
        description="What is confirmed before it is done: destructive for what no other call brings back, writes for "
        "every change, never for nothing.",
        examples=["writes"],
    )
    confirm_by: ConfirmBy = Field(
        "code",
        validation_alias="OKTA_MCP_CONFIRM_BY",
        description="Who confirms where the client cannot ask its person: code lets the caller repeat the call with a "
        "code from the preview, person refuses the call.",
        examples=["person"],
    )
    protect_users: Names = Field(
        (),
        validation_alias="OKTA_MCP_PROTECT_USERS",
        description="Users that no write may touch, by id or login. The user behind the credentials is always one.",
        examples=["ceo@example.com,breakglass@example.com"],
    )
    protect_members_of: Names = Field(
        (),
        validation_alias="OKTA_MCP_PROTECT_MEMBERS_OF",
        description="Groups, by id or exact name, whose members no write may touch. Costs a request each write.",
        examples=["Executives"],
    )
    protect_where: str | None = Field(
        None,
        validation_alias="OKTA_MCP_PROTECT_WHERE",
        description="Whom no write may touch, as an expression of Okta's user search.",
        examples=['profile.department eq "Executive"'],
    )
    protect_admins: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_PROTECT_ADMINS",
        description="Whether no write may touch who has an admin role. Costs a request each write.",
        examples=["true"],
    )
    protect_groups: Names = Field(
        (),
        validation_alias="OKTA_MCP_PROTECT_GROUPS",
        description="Groups, by id or exact name, whose members no write may change.",
        examples=["Okta Administrators"],
    )
    never_grant: Names = Field(
        (),
        validation_alias="OKTA_MCP_NEVER_GRANT",
        description="Groups, by id or exact name, that nobody may be put into.",
        examples=["VPN Admins"],
    )
    never_grant_admin: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_NEVER_GRANT_ADMIN",
        description="Whether nobody may be put into a group that gives admin rights. Costs a request each time.",
        examples=["true"],
    )
    writes_per_minute: int = Field(
        0,
        validation_alias="OKTA_MCP_WRITES_PER_MINUTE",
        description="How many writes are made in a minute at most, by all servers that share a Redis; 0 for any "
        "number.",
        ge=0,
        examples=["60"],
    )
    writes_per_caller: int = Field(
        0,
        validation_alias="OKTA_MCP_WRITES_PER_CALLER",
        description="How many writes one caller may have made in an hour; 0 for any number.",
        ge=0,
        examples=["200"],
    )
    dry_run: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_DRY_RUN",
        description="Answer every write with what it would do, and do nothing.",
        examples=["true"],
    )
    withhold_secrets: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_WITHHOLD_SECRETS",
        description="Show no one-time link and no temporary password, even where a call asks for it: such a call is "
        "refused, and says how Okta mails the link instead.",
        examples=["true"],
    )

    _parted = field_validator("protect_users", "protect_members_of", "protect_groups", "never_grant", mode="before")(
        names
    )
