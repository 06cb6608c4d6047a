"""The Okta Management API over HTTP. Knows nothing of MCP.

`OktaClient` sends requests to one org; the modules `users`, `groups`, `applications`, `logs` and `org` hold
one thin function for each endpoint; `objects` holds what they return and `errors` what they raise.
"""

from okta_mcp.okta.address import OrgAddress, OrgAddressError
from okta_mcp.okta.client import OktaClient, RateLimit, Reply, Timeouts, Wait
from okta_mcp.okta.errors import (
    Conflict,
    ConnectionLost,
    CredentialsRefused,
    Forbidden,
    InvalidRequest,
    LimitReached,
    NotFound,
    NotOkta,
    OktaApiError,
    OktaError,
    OktaTimeout,
    OktaUnreachable,
    PoolBusy,
    RateLimited,
    ServerFault,
    Unauthorized,
    UnreadableLink,
    UnsafePath,
)
from okta_mcp.okta.objects import Application, AppLink, Group, LogEvent, Org, Page, User, Written, inner
from okta_mcp.okta.pages import all_pages, each_page
from okta_mcp.okta.rehearsal import Unsent
from okta_mcp.okta.schedule import Priority, Standing
from okta_mcp.okta.shared import Shared
from okta_mcp.okta.witness import Witness

__all__ = [
    "AppLink",
    "Application",
    "Conflict",
    "ConnectionLost",
    "CredentialsRefused",
    "Forbidden",
    "Group",
    "InvalidRequest",
    "LimitReached",
    "LogEvent",
    "NotFound",
    "NotOkta",
    "OktaApiError",
    "OktaClient",
    "OktaError",
    "OktaTimeout",
    "OktaUnreachable",
    "Org",
    "OrgAddress",
    "OrgAddressError",
    "Page",
    "PoolBusy",
    "Priority",
    "RateLimit",
    "RateLimited",
    "Reply",
    "ServerFault",
    "Shared",
    "Standing",
    "Timeouts",
    "Unauthorized",
    "UnreadableLink",
    "UnsafePath",
    "Unsent",
    "User",
    "Wait",
    "Witness",
    "Written",
    "all_pages",
    "each_page",
    "inner",
]
