"""How Okta is asked."""

from pydantic import Field

from okta_mcp.settings.section import Section


class RequestOptions(Section):
    """The bounds of a call to Okta."""

    timeout: float = Field(
        60.0,
        validation_alias="OKTA_MCP_TIMEOUT",
        description="Seconds that one call to Okta may take, with all waiting and repetition.",
        gt=0,
        le=3600,
        allow_inf_nan=False,
        examples=["60"],
    )
    max_wait: float = Field(
        30.0,
        validation_alias="OKTA_MCP_MAX_WAIT",
        description="Seconds that one call may wait for Okta's rate limit. 0 to never wait.",
        ge=0,
        le=3600,
        allow_inf_nan=False,
        examples=["30"],
    )
    bulk_max_wait: float = Field(
        3600.0,
        validation_alias="OKTA_MCP_BULK_MAX_WAIT",
        description="The same for one request of a bulk run, which may wait for many windows of the limit.",
        ge=0,
        le=86400,
        allow_inf_nan=False,
        examples=["3600"],
    )
    rate_share: float = Field(
        1.0,
        validation_alias="OKTA_MCP_RATE_SHARE",
        description="Part of Okta's rate limits that may be used; the rest is left to other integrations.",
        gt=0,
        le=1,
        allow_inf_nan=False,
        examples=["0.5"],
    )
