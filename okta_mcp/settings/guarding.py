"""What stands before a write."""

from typing import Literal

from pydantic import BaseModel, Field

Confirm = Literal["destructive", "writes", "never"]
ConfirmBy = Literal["code", "person"]


class GuardingOptions(BaseModel):
    """Confirmation, and trying out."""

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
    dry_run: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_DRY_RUN",
        description="Answer every write with what it would do, and do nothing.",
        examples=["true"],
    )
