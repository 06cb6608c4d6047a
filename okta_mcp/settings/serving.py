"""Where clients come in, what is said of it, and how much they may ask for."""

from typing import Literal

from pydantic import Field, field_validator

from okta_mcp.settings.section import Section

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["text", "json"]


class ServingOptions(Section):
    """The doors, their bounds, and the log."""

    log_level: LogLevel = Field(
        "WARNING",
        validation_alias="OKTA_MCP_LOG_LEVEL",
        description="How much is logged to standard error: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
        examples=["INFO"],
    )
    log_format: LogFormat = Field(
        "text",
        validation_alias="OKTA_MCP_LOG_FORMAT",
        description="How it is logged: text, or json for one object a line.",
        examples=["json"],
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="OKTA_MCP_HOST",
        description="Address to listen on, for the HTTP transports.",
        examples=["127.0.0.1"],
    )
    port: int = Field(
        8765,
        validation_alias="OKTA_MCP_PORT",
        description="Port to listen on, for the HTTP transports. 0 for any free one.",
        ge=0,
        le=65535,
        examples=["8765"],
    )
    call_seconds: float = Field(
        300.0,
        validation_alias="OKTA_MCP_CALL_SECONDS",
        description="Seconds that one call of a client may take, the answers of a person included; then it is stopped.",
        gt=0,
        le=86400,
        allow_inf_nan=False,
        examples=["300"],
    )
    drain_notice: float = Field(
        0.0,
        validation_alias="OKTA_MCP_DRAIN_NOTICE",
        description="Seconds for which connections are still taken after SIGTERM, while /readyz says 503 already.",
        ge=0,
        le=3600,
        allow_inf_nan=False,
        examples=["5"],
    )
    drain_seconds: float = Field(
        20.0,
        validation_alias="OKTA_MCP_DRAIN_SECONDS",
        description="Seconds that calls under way are given to end when the HTTP server is told to stop.",
        ge=0,
        le=3600,
        allow_inf_nan=False,
        examples=["20"],
    )
    max_request_bytes: int = Field(
        1_048_576,
        validation_alias="OKTA_MCP_MAX_REQUEST_BYTES",
        description="Size of an HTTP request's body above which it is refused with 413.",
        ge=1024,
        le=1_073_741_824,
        examples=["1048576"],
    )
    request_seconds: float = Field(
        15.0,
        validation_alias="OKTA_MCP_REQUEST_SECONDS",
        description="Seconds in which the head of an HTTP request has to arrive, or the connection is closed, and then "
        "its body, or it is refused with 408.",
        gt=0,
        le=3600,
        allow_inf_nan=False,
        examples=["15"],
    )
    max_requests: int = Field(
        256,
        validation_alias="OKTA_MCP_MAX_REQUESTS",
        description="HTTP requests answered at the same time, open streams apart; more are refused with 503. One "
        "caller who is known may have a quarter of them, and eight in any case; more are refused with 429.",
        ge=1,
        le=100_000,
        examples=["256"],
    )
    max_sessions: int = Field(
        1_000,
        validation_alias="OKTA_MCP_MAX_SESSIONS",
        description=(
            "Sessions of clients before protocol 2026-07-28 at the same time, and open streams of all clients; "
            "more are refused with 503. One caller who is known may hold a tenth of either, and eight in any case; "
            "more are refused with 429."
        ),
        ge=1,
        le=100_000,
        examples=["1000"],
    )
    session_seconds: float = Field(
        1_800.0,
        validation_alias="OKTA_MCP_SESSION_SECONDS",
        description="Seconds without a request after which such a session ends.",
        gt=0,
        le=604_800,
        allow_inf_nan=False,
        examples=["1800"],
    )
    stateless: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_STATELESS",
        description=(
            "Keep no sessions for clients before protocol 2026-07-28, so that any server can answer each request; "
            "such clients then cannot be asked anything, nor subscribe."
        ),
        examples=["true"],
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _log_format(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value
