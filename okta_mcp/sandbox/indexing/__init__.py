"""The users by what they are looked up by, kept in step with every change of a user."""

from okta_mcp.sandbox.indexing.users import Users

__all__ = ["Users"]
