"""An MCP server through which a model administers an Okta organisation."""

__version__ = "0.1.0"
