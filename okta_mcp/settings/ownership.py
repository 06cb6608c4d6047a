"""What a `.env` may not say about a credential that it does not hold.

A `.env` in the working directory may come with somebody's checkout. Whoever wrote it may do as they like with a
credential of their own; with the operator's they may neither choose where it is used, nor loosen what guards it, nor
open a door to it. To narrow what it is used for is anybody's right.
"""

import os
from collections.abc import Callable, Collection, Mapping
from typing import Any

from okta_mcp.settings.model import Settings
from okta_mcp.settings.option import OPTIONS

_ENV = {option.field: option.env for option in OPTIONS}
_SECRETS = {"api_token": "the token", "private_key": "the private key", "private_key_file": "the private key"}


def _anything(_: object) -> bool:
    return True


_LOOSENING: Mapping[str, Callable[[Any], bool]] = {
    "dpop": lambda value: value == "off",
    "confirm": lambda value: value == "never",
    "bulk_journal": lambda value: value != "memory",  # it may hold runs to go on with
    "audit_file": _anything,
    "audit_stream": _anything,
    "audit_key": _anything,
    "audit_rotate": _anything,
    "host": lambda value: value not in {"127.0.0.1", "localhost", "::1"},
    "public_url": _anything,
    "cors_origins": _anything,
    "auth_tokens": _anything,
    "auth_tokens_file": _anything,
    "dangerously_unauthenticated": _anything,
    "auth_issuer": _anything,
    "auth_audience": _anything,
    "auth_scopes": _anything,
    "auth_groups": _anything,
    "auth_groups_claim": _anything,
    "auth_list_reachable": _anything,
    "redis_url": _anything,
    "state_keys": _anything,
}
"""Which values of an option loosen a guard or open a door; its default never does, and is not asked about."""


def overreaching(
    settings: Settings, flags: Collection[str], env_file: object, dotenv: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Return what stands in `.env` and must not, for the credential comes from elsewhere.

    Args:
        settings: as they were collected.
        flags: fields that were given as flags.
        env_file: name of the file, for the reader.
        dotenv: names in the file.

    Returns:
        why and what to do, by field; values are not repeated.
    """
    theirs = {field for field, env in _ENV.items() if env in dotenv and field not in flags and env not in os.environ}
    owner = _elsewhere(settings, flags, theirs)
    if owner is None:
        return {}
    words, used = owner
    found: dict[str, tuple[str, str]] = {}
    if "org_url" in theirs and used:
        reason = f"it comes from {env_file}, but {words}, which would be used there"
        found["org_url"] = (reason, "Set both in the same place.")
    reason = f"it comes from {env_file}, but {words}, whose guards a file that does not hold it may not loosen"
    for field in _ENV:
        if field in theirs and _loosens(field, settings, theirs):
            found[field] = (reason, "Set it in the environment or by a flag, or take it out.")
    return found


def _elsewhere(settings: Settings, flags: Collection[str], theirs: Collection[str]) -> tuple[str, bool] | None:
    """Return in words whence the credential comes, and whether it goes to whatever org is named; None for `.env`."""
    for field, words in _SECRETS.items():
        if field in flags:
            return f"{words} from a flag", True
        if os.environ.get(_ENV[field]):
            return f"{words} from the environment", True
    if settings.client_id is not None and not any(field in theirs for field in _SECRETS):
        return "the sign-in from where `okta-mcp login` keeps it", False  # for the org that it was made at alone
    return None


def _loosens(field: str, settings: Settings, theirs: Collection[str]) -> bool:
    value = getattr(settings, field)
    if value == Settings.model_fields[field].default:
        return False
    if field in {"toolsets", "tools"}:  # either alone narrows; beside the other it adds
        other = "tools" if field == "toolsets" else "toolsets"
        return bool(getattr(settings, other)) and other not in theirs
    return _LOOSENING.get(field, lambda _: False)(value)
