"""The sandbox over HTTP beside the Okta API: looked into and steered at `/sandbox/`, by tests in any language."""

from okta_mcp.sandbox.control.app import controlled

__all__ = ["controlled"]
