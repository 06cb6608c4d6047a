"""`okta-mcp serve`."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from okta_mcp.cli.options import HOW_TO_GIVE_THE_REST, org_of, settings_of
from okta_mcp.settings import SettingsError

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents


def add(commands: "Commands[Any]", parents: "Parents") -> None:
    """Add the command's flags."""
    serve = commands.add_parser(
        "serve",
        parents=[parents.org, parents.options],
        epilog=HOW_TO_GIVE_THE_REST,
        help="serve MCP clients (the default, over stdio)",
    )
    serve.add_argument("--transport", choices=("stdio", "http"), default="stdio", help="http: /mcp and /sse")


def run(given: dict[str, Any]) -> int:
    """Serve until the client leaves, or the process is told to stop; return the exit status."""
    import anyio

    transport, sandbox = given.pop("transport", "stdio"), given.pop("sandbox", False)
    settings = settings_of(given)
    if sandbox and not settings.bulk_journal:
        # Its people end with the process, and so do the runs.
        settings = settings.model_copy(update={"bulk_journal": "memory"})

    async def served() -> None:
        from okta_mcp.guard.audit import opened_trail
        from okta_mcp.server import create_server, policy_of
        from okta_mcp.transports.telemetry import telemetry

        # Over stdio the standard output is the protocol's.
        stream = (sys.stdout if transport == "http" else sys.stderr).buffer
        async with org_of(settings, sandbox=sandbox) as okta:
            if transport == "http" and okta.credentials.scoped and okta.credentials.personal:
                raise SettingsError([_ONE_PERSON])
            with (
                opened_trail(settings, okta.address.origin, stream=stream, sandbox=sandbox) as trail,
                ExitStack() as sending,
            ):
                server = create_server(settings, okta, trail)
                sending.enter_context(telemetry(server.calls, okta))
                if transport == "http":
                    from okta_mcp.transports.bounds import Bounds
                    from okta_mcp.transports.callers import Admission
                    from okta_mcp.transports.http import serve_http

                    await serve_http(
                        server,
                        okta,
                        settings.host,
                        settings.port,
                        server.owner,
                        reach=server.reach,
                        protection=server.protection,
                        admission=Admission.of(settings, policy_of(settings)),
                        calls=server.calls,
                        tally=server.tally,
                        bounds=Bounds.of(settings),
                        meanwhile=server.subscribers.hear_others,
                        on_ready=_tell_addresses,
                    )
                else:
                    from okta_mcp.transports import serve_stdio

                    await serve_stdio(
                        server,
                        okta,
                        server.owner,
                        server.reach,
                        calls=server.calls,
                        protection=server.protection,
                        meanwhile=server.subscribers.hear_others,
                    )

    anyio.run(served)
    return 0


_ONE_PERSON = (
    "OKTA_CLIENT_ID: without a private key it stands for a person's own sign-in, which serves that person over stdio. "
    "Over HTTP everybody would act as that person; use a service app."
)


def _tell_addresses(url: str) -> None:
    print(f"Streamable HTTP at {url}/mcp, SSE at {url}/sse; Ctrl-C ends it.", file=sys.stderr, flush=True)  # noqa: T201
