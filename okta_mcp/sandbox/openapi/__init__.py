"""The sandbox's API described in OpenAPI 3.1, for tools that read such a document."""

from okta_mcp.sandbox.openapi.document import document_of

__all__ = ["document_of"]
