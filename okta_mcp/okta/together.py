"""Requests that do not depend on each other, sent at the same time."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio


async def together(*calls: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Run calls at the same time and return their results in order.

    The first failure ends the others and is raised as itself, not inside a group.

    Args:
        calls: functions without arguments, such as `partial(get_org, okta)`.
    """
    if len(calls) < 2:
        return [await call() for call in calls]
    results: list[Any] = [None] * len(calls)
    failures: list[Exception] = []

    async with anyio.create_task_group() as tasks:

        async def run(place: int, call: Callable[[], Awaitable[Any]]) -> None:
            try:
                results[place] = await call()
            except Exception as error:  # noqa: BLE001 - raised again below, outside the group
                failures.append(error)
                tasks.cancel_scope.cancel()

        for place, call in enumerate(calls):
            tasks.start_soon(run, place, call)
    if failures:
        raise failures[0]
    return results
