"""What the commands share: the flags of the settings, and the settings and the org they lead to."""

import argparse
import logging
import sys
from collections.abc import Sequence
from contextlib import asynccontextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from okta_mcp.records import record
from okta_mcp.settings import OPTIONS, Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from okta_mcp.okta import OktaClient
    from okta_mcp.okta.credentials import Credentials

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for what `add_subparsers` returns

SANDBOX_URL = "https://sandbox.okta.example"
"""Address of the built-in org. It is never resolved: requests stay in the process."""
HOW_TO_GIVE_THE_REST = (
    "The API token is taken from OKTA_API_TOKEN, in the environment or in .env, and so is a private key, from "
    "OKTA_PRIVATE_KEY; every user sees a command line."
)
_NEVER_FLAGS = (
    *("--api-token", "--token", "--api-key", "--okta-api-token", "--apitoken", "--api_token", "--ssws"),
    *("--private-key", "--private_key", "--client-secret"),
)
"""What somebody may try for a secret. They are known so that the value behind them is repeated nowhere."""


@record
class Parents:
    """Parsers of flags that several commands take.

    Attributes:
        options: one flag for each setting that has one.
        org: which org.
    """

    options: argparse.ArgumentParser
    org: argparse.ArgumentParser


def parents() -> Parents:
    """Return the flags that several commands take."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument(*_NEVER_FLAGS, dest="", nargs="?", action=_NoSecret, help=argparse.SUPPRESS)
    group = options.add_argument_group("settings", "each also as the environment variable named, or in .env")
    for option in OPTIONS:
        if option.flag is None:
            continue
        help_text = f"{option.description} [{option.env}]".replace("%", "%%")
        if option.switch:
            group.add_argument(option.flag, dest=option.field, action=argparse.BooleanOptionalAction, help=help_text)
        else:
            group.add_argument(option.flag, dest=option.field, metavar=option.example, help=help_text)
    org = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    org.add_argument("--sandbox", action="store_true", help="use the built-in sandbox org instead of a real one")
    return Parents(options, org)


class _NoSecret(argparse.Action):
    """Refuses a secret on the command line, where every user of the machine could read it."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        """Refuse without the value."""
        parser.error(HOW_TO_GIVE_THE_REST)


def settings_of(given: dict[str, Any]) -> Settings:
    """Return the settings of a command line, and send the log to standard error.

    Args:
        given: the parsed command line; what is no setting is left alone.

    Raises:
        SettingsError: with every problem that there is.
    """
    from okta_mcp.guard import log_to

    fields = {option.field for option in OPTIONS}
    settings = load_settings({name: value for name, value in given.items() if name in fields})
    _require_known_tools(settings)
    log_to(sys.stderr, settings.log_level, settings.log_format)
    return settings


def _require_known_tools(settings: Settings) -> None:
    """Refuse names of tools that do not exist: a misspelt restriction must not pass for one that holds."""
    from okta_mcp.actions import ACTIONS

    known = [action.name for action in ACTIONS]
    problems = [
        f"{option.env} ({option.flag}): {no_such_tool(name, known)}"
        for option in OPTIONS
        if option.field in {"tools", "exclude_tools"}
        for name in getattr(settings, option.field)
        if name not in known
    ]
    if problems:
        raise SettingsError(problems)


def no_such_tool(name: str, known: Sequence[str]) -> str:
    """Say that there is no such tool, and which may be meant."""
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    return f"there is no tool {name!r}. {hint}"


@asynccontextmanager
async def org_of(settings: Settings, *, sandbox: bool) -> "AsyncIterator[OktaClient]":
    """Yield the client of the org: the real one, or the sandbox in this process.

    Args:
        settings: every option.
        sandbox: whether to take the sandbox.

    Raises:
        SettingsError: no org is named, its address is none, or the credentials are of no use.
    """
    from okta_mcp.okta import OktaClient, OrgAddress, Shared, Timeouts

    timeouts = Timeouts(total=settings.timeout)
    if sandbox:
        import httpx2
        from pydantic import SecretStr

        from okta_mcp.okta.credentials import ApiToken
        from okta_mcp.sandbox import Sandbox

        box = Sandbox(origin=SANDBOX_URL)
        transport: httpx2.AsyncBaseTransport | None = httpx2.ASGITransport(app=box.app)
        address = OrgAddress.parse(SANDBOX_URL)
        credentials: Credentials = ApiToken(SecretStr(box.api_token))
    else:
        from okta_mcp.cli.credentials import credentials_of

        transport = None
        address, credentials = credentials_of(settings)
        for notice in address.notices:
            logging.getLogger("okta_mcp").warning("OKTA_ORG_URL: %s", notice)
    okta = OktaClient(
        address,
        credentials,
        transport=transport,
        timeouts=timeouts,
        max_wait=settings.max_wait,
        shared=Shared(settings.redis_url, address.origin),
        bulk_max_wait=settings.bulk_max_wait,
        share=settings.rate_share,
    )
    async with okta:
        yield okta
