"""The commands: one module each, which brings its flags (`add`) and does it (`run`)."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from okta_mcp import __version__
from okta_mcp.cli import audit, check, client_config, demo, login, logout, sandbox, serve, token, tools
from okta_mcp.cli.options import HOW_TO_GIVE_THE_REST, Parents, parents
from okta_mcp.settings import MissingOrgError, SettingsError

__all__ = ["main", "parser"]


class _Command(Protocol):
    """What a module of a command has."""

    def add(self, commands: Any, parents: Parents, /) -> None:
        """Add the command's flags."""

    def run(self, given: dict[str, Any], /) -> int:
        """Do it; return the exit status."""


_COMMANDS: dict[str, _Command] = {
    "serve": serve,
    "demo": demo,
    "sandbox": sandbox,
    "check": check,
    "login": login,
    "logout": logout,
    "tools": tools,
    "audit": audit,
    "token": token,
    "client-config": client_config,
}
"""In the order of `--help`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status.

    Args:
        arguments: the command line without the program's name; the process's own when None.
    """
    reader = parser()
    known, unknown = reader.parse_known_args(arguments)
    if unknown:
        # Only names: what stands behind an unknown flag may be a secret.
        flags = [argument.partition("=")[0] for argument in unknown if argument.startswith("-")]
        reader.error(f"unrecognized arguments: {' '.join(flags)}" if flags else "too many arguments")
    given = vars(known)
    command = given.pop("command") or "serve"
    try:
        status = _COMMANDS[command].run(given)
        sys.stdout.flush()
    except SettingsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201 - a message to the operator
        if isinstance(error, MissingOrgError):
            print("To try it without an org: okta-mcp --sandbox, or okta-mcp demo", file=sys.stderr)  # noqa: T201
        return 2
    except BrokenPipeError:
        # Whoever read, as `head` does, has seen enough. Python would complain of what is left when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        print(f"okta-mcp {command}: {error}", file=sys.stderr)  # noqa: T201 - a port in use
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    shared = parents()
    reader = argparse.ArgumentParser(
        prog="okta-mcp",
        description="An MCP server that administers an Okta org. Without a command it serves stdio.",
        parents=[shared.org, shared.options],
        epilog=HOW_TO_GIVE_THE_REST,
        # Otherwise the beginning of an option would be taken for it, where a command has one of that name.
        allow_abbrev=False,
    )
    reader.add_argument("--version", action="version", version=f"okta-mcp {__version__}")
    commands = reader.add_subparsers(dest="command", metavar="COMMAND")
    for command in _COMMANDS.values():
        command.add(commands, shared)
    return reader
