"""Collecting the options, and saying what is wrong with them."""

import os
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from okta_mcp.settings.errors import MissingOrgError, SettingsError
from okta_mcp.settings.model import Settings
from okta_mcp.settings.option import OPTIONS, Option
from okta_mcp.settings.ownership import overreaching

_OWN_PREFIX = "OKTA_MCP_"
_BY_FIELD = {option.field: option for option in OPTIONS}
_BY_ENV = {option.env: option for option in OPTIONS}


def load_settings(flags: Mapping[str, Any] | None = None, *, env_file: Path | None = Path(".env")) -> Settings:
    """Collect the options from flags, environment and `.env`.

    Args:
        flags: values by field name; those that are None were not given.
        env_file: file of `NAME=value` lines; it need not exist. None to read none.

    Raises:
        SettingsError: with every problem that there is.
    """
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        dotenv = _named_in(env_file)
    except (OSError, UnicodeDecodeError):
        raise SettingsError([f"{env_file}: the file cannot be read as UTF-8 text."]) from None
    unknown = _unknown(given, dotenv)
    try:
        settings = Settings.model_validate(_collected(given, dotenv))
    except ValidationError as error:
        raise SettingsError([*_wrong(error), *unknown]) from None
    if unknown:
        raise SettingsError(unknown)
    refused = overreaching(settings, given, env_file, dotenv)
    if refused:
        raise SettingsError([_line(_BY_FIELD[name], reason, advice=how) for name, (reason, how) in refused.items()])
    return settings


def require_org(settings: Settings) -> tuple[str, SecretStr]:
    """Take the org's address and API token.

    Returns:
        the address as given, to be read by `OrgAddress.parse`, and the token.

    Raises:
        MissingOrgError: one of them is missing; says how to give it.
        SettingsError: there is something else beside them that contradicts them.
    """
    if settings.org_url is None or settings.api_token is None:
        missing = [_BY_FIELD[name] for name in ("org_url", "api_token") if getattr(settings, name) is None]
        raise MissingOrgError([_line(o, "it is missing", advice=_advice(o)) for o in missing])
    require_one_credential(settings)
    return settings.org_url, settings.api_token


def require_one_credential(settings: Settings) -> None:
    """Refuse credentials that contradict each other, or are given by half.

    Raises:
        SettingsError: with every problem that there is.
    """
    refused = _beside_a_token(settings) if settings.api_token else _half_of_an_app(settings)
    if settings.private_key and settings.private_key_file:
        refused["private_key_file"] = ("there is OKTA_PRIVATE_KEY as well", "Take one of the two out.")
    if refused:
        raise SettingsError([_line(_BY_FIELD[name], reason, advice=how) for name, (reason, how) in refused.items()])


_Refused = dict[str, tuple[str, str]]
"""Why an option is refused and what to do, by its field."""


def _beside_a_token(settings: Settings) -> _Refused:
    reason = "it belongs to an app, and there is an API token as well (OKTA_API_TOKEN)"
    fields = ("client_id", "private_key", "private_key_file", "key_id", "scopes")
    refused = {field: (reason, "Take one of the two out.") for field in fields if getattr(settings, field)}
    if settings.dpop == "on":
        refused["dpop"] = ("an API token cannot be bound to a key", "Use a service app, or take it out.")
    return refused


def _half_of_an_app(settings: Settings) -> _Refused:
    refused: _Refused = {}
    key = settings.private_key or settings.private_key_file
    if key and not settings.client_id:
        reason = "it is missing; the private key belongs to an app"
        refused["client_id"] = (reason, _advice(_BY_FIELD["client_id"]))
    if settings.key_id and not key:
        refused["key_id"] = ("there is no private key it could name", _advice(_BY_FIELD["private_key_file"]))
    if settings.dpop == "on" and not key:
        reason = "only a service app's tokens can be bound to a key, and there is no private key"
        refused["dpop"] = (reason, _advice(_BY_FIELD["private_key_file"]))
    return refused


def _wrong(error: ValidationError) -> list[str]:
    lines: dict[Option, str] = {}
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0])
        option = _BY_ENV.get(name) or _BY_FIELD[name]
        lines.setdefault(option, _line(option, _reason(option, detail)))
    return [lines[option] for option in OPTIONS if option in lines]


def _reason(option: Option, detail: ErrorDetails) -> str:
    facts = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "value_error":
        # Our own validators: their texts never repeat the value.
        return str(facts["error"])
    value = "the value" if option.secret else repr(detail["input"])
    for beginning, words in (
        ("literal_error", f"is not one of {facts.get('expected')}"),
        ("bool_", "is not true or false"),
        ("int_", "is not a whole number"),
        ("float_", "is not a number"),
        ("finite_number", "is not a number"),
        ("less_than_equal", f"is more than {facts.get('le')}"),
        ("greater_than_equal", f"is less than {facts.get('ge')}"),
        ("greater_than", f"is not more than {facts.get('gt')}"),
    ):
        if kind.startswith(beginning):
            return f"{value} {words}"
    return f"{value}: {detail['msg']}"


def _line(option: Option, reason: str, *, advice: str | None = None) -> str:
    name = f"{option.env} ({option.flag})" if option.flag else option.env
    return f"{name}: {reason}. {advice or f'A right value: {option.example}'}"


def _advice(option: Option) -> str:
    line = f"Set {option.env} in the environment or in .env, for instance {option.env}={option.example}"
    return line if option.flag is None else f"{line}, or pass {option.flag} {option.example}"


def _named_in(env_file: Path | None) -> Mapping[str, str | None]:
    """Return what `.env` says, None for a name without a value.

    Raises:
        OSError, UnicodeDecodeError: the file is there and cannot be read.
    """
    if env_file is None or not env_file.expanduser().is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415 - most servers have no such file

    return dotenv_values(env_file.expanduser(), encoding="utf-8")


def _collected(flags: Mapping[str, Any], dotenv: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the value of each option that is given, by the name it came with."""
    values: dict[str, Any] = {}
    for option in OPTIONS:
        if option.field in flags:
            values[option.field] = flags[option.field]
        elif (said := os.environ.get(option.env, dotenv.get(option.env))) is not None:
            values[option.env] = said
    return values


def _unknown(flags: Mapping[str, Any], dotenv: Collection[str]) -> list[str]:
    """Name what looks like an option and is none: a misspelt restriction must not pass for one that holds."""
    lines = [f"--{name.replace('_', '-')}: there is no such option." for name in flags if name not in _BY_FIELD]
    for name in sorted({*os.environ, *dotenv}):
        if name.upper().startswith(_OWN_PREFIX) and name not in _BY_ENV:
            # Compared without the prefix, which would make anything look alike.
            ours = {env.removeprefix(_OWN_PREFIX): env for env in _BY_ENV}
            near = get_close_matches(name.upper().removeprefix(_OWN_PREFIX), ours, n=1)
            hint = f"Did you mean {ours[near[0]]}?" if near else f"There are: {', '.join(_BY_ENV)}."
            lines.append(f"{name}: there is no such variable. {hint}")
    return lines
