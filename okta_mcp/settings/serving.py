"""Where clients come in, and what is said of it."""

from typing import Literal

from pydantic import BaseModel, Field, field_validator

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class ServingOptions(BaseModel):
    """The doors and the log."""

    log_level: LogLevel = Field(
        "WARNING",
        validation_alias="OKTA_MCP_LOG_LEVEL",
        description="How much is logged to standard error: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
        examples=["INFO"],
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

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value
