"""All options together."""

from typing import Any

from pydantic import ConfigDict, model_validator

from okta_mcp.settings.auditing import AuditOptions
from okta_mcp.settings.bulk import BulkOptions
from okta_mcp.settings.callers import CallerOptions
from okta_mcp.settings.guarding import GuardingOptions
from okta_mcp.settings.issuer import IssuerOptions
from okta_mcp.settings.offer import OfferOptions
from okta_mcp.settings.org import OrgOptions
from okta_mcp.settings.replicas import ReplicaOptions
from okta_mcp.settings.requests import RequestOptions
from okta_mcp.settings.serving import ServingOptions

SECTIONS = (
    OrgOptions,
    OfferOptions,
    GuardingOptions,
    RequestOptions,
    BulkOptions,
    AuditOptions,
    ServingOptions,
    CallerOptions,
    IssuerOptions,
    ReplicaOptions,
)
"""In the order of the docs."""


class Settings(
    OrgOptions,
    OfferOptions,
    GuardingOptions,
    RequestOptions,
    BulkOptions,
    AuditOptions,
    ServingOptions,
    CallerOptions,
    IssuerOptions,
    ReplicaOptions,
):
    """The options of one server."""

    model_config = ConfigDict(
        defer_build=False,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _unset_where_empty(cls, values: dict[str, Any]) -> dict[str, Any]:
        # Client configurations pass "" for what was left out in a form. An empty org or token is a mistake.
        kept = {"org_url", "OKTA_ORG_URL"}
        if not any(values.get(name) for name in ("client_id", "OKTA_CLIENT_ID")):
            kept |= {"api_token", "OKTA_API_TOKEN"}
        return {
            name: value
            for name, value in values.items()
            if name in kept or not (isinstance(value, str) and not value.strip())
        }
