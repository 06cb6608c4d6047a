"""The device authorization grant: a device shows a code, a person approves it elsewhere. Source: RFC 8628, Okta."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta

from okta_mcp.sandbox.oauth.errors import OAuthError, invalid_grant
from okta_mcp.sandbox.oauth.records import Client, DeviceGrant
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import User

__all__ = ["approved", "begin", "waiting_grant"]

LIFETIME = timedelta(seconds=600)
INTERVAL = 5
_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_CODE_LENGTH = 8
_SLOWER = 5


def begin(org: Org, client: Client, scopes: Sequence[str]) -> DeviceGrant:
    """Hand out a device code and a user code for a device that wants these scopes."""
    device_code = str(uuid.UUID(org.ids.request_id()))
    digest = hashlib.sha256(device_code.encode()).digest()
    user_code = "".join(_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in digest[:_CODE_LENGTH])
    now = org.now()
    for past in [code for code, grant in org.oauth.devices.items() if now - grant.expires > LIFETIME]:
        del org.oauth.devices[past]
    grant = DeviceGrant(device_code, user_code, client.id, tuple(scopes), now + LIFETIME, INTERVAL)
    org.oauth.devices[device_code] = grant
    return grant


def waiting_grant(org: Org, user_code: str) -> DeviceGrant:
    """Find the device that shows a user code; case and hyphens do not matter.

    Raises:
        KeyError: no device does, or its time is up.
    """
    wanted = user_code.replace("-", "").upper()
    for grant in org.oauth.devices.values():
        if grant.user_code == wanted and org.now() < grant.expires:
            return grant
    raise KeyError(user_code)


def approved(org: Org, client: Client, device_code: str) -> tuple[DeviceGrant, User]:
    """Answer a device that asks whether it was approved; what is returned is used up.

    Raises:
        OAuthError: 400 `authorization_pending`, `slow_down`, `access_denied`, `expired_token` or `invalid_grant`.
    """
    grant = org.oauth.devices.get(device_code)
    if grant is None or grant.client_id != client.id:
        raise invalid_grant("The device code is invalid or has expired.")
    now, asked = org.now(), grant.asked
    if now >= grant.expires:
        raise OAuthError("expired_token", "The device code has expired.")
    grant.asked = now
    if asked is not None and now - asked < timedelta(seconds=grant.interval):
        grant.interval += _SLOWER
        raise OAuthError("slow_down", "The device asks too often: the interval is five seconds longer from now on.")
    if grant.denied:
        del org.oauth.devices[device_code]
        raise OAuthError("access_denied", "The resource owner denied the request.")
    if grant.user_id is None:
        raise OAuthError("authorization_pending", "The device authorization is pending. Please try again later.")
    del org.oauth.devices[device_code]
    user = org.users.get(grant.user_id)
    if user is None:
        raise invalid_grant("The device code is invalid or has expired.")
    return grant, user
