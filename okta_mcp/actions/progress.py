"""How far a call is, told to whoever waits for it."""

from typing import Any

from mcp.server.mcpserver import Context

_A_BIT = 0.001


class Progress:
    """Reports how far a call is, whatever is told of it: what is reported may only rise.

    Source: MCP, Progress.
    """

    def __init__(self, context: Context[Any, Any]) -> None:
        self._context = context
        self._shown = 0.0
        self._total: int | None = None

    async def does(self, done: int, total: int | None, message: str) -> None:
        """Report how much is done, and of how much where that is known."""
        self._total = total
        await self._show(float(done), message)

    async def waits(self, message: str) -> None:
        """Report a wait, in which nothing is done."""
        await self._show(self._shown + (1 if self._total is None else _A_BIT), message)

    async def _show(self, value: float, message: str) -> None:
        self._shown = value if value > self._shown else self._shown + _A_BIT
        await self._context.report_progress(self._shown, self._total, message)
