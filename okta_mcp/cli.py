"""The commands."""

import argparse
import logging
import sys
from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from okta_mcp import __version__
from okta_mcp.settings import OPTIONS, Settings, SettingsError, load_settings, require_org

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from okta_mcp.okta import OktaClient

_SERVE, _DEMO, _SANDBOX, _CHECK, _TOOLS = "serve", "demo", "sandbox", "check", "tools"
SANDBOX_URL = "https://sandbox.okta.example"
"""Address of the built-in org. It is never resolved: requests stay in the process."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status.

    Args:
        arguments: the command line without the program's name; the process's own when None.
    """
    given = vars(_parser().parse_args(arguments))
    command = given.pop("command") or _SERVE
    try:
        return _RUN[command](given)
    except SettingsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201 - a message to the operator
        if command in {_SERVE, _CHECK}:
            print("To try it without an org: okta-mcp --sandbox, or okta-mcp demo", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(f"okta-mcp {command}: {error}", file=sys.stderr)  # noqa: T201 - a port in use, a closed pipe
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
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

    parser = argparse.ArgumentParser(
        prog="okta-mcp",
        description="An MCP server that administers an Okta org. Without a command it serves stdio.",
        parents=[org, options],
    )
    parser.add_argument("--version", action="version", version=f"okta-mcp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    serve = commands.add_parser(_SERVE, parents=[org, options], help="serve MCP clients (the default, over stdio)")
    serve.add_argument("--transport", choices=("stdio", "http"), default="stdio", help="http: /mcp and /sse")
    commands.add_parser(_DEMO, help="walk a working day on the sandbox, with a real client")
    sandbox = commands.add_parser(_SANDBOX, help="run the sandbox org over HTTP, for any Okta client")
    sandbox.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1; 0 for a free one")
    commands.add_parser(_CHECK, parents=[org, options], help="check the address and the token, and what they allow")
    commands.add_parser(_TOOLS, parents=[options], help="show what a model will see, with sizes")
    return parser


def _settings(given: dict[str, Any]) -> Settings:
    fields = {option.field for option in OPTIONS}
    settings = load_settings({name: value for name, value in given.items() if name in fields})
    # Standard output belongs to the protocol; the SDK would put its own handler in place if there were none.
    logging.basicConfig(
        level=settings.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for chatty in ("httpx2", "httpcore2"):
        # These log whole URLs, queries included, and response headers; our own client logs what may be known.
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return settings


@asynccontextmanager
async def _org(settings: Settings, *, sandbox: bool) -> "AsyncIterator[OktaClient]":
    """Yield the client of the org: the real one, or the sandbox in this process."""
    from okta_mcp.okta import OktaClient, OrgAddress, OrgAddressError, Timeouts

    timeouts = Timeouts(total=settings.timeout)
    if sandbox:
        import httpx2
        from pydantic import SecretStr

        from okta_mcp.sandbox import Sandbox

        box = Sandbox(origin=SANDBOX_URL)
        transport = httpx2.ASGITransport(app=box.app)
        okta = OktaClient(OrgAddress.parse(SANDBOX_URL), SecretStr(box.api_token), transport=transport)
    else:
        url, token = require_org(settings)
        try:
            address = OrgAddress.parse(url)
        except OrgAddressError as error:
            raise SettingsError([f"OKTA_ORG_URL (--org-url): {error}"]) from None
        for notice in address.notices:
            logging.getLogger("okta_mcp").warning("OKTA_ORG_URL: %s", notice)
        okta = OktaClient(address, token, timeouts=timeouts, max_wait=settings.max_wait)
    async with okta:
        yield okta


def _serve(given: dict[str, Any]) -> int:
    import anyio

    transport, sandbox = given.pop("transport", "stdio"), given.pop("sandbox", False)
    settings = _settings(given)

    async def run() -> None:
        from okta_mcp.server import create_server

        async with _org(settings, sandbox=sandbox) as okta:
            server = create_server(settings, okta)
            if transport == "http":
                from okta_mcp.transports.http import serve_http

                await serve_http(server, okta, settings.host, settings.port)
            else:
                from okta_mcp.transports import serve_stdio

                await serve_stdio(server, okta)

    anyio.run(run)
    return 0


def _demo(_given: dict[str, Any]) -> int:
    import anyio

    from okta_mcp.demo import walk

    return anyio.run(walk)


def _sandbox(given: dict[str, Any]) -> int:
    import anyio

    from okta_mcp.sandbox import Sandbox
    from okta_mcp.sandbox.serving import serve

    box = Sandbox()

    def ready(url: str) -> None:
        print(f"OKTA_ORG_URL={url}\nOKTA_API_TOKEN={box.api_token}", flush=True)  # noqa: T201 - a sandbox's, for use
        print("The sandbox org is running; Ctrl-C ends it, and what was changed is gone.", file=sys.stderr)  # noqa: T201

    async def run() -> None:
        await serve(box, "127.0.0.1", given["port"], on_ready=ready)

    anyio.run(run)
    return 0


def _check(given: dict[str, Any]) -> int:
    import anyio

    from okta_mcp.checkup import check

    sandbox = given.pop("sandbox", False)
    settings = _settings(given)

    async def run() -> int:
        async with _org(settings, sandbox=sandbox) as okta:
            return await check(settings, okta)

    return anyio.run(run)


def _tools(given: dict[str, Any]) -> int:
    from okta_mcp.catalogue import show

    show(_settings(given))
    return 0


_RUN = {_SERVE: _serve, _DEMO: _demo, _SANDBOX: _sandbox, _CHECK: _check, _TOOLS: _tools}
