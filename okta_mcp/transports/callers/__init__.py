"""Who comes in through the HTTP doors: proven before either door hears of a request."""

from okta_mcp.transports.callers.admission import UNASKED, Admission, on_this_machine
from okta_mcp.transports.callers.entrance import Entrance
from okta_mcp.transports.callers.recognition import Recognition
from okta_mcp.transports.callers.tokens_file import TokensFile

__all__ = ["UNASKED", "Admission", "Entrance", "Recognition", "TokensFile", "on_this_machine"]
