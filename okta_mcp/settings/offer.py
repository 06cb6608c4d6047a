"""Which tools there are."""

from typing import Literal

from pydantic import Field, field_validator

from okta_mcp.settings.names import names
from okta_mcp.settings.section import Section

Toolset = Literal["users", "groups", "logs", "bulk"]


class OfferOptions(Section):
    """What clients are shown."""

    read_only: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_READ_ONLY",
        description="Offer only the tools that change nothing.",
        examples=["true"],
    )
    toolsets: tuple[Toolset, ...] = Field(
        (),
        validation_alias="OKTA_MCP_TOOLSETS",
        description="Groups of tools to offer: users, groups, logs, bulk. All of them if empty.",
        examples=["users,groups"],
    )
    tools: tuple[str, ...] = Field(
        (),
        validation_alias="OKTA_MCP_TOOLS",
        description="Single tools to offer besides those of the toolsets; with no toolsets, only these.",
        examples=["list_users,get_user"],
    )
    exclude_tools: tuple[str, ...] = Field(
        (),
        validation_alias="OKTA_MCP_EXCLUDE_TOOLS",
        description="Tools not to offer, whatever the other options say.",
        examples=["deactivate_user"],
    )
    output_schemas: bool = Field(
        default=True,
        validation_alias="OKTA_MCP_OUTPUT_SCHEMAS",
        description="Tell clients the shape of every tool's result. Off makes the list of tools smaller.",
        examples=["false"],
    )

    _split = field_validator("toolsets", "tools", "exclude_tools", mode="before")(names)
