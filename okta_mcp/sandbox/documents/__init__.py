"""The JSON documents that the org shows of its objects."""

from okta_mcp.sandbox.documents.apps import app_document, app_link_document, app_user_document
from okta_mcp.sandbox.documents.groups import group_document
from okta_mcp.sandbox.documents.users import (
    block_documents,
    credentials_document,
    user_document,
    user_etag,
    user_list_document,
)

__all__ = [
    "app_document",
    "app_link_document",
    "app_user_document",
    "block_documents",
    "credentials_document",
    "group_document",
    "user_document",
    "user_etag",
    "user_list_document",
]
