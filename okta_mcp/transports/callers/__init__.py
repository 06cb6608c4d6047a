"""Who comes in through the HTTP doors: proven before either door hears of a request."""

from okta_mcp.transports.callers.admission import UNASKED, Admission, on_this_machine
from okta_mcp.transports.callers.entrance import Entrance, metadata_routes
from okta_mcp.transports.callers.issuer import Issuer
from okta_mcp.transports.callers.proof import Unreachable

__all__ = ["UNASKED", "Admission", "Entrance", "Issuer", "Unreachable", "metadata_routes", "on_this_machine"]
