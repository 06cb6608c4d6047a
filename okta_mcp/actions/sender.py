"""Whoever sent a call: who it is, what may be asked of them, and what they hear of while it is performed."""

from collections.abc import Awaitable, Callable
from dataclasses import field
from typing import TYPE_CHECKING

from okta_mcp.actions.action import OnProgress, not_shown
from okta_mcp.actions.choosing import Chooser, Nobody
from okta_mcp.actions.touched import Touched
from okta_mcp.guard import Caller
from okta_mcp.okta import OktaClient
from okta_mcp.okta.delivery import OnWait
from okta_mcp.records import record

if TYPE_CHECKING:
    from okta_mcp.actions.performing import Performer


async def unheard(_: object) -> None:
    """Hear of something that nobody waits for."""


@record
class Sender:
    """Whoever sent a call, and how to reach them while it is performed.

    Args:
        caller: who it is.
        chooser: settles what is unclear.
        on_wait: hears of every wait for Okta before it begins.
        on_progress: hears how much of a long call is done: how many, of how many where that is known, and words.
        on_write: hears of every write, with what it may have changed.
        client: name and version of the MCP client.
        request: this server's own id of the request, as it stands in the log.
        batch: what the call is one of many of.
        okta: the view of the org's client that all calls of a batch take turns with, as one party; None for a call
            that is its own.
        code: the code of an earlier preview, where the call came with one.
    """

    caller: Caller
    chooser: Chooser = field(default_factory=Nobody)
    on_wait: OnWait = unheard
    on_progress: OnProgress = not_shown
    on_write: Callable[[Touched], Awaitable[None]] = unheard
    client: str | None = None
    request: str | None = None
    batch: str | None = None
    okta: OktaClient | None = None
    code: str | None = None


@record
class Within:
    """What an action that is made of others performs them with.

    Args:
        performer: performs them.
        sender: who sent the whole.
    """

    performer: "Performer"
    sender: Sender
