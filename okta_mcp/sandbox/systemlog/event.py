"""One entry of the System Log.

Source: Okta Management API, LogEvent.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from okta_mcp.sandbox.systemlog.event_types import event_type_named

__all__ = ["instant", "log_event"]

_UUIDS = uuid5(NAMESPACE_URL, "https://example.okta.com/api/v1/logs")
_MAXIMUM_REASON = 255


def instant(moment: datetime) -> str:
    """Write a moment as the System Log does: UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def log_event(  # one parameter for each part of the entry that differs
    number: int,
    event_type: str,
    *,
    published: datetime,
    actor: Mapping[str, Any],
    targets: Sequence[Mapping[str, Any]],
    outcome: str,
    reason: str | None,
    client: Mapping[str, Any] | None,
    transaction_id: str | None,
    request_uri: str | None,
    request_api_token_id: str | None,
    display_message: str | None,
    severity: str | None,
    debug_data: Mapping[str, str] | None,
) -> dict[str, Any]:
    """Build a complete LogEvent, its keys in Okta's order; the arguments are those of `SystemLog.record`."""
    kind = event_type_named(event_type)
    failed = outcome in {"FAILURE", "DENY"}
    uuid = str(uuid5(_UUIDS, str(number)))
    request_id = transaction_id or uuid.replace("-", "")
    session = f"trs{request_id[:22]}"
    debug: dict[str, str] = {"requestId": request_id}
    if request_uri is not None:
        debug |= {"requestUri": request_uri, "url": f"{request_uri}?"}
    who = _client(client or {})
    return {
        "actor": _party(actor),
        "client": who,
        "device": None,
        "authenticationContext": {
            "authenticationProvider": None,
            "credentialProvider": None,
            "credentialType": None,
            "issuer": None,
            "interface": None,
            "authenticationStep": 0,
            "rootSessionId": session,
            "externalSessionId": session,
        },
        "displayMessage": display_message or kind.message,
        "eventType": event_type,
        "outcome": {"result": outcome, "reason": None if reason is None else reason[:_MAXIMUM_REASON]},
        "published": instant(published),
        "securityContext": {"asNumber": None, "asOrg": None, "isp": None, "domain": None, "isProxy": None},
        "severity": severity or ("WARN" if failed else kind.severity),
        "debugContext": {"debugData": {**debug, **(debug_data or {})}},
        "legacyEventType": (failed and kind.legacy_failure) or kind.legacy,
        "transaction": {
            # What no request caused, a job of the org did.
            "type": "JOB" if transaction_id is None else "WEB",
            "id": request_id,
            "detail": {} if request_api_token_id is None else {"requestApiTokenId": request_api_token_id},
        },
        "uuid": uuid,
        "version": "0",
        "request": {"ipChain": _chain(who)},
        "target": [_party(target) for target in targets] or None,
    }


def _party(named: Mapping[str, Any]) -> dict[str, Any]:
    parts = ("id", "type", "alternateId", "displayName", "detailEntry")
    return {**{part: named.get(part) for part in parts}, **named}


def _client(known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "userAgent": known.get("userAgent"),
        "zone": "null",
        "device": "Unknown",
        "id": None,
        "ipAddress": None,
        "geographicalContext": None,
        **known,
    }


def _chain(client: Mapping[str, Any]) -> list[dict[str, Any]]:
    address = client["ipAddress"]
    if address is None:
        return []
    try:
        version = f"V{ipaddress.ip_address(address).version}"
    except ValueError:  # a test client in the same process has a name for an address
        version = "V4"
    return [
        {
            "ip": address,
            "geographicalContext": client["geographicalContext"],
            "version": version,
            "source": None,
        }
    ]
