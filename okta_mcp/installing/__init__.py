"""How MCP clients are told of this server: the entry each of them takes, where its file is, and putting it in."""

from okta_mcp.installing.clients import CLIENTS, Client
from okta_mcp.installing.entry import ADDRESS, KEY, TOKEN, Contribution, NoSuchEntryError, Reached, Started
from okta_mcp.installing.files import Written, put
from okta_mcp.installing.formats import NotMergedError, merged, written
from okta_mcp.installing.places import Machine

__all__ = [
    "ADDRESS",
    "CLIENTS",
    "KEY",
    "TOKEN",
    "Client",
    "Contribution",
    "Machine",
    "NoSuchEntryError",
    "NotMergedError",
    "Reached",
    "Started",
    "Written",
    "merged",
    "put",
    "written",
]
