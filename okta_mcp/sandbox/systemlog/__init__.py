"""The System Log of the sandbox: what happened in the org, and the questions Okta answers about it."""

from okta_mcp.sandbox.systemlog.query import self_params
from okta_mcp.sandbox.systemlog.store import LogPage, SystemLog

__all__ = ["LogPage", "SystemLog", "self_params"]
