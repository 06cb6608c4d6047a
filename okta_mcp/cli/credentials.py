"""From the options to what proves the server to Okta."""

from pathlib import Path
from typing import TYPE_CHECKING

from okta_mcp.settings import OPTIONS, Settings, SettingsError, require_one_credential, require_org

if TYPE_CHECKING:
    from okta_mcp.okta import OrgAddress
    from okta_mcp.okta.credentials import Credentials, SigningKey

_LARGEST = 65_536
"""Bytes of a key file: a large RSA key as a JWK set has a tenth of that."""


def credentials_of(settings: Settings) -> "tuple[OrgAddress, Credentials]":
    """Return the org's address and what proves this server to it.

    Raises:
        MissingOrgError: no org is named, or nothing that proves anything.
        SettingsError: the address is none, the key is none, or the credentials contradict each other.
    """
    from okta_mcp.okta import OrgAddress, OrgAddressError
    from okta_mcp.okta.credentials import ApiToken, ServiceApp

    if settings.client_id is None and settings.private_key is None and settings.private_key_file is None:
        url, token = require_org(settings)
        credentials: Credentials = ApiToken(token)
    else:
        from okta_mcp.server import scopes_of

        require_one_credential(settings)
        url = settings.org_url or ""
        client_id, scopes = settings.client_id or "", settings.scopes or scopes_of(settings)
        if settings.private_key is None and settings.private_key_file is None:
            from okta_mcp.okta.credentials import Person, keeping

            credentials = Person(client_id, scopes, keeping())
        else:
            credentials = ServiceApp(client_id, key_of(settings), scopes, binding=settings.dpop)
    try:
        return OrgAddress.parse(url), credentials
    except OrgAddressError as error:
        raise SettingsError([f"OKTA_ORG_URL (--org-url): {error}"]) from None


def key_of(settings: Settings) -> "SigningKey":
    """Read the private key.

    Raises:
        SettingsError: it cannot be read, or is none that Okta takes.
    """
    from okta_mcp.okta.credentials import KeyUnusable, SigningKey

    field = "private_key" if settings.private_key_file is None else "private_key_file"
    option = next(one for one in OPTIONS if one.field == field)
    name = f"{option.env} ({option.flag})" if option.flag else option.env
    try:
        text = _text(settings.private_key_file) if settings.private_key_file else None
        if text is None and settings.private_key is not None:
            text = settings.private_key.get_secret_value()
        return SigningKey.read(text or "", settings.key_id)
    except OSError as error:
        raise SettingsError([f"{name}: the file cannot be read: {error.strerror}."]) from None
    except (KeyUnusable, UnicodeDecodeError) as error:
        reason = error if isinstance(error, KeyUnusable) else "it is no text, but PEM and JWK are"
        raise SettingsError([f"{name}: {reason}."]) from None


def _text(file: Path) -> str:
    with file.expanduser().open("rb") as opened:
        return opened.read(_LARGEST).decode("utf-8")
