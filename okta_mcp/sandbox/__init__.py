"""An Okta org in one process, reached only over HTTP."""

from okta_mcp.sandbox.journal import JournalEntry
from okta_mcp.sandbox.sandbox import Sandbox

__all__ = ["JournalEntry", "Sandbox"]
