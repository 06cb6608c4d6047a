"""The JSON documents that the org shows of its objects."""

from okta_mcp.sandbox.documents.apps import app_document, app_group_document, app_link_document, app_user_document
from okta_mcp.sandbox.documents.groups import group_document
from okta_mcp.sandbox.documents.realms import realm_document
from okta_mcp.sandbox.documents.rules import rule_document
from okta_mcp.sandbox.documents.schemas import group_schema_document, schema_document, user_type_document
from okta_mcp.sandbox.documents.users import (
    block_documents,
    credentials_document,
    user_document,
    user_etag,
    user_list_document,
)

__all__ = [
    "app_document",
    "app_group_document",
    "app_link_document",
    "app_user_document",
    "block_documents",
    "credentials_document",
    "group_document",
    "group_schema_document",
    "realm_document",
    "rule_document",
    "schema_document",
    "user_document",
    "user_etag",
    "user_list_document",
    "user_type_document",
]
