"""`okta-mcp sandbox`."""

import argparse
import gc
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from okta_mcp.cli.options import Commands, Parents
    from okta_mcp.sandbox import Sandbox


def add(commands: "Commands[Any]", _parents: "Parents") -> None:
    """Add the command's flags."""
    sandbox = commands.add_parser("sandbox", help="run the sandbox org over HTTP, for any Okta client")
    sandbox.add_argument(
        "--port", type=int, default=argparse.SUPPRESS, help="port on 127.0.0.1; 8080 by default, 0 for a free one"
    )
    made = sandbox.add_argument_group("a large company, made up", "instead of the sample company; one is enough")
    made.add_argument("--users", type=int, metavar="N", help="how many users [100000]")
    made.add_argument("--groups", type=int, metavar="N", help="how many groups [2000]")
    made.add_argument("--seed", type=int, metavar="N", help="another number, another company of that size [1]")
    sandbox.add_argument(
        "--state", type=Path, metavar="FILE", help="keep the org in this file; every change is there before its answer"
    )
    tests = sandbox.add_argument_group("for tests")
    tests.add_argument("--control", action="store_true", help="answer /sandbox/ too: reset, snapshots, faults, clock")
    tests.add_argument("--faults", type=Path, metavar="FILE", help="a JSON list of rules by which requests fail")
    tests.add_argument("--plan", metavar="NAME", help="rate limits of integrator, one-app, enterprise or workforce")
    tests.add_argument("--token-share", type=float, metavar="X", help="part of them that one token may use [0.5]")
    tests.add_argument("--clock-speed", type=float, metavar="X", help="seconds that pass in one second [1]")


def run(given: dict[str, Any]) -> int:
    """Run the org until the process is told to stop; return the exit status."""
    import anyio

    from okta_mcp.sandbox.serving import serve

    path = given.get("state")
    left = "what was changed is gone" if path is None else f"what was changed stays in {path}"

    async def served(box: "Sandbox") -> None:
        def ready(url: str) -> None:
            print(f"OKTA_ORG_URL={url}\nOKTA_API_TOKEN={box.api_token}", flush=True)  # noqa: T201 - a sandbox's, for use
            print(f"The sandbox org is running; Ctrl-C ends it, and {left}.", file=sys.stderr)  # noqa: T201

        await serve(box, "127.0.0.1", int(given.get("port", 8080)), on_ready=ready)

    # Whoever ends the process with SIGTERM ends it as orderly as with Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with _sandbox_org(path, _company_size(given), _sandbox_options(given)) as box:
            if given.get("clock_speed") is not None:
                box.clock.speed = given["clock_speed"]
            # Millions of objects that stay need not be looked through for some that do not.
            gc.freeze()
            anyio.run(served, box)
    except ValueError as error:
        print(f"okta-mcp sandbox: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _company_size(given: dict[str, Any]) -> tuple[int, int, int] | None:
    """Return users, groups and seed; None when none of them is given."""
    users, groups, seed = (given.get(name) for name in ("users", "groups", "seed"))
    if users is groups is seed is None:
        return None
    return (
        100_000 if users is None else users,
        2_000 if groups is None else groups,
        1 if seed is None else seed,
    )


def _sandbox_options(given: dict[str, Any]) -> dict[str, Any]:
    """Return what a sandbox for tests is made with."""
    from okta_mcp.sandbox.faults import rules_in

    path = given.get("faults")
    return {
        "control": given.get("control", False),
        "plan": given.get("plan"),
        "token_share": given.get("token_share"),
        "faults": [] if path is None else rules_in(path),
    }


@contextmanager
def _sandbox_org(path: Path | None, size: tuple[int, int, int] | None, options: dict[str, Any]) -> "Iterator[Sandbox]":
    from okta_mcp.sandbox import Sandbox
    from okta_mcp.sandbox.company import generated_company

    if path is None:
        yield Sandbox(None if size is None else generated_company(*size), **options)
        return
    from okta_mcp.sandbox.state import kept_sandbox

    with kept_sandbox(path, size=size, **options) as box:
        yield box
