"""Whose access tokens let callers in, and what they allow."""

from urllib.parse import urlsplit

from pydantic import Field, field_validator

from okta_mcp.settings.names import names
from okta_mcp.settings.rights import Rights
from okta_mcp.settings.section import Section

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class IssuerOptions(Section):
    """OAuth: the issuer, and what its tokens allow."""

    auth_issuer: str | None = Field(
        None,
        validation_alias="OKTA_MCP_AUTH_ISSUER",
        description="Issuer whose access tokens are let in over HTTP: a custom authorization server of Okta, or any "
        "other issuer that publishes its keys.",
        examples=["https://example.okta.com/oauth2/default"],
    )
    auth_audience: str | None = Field(
        None,
        validation_alias="OKTA_MCP_AUTH_AUDIENCE",
        description="Audience that such a token must be for. Without it, the address of a door, as "
        "https://mcp.example.com/mcp.",
        examples=["api://okta-mcp"],
    )
    auth_scopes: tuple[str, ...] = Field(
        ("okta:read=read", "okta:write=write"),
        validation_alias="OKTA_MCP_AUTH_SCOPES",
        description="What each scope of a token allows, as SCOPE=RIGHTS; clients are told to ask for the first one to "
        "begin with.",
        examples=["okta:read=read,okta:write=write"],
    )
    auth_groups: tuple[str, ...] = Field(
        (),
        validation_alias="OKTA_MCP_AUTH_GROUPS",
        description="What each group of the caller allows at most, as GROUP=RIGHTS; a caller in none of them is "
        "allowed nothing. Without it the scopes alone decide.",
        examples=["Help Desk=read+users.write,Identity Team=write"],
    )
    auth_groups_claim: str = Field(
        "groups",
        validation_alias="OKTA_MCP_AUTH_GROUPS_CLAIM",
        description="Claim of the token that names the caller's groups.",
        examples=["groups"],
    )

    auth_list_reachable: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_AUTH_LIST_REACHABLE",
        description="List to a caller also the tools that further scopes of the token would give. A call of one sends "
        "the client for them; without it, an assistant does not hear of such tools.",
        examples=["true"],
    )

    _split_mappings = field_validator("auth_scopes", "auth_groups", mode="before")(names)

    @field_validator("auth_issuer")
    @classmethod
    def _auth_issuer(cls, value: str | None) -> str | None:
        if value is None:
            return None
        value = value.strip()  # a slash at the end is part of the name: it is compared letter by letter
        parts = urlsplit(value)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not secure or not parts.hostname or parts.query or parts.fragment or parts.username is not None:
            raise ValueError("it is no https address without query")
        return value

    @field_validator("auth_scopes", "auth_groups")
    @classmethod
    def _mappings(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _mapping(value)
        return value

    @property
    def scope_rights(self) -> dict[str, Rights]:
        """What each scope allows, in the operator's order."""
        return _mapping(self.auth_scopes)

    @property
    def group_rights(self) -> dict[str, Rights]:
        """What each group allows; empty when groups do not matter."""
        return _mapping(self.auth_groups)


def _mapping(texts: tuple[str, ...]) -> dict[str, Rights]:
    found: dict[str, Rights] = {}
    for text in texts:
        name, equals, rights = text.rpartition("=")
        if not equals or not name.strip():
            raise ValueError(f"{text[:60]!r} is not of the form NAME=RIGHTS")
        if name.strip() in found:
            raise ValueError(f"{name.strip()[:60]!r} is there twice")
        found[name.strip()] = Rights.parse(rights)
    return found
