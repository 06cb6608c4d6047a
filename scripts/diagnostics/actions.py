"""Diagnostic tools that are actions: they take every step that a call of the connector's own tools takes."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from okta_mcp.actions import Action, Call, Effect
from okta_mcp.actions.action import Settled, action
from okta_mcp.actions.results import Result
from okta_mcp.directory import Unresolved
from okta_mcp.okta import RateLimited

BUSY = "always-busy"
"""Id of a group for which the org has no time: every request for it meets Okta's concurrency limit."""

SEVERAL = "Maria Santos"
"""A name that two people of the sandbox's company bear."""


class Told(Result):
    """An answer in words."""

    told: str

    def text(self) -> str:
        """Return the words."""
        return self.told


@action(
    title="Simple text",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Answers with a text.",
)
async def test_simple_text(call: Call) -> Told:  # noqa: ARG001 - the signature of every action
    """Answer with a text."""
    return Told(told="This is a simple text response for testing.")


@action(
    title="Error",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Meets an internal error.",
)
async def test_error_handling(call: Call) -> Told:  # noqa: ARG001 - the signature of every action
    """Meet an internal error."""
    raise RuntimeError("This tool intentionally returns an error for testing")


@action(
    title="Progress",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Waits for Okta four times, which is reported as progress.",
)
async def test_tool_with_progress(call: Call) -> Told:
    """Report progress."""
    return await _kept_waiting(call)


@action(
    title="Log messages",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Waits for Okta four times, which a client that asked for log messages is told.",
)
async def test_tool_with_logging(call: Call) -> Told:
    """Send log messages."""
    return await _kept_waiting(call)


@action(
    title="Log messages to whoever asks",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Waits for Okta four times, which a client that asked for log messages is told.",
)
async def test_logging_tool(call: Call) -> Told:
    """Send log messages, if the request asks for them."""
    return await _kept_waiting(call)


async def _which(call: Call, _values: Mapping[str, Any], _named: Mapping[str, object]) -> Settled:
    said = call.picked.get("user", SEVERAL)
    try:
        user = await call.directory.user(said)
    except Unresolved as error:
        raise error.again(said, argument="user") from None
    return Settled(notes=(f"It is {user.login}.",))


@action(
    title="Elicitation",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Asks which of several namesakes is meant.",
    settle=_which,
)
async def test_elicitation(call: Call, message: Annotated[str, Field(description="Said by the suite")]) -> Told:  # noqa: ARG001 - the suite sends it; the question is ours
    """Ask which one is meant."""
    return Told(told=call.notes[0])


@action(
    title="Elicitation on a stream",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Asks which of several namesakes is meant.",
    settle=_which,
)
async def test_streaming_elicitation(call: Call) -> Told:
    """Ask which one is meant."""
    return Told(told=call.notes[0])


@action(
    title="Tampered state",
    effect=Effect.READ,
    toolset="users",
    scopes=(),
    idempotent=True,
    description="Asks which of several namesakes is meant.",
    settle=_which,
)
async def test_input_required_result_tampered_state(call: Call) -> Told:
    """Ask which one is meant."""
    return Told(told=call.notes[0])


async def _kept_waiting(call: Call) -> Told:
    for _ in range(2):
        try:
            await call.okta.get("groups", BUSY)
        except RateLimited:
            continue  # after the two waits it came for
    return Told(told="Okta had no time.")


ACTIONS: tuple[Action, ...] = (
    test_simple_text,
    test_error_handling,
    test_tool_with_progress,
    test_tool_with_logging,
    test_logging_tool,
    test_elicitation,
    test_streaming_elicitation,
    test_input_required_result_tampered_state,
)
