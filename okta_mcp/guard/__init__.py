"""What stands between a model and a write, between the directory's text and the model, and before the log."""

from okta_mcp.guard.caller import LOCAL, SCOPE_KEY, Caller, asked_by, asking, caller_of
from okta_mcp.guard.codes import Codes, Verdict
from okta_mcp.guard.confirming import Confirming
from okta_mcp.guard.defusing import as_written, defused
from okta_mcp.guard.log import level_of_libraries, log_to
from okta_mcp.guard.neutral import Neutral, neutral, neutral_text, quoted
from okta_mcp.guard.owner import Owner
from okta_mcp.guard.pace import Limits, WritePace
from okta_mcp.guard.policy import Policy
from okta_mcp.guard.protection import Protection, Rules
from okta_mcp.guard.reach import Part, Reach, missing, served
from okta_mcp.guard.refused import Refused
from okta_mcp.guard.request import REQUEST_KEY, new_request_id, request, request_id, told_request_id
from okta_mcp.guard.standing import Standing

__all__ = [
    "LOCAL",
    "REQUEST_KEY",
    "SCOPE_KEY",
    "Caller",
    "Codes",
    "Confirming",
    "Limits",
    "Neutral",
    "Owner",
    "Part",
    "Policy",
    "Protection",
    "Reach",
    "Refused",
    "Rules",
    "Standing",
    "Verdict",
    "WritePace",
    "as_written",
    "asked_by",
    "asking",
    "caller_of",
    "defused",
    "level_of_libraries",
    "log_to",
    "missing",
    "neutral",
    "neutral_text",
    "new_request_id",
    "quoted",
    "request",
    "request_id",
    "served",
    "told_request_id",
]
