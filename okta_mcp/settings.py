"""Every option of the server, declared once.

The command line's flags and the table in the docs are made from `OPTIONS`, which is made from `Settings`.
An option comes from, in this order: a flag, the environment, `.env` in the working directory, its default.
"""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Toolset = Literal["users", "groups", "logs"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

_OWN_PREFIX = "OKTA_MCP_"
_PLACEHOLDER = re.compile(r"[<>{}$]|^\.+$|^(x{3,}|your|my[-_]|change[-_ ]?me|replace|insert|paste)", re.IGNORECASE)


class SettingsError(ValueError):
    """Options that cannot be used; the text has one line for each problem.

    Attributes:
        problems: those lines.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class MissingOrgError(SettingsError):
    """No org is named: there is nothing wrong that a sandbox would not mend."""


def _names(text: object) -> object:
    """Take a comma-separated list apart."""
    return [name.strip() for name in text.split(",") if name.strip()] if isinstance(text, str) else text


class Settings(BaseSettings):
    """The options of one server."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    org_url: str | None = Field(
        None,
        validation_alias="OKTA_ORG_URL",
        description="Address of the Okta org.",
        examples=["https://example.okta.com"],
    )
    api_token: SecretStr | None = Field(
        None,
        validation_alias="OKTA_API_TOKEN",
        description="API token of the org, from the Admin Console under Security, API, Tokens.",
        examples=["00aBcD…"],
    )
    read_only: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_READ_ONLY",
        description="Offer only the tools that change nothing.",
        examples=["true"],
    )
    toolsets: Annotated[tuple[Toolset, ...], NoDecode] = Field(
        (),
        validation_alias="OKTA_MCP_TOOLSETS",
        description="Groups of tools to offer: users, groups, logs. All of them if empty.",
        examples=["users,groups"],
    )
    tools: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias="OKTA_MCP_TOOLS",
        description="Single tools to offer besides those of the toolsets; with no toolsets, only these.",
        examples=["list_users,get_user"],
    )
    exclude_tools: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias="OKTA_MCP_EXCLUDE_TOOLS",
        description="Tools not to offer, whatever the other options say.",
        examples=["deactivate_user"],
    )
    timeout: float = Field(
        60.0,
        validation_alias="OKTA_MCP_TIMEOUT",
        description="Seconds that one call to Okta may take, with all waiting and repetition.",
        gt=0,
        le=3600,
        allow_inf_nan=False,
        examples=["60"],
    )
    max_wait: float = Field(
        30.0,
        validation_alias="OKTA_MCP_MAX_WAIT",
        description="Seconds that one call may wait for Okta's rate limit. 0 to never wait.",
        ge=0,
        le=3600,
        allow_inf_nan=False,
        examples=["30"],
    )
    log_level: LogLevel = Field(
        "WARNING",
        validation_alias="OKTA_MCP_LOG_LEVEL",
        description="How much is logged to standard error: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
        examples=["INFO"],
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="OKTA_MCP_HOST",
        description="Address to listen on, for the HTTP transports.",
        examples=["127.0.0.1"],
    )
    port: int = Field(
        8765,
        validation_alias="OKTA_MCP_PORT",
        description="Port to listen on, for the HTTP transports. 0 for any free one.",
        ge=0,
        le=65535,
        examples=["8765"],
    )
    output_schemas: bool = Field(
        default=True,
        validation_alias="OKTA_MCP_OUTPUT_SCHEMAS",
        description="Tell clients the shape of every tool's result. Off makes the list of tools smaller.",
        examples=["false"],
    )

    _split = field_validator("toolsets", "tools", "exclude_tools", mode="before")(_names)

    @model_validator(mode="before")
    @classmethod
    def _unset_where_empty(cls, values: dict[str, Any]) -> dict[str, Any]:
        # Client configurations pass "" for what was left out in a form. An empty org or token is a mistake.
        kept = {"org_url", "OKTA_ORG_URL", "api_token", "OKTA_API_TOKEN"}
        return {
            name: value
            for name, value in values.items()
            if name in kept or not (isinstance(value, str) and not value.strip())
        }

    @field_validator("org_url")
    @classmethod
    def _org_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        value = _unquoted(value)
        if not value:
            raise ValueError("it is empty")
        if re.search(r"[<>{}$]", value):
            raise ValueError("it is a placeholder")
        if re.search(r"[\s\x00-\x1f\x7f]", value):
            raise ValueError("it holds spaces or control characters")
        return value

    @field_validator("api_token")
    @classmethod
    def _api_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        token = _unquoted(re.sub(r"^SSWS(\s+|$)", "", _unquoted(value.get_secret_value()), flags=re.IGNORECASE))
        if not token:
            raise ValueError("it is empty")
        if _PLACEHOLDER.search(token):
            raise ValueError("it is a placeholder, not a token")
        if not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("it holds spaces or characters that no token has")
        return SecretStr(token)

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keep to flags, environment and `.env`."""
        return init_settings, env_settings, dotenv_settings


@dataclass(frozen=True)
class Option:
    """One option as a reader of the docs or of `--help` sees it.

    Attributes:
        field: name in `Settings`.
        env: environment variable.
        flag: command-line flag; None for a secret, which every user of the machine could read there.
        description: what it does.
        default: value when nothing is given, as it would be written; "" for nothing.
        example: a value that is right.
        secret: whether its value must not be shown.
        switch: whether it is on or off.
    """

    field: str
    env: str
    flag: str | None
    description: str
    default: str
    example: str
    secret: bool
    switch: bool


def _option(name: str, info: FieldInfo) -> Option:
    secret = "SecretStr" in str(info.annotation)
    return Option(
        field=name,
        env=str(info.validation_alias),
        flag=None if secret else f"--{name.replace('_', '-')}",
        description=info.description or "",
        default=_written(info.default),
        example=(info.examples or [""])[0],
        secret=secret,
        switch=info.annotation is bool,
    )


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


OPTIONS: tuple[Option, ...] = tuple(_option(name, info) for name, info in Settings.model_fields.items())
"""Every option, in the order of the docs."""

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
        unknown = _unknown(given, env_file)
    except (OSError, UnicodeDecodeError):
        raise SettingsError([f"{env_file}: the file cannot be read as UTF-8 text."]) from None
    try:
        settings = Settings(_env_file=env_file, **{name: given[name] for name in given if name in _BY_FIELD})
    except ValidationError as error:
        raise SettingsError([*_wrong(error), *unknown]) from None
    if unknown:
        raise SettingsError(unknown)
    _same_owner(given, env_file)
    return settings


def _same_owner(flags: Mapping[str, Any], env_file: Path | None) -> None:
    """Refuse a token of the environment for an address of `.env`.

    A `.env` may come with somebody's checkout; it must not choose where the operator's own token is sent.
    """
    dotenv = DotEnvSettingsSource(Settings, env_file=env_file, case_sensitive=True).env_vars if env_file else {}
    address_elsewhere = "org_url" in flags or "OKTA_ORG_URL" in os.environ
    if "OKTA_ORG_URL" in dotenv and not address_elsewhere and "OKTA_API_TOKEN" in os.environ:
        option = _BY_FIELD["org_url"]
        reason = f"it comes from {env_file}, but the token from the environment, which would be sent there"
        raise SettingsError([_line(option, reason, advice="Set both in the same place.")])


def require_org(settings: Settings) -> tuple[str, SecretStr]:
    """Take the org's address and token.

    Returns:
        the address as given, to be read by `OrgAddress.parse`, and the token.

    Raises:
        MissingOrgError: one of them is missing; says how to give it.
    """
    if settings.org_url is None or settings.api_token is None:
        missing = [_BY_FIELD[name] for name in ("org_url", "api_token") if getattr(settings, name) is None]
        raise MissingOrgError([_line(o, "it is missing", advice=_advice(o)) for o in missing])
    return settings.org_url, settings.api_token


def _wrong(error: ValidationError) -> list[str]:
    lines: dict[Option, str] = {}
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0])
        option = _BY_ENV.get(name) or _BY_FIELD[name]
        lines.setdefault(option, _line(option, _reason(option, detail)))
    return list(lines.values())


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


def _unknown(flags: Mapping[str, Any], env_file: Path | None) -> list[str]:
    """Name what looks like an option and is none: a misspelt restriction must not pass for one that holds."""
    lines = [f"--{name.replace('_', '-')}: there is no such option." for name in flags if name not in _BY_FIELD]
    environment = EnvSettingsSource(Settings, case_sensitive=True).env_vars
    dotenv = DotEnvSettingsSource(Settings, env_file=env_file, case_sensitive=True).env_vars if env_file else {}
    for name in sorted({*environment, *dotenv}):
        if name.upper().startswith(_OWN_PREFIX) and name not in _BY_ENV:
            # Compared without the prefix, which would make anything look alike.
            ours = {env.removeprefix(_OWN_PREFIX): env for env in _BY_ENV}
            near = difflib.get_close_matches(name.upper().removeprefix(_OWN_PREFIX), ours, n=1)
            hint = f"Did you mean {ours[near[0]]}?" if near else f"There are: {', '.join(_BY_ENV)}."
            lines.append(f"{name}: there is no such variable. {hint}")
    return lines


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text
