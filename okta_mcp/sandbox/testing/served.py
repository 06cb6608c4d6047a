"""A sandbox served from a thread of its own, for tests that are not async."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from okta_mcp.sandbox.sandbox import Sandbox
from okta_mcp.sandbox.serving import running
from okta_mcp.sandbox.testing.held import HeldSandbox

__all__ = ["served"]


@contextmanager
def served(sandbox: Sandbox | None = None) -> Iterator[HeldSandbox]:
    """Serve a sandbox on a free loopback port while the block runs.

    Args:
        sandbox: what is served; a new one when None.
    """
    box = sandbox or Sandbox()
    address: Future[str] = Future()
    loop = asyncio.new_event_loop()
    leave = asyncio.Event()

    async def serve() -> None:
        async with running(box) as url:
            address.set_result(url)
            await leave.wait()

    def run() -> None:
        try:
            loop.run_until_complete(serve())
        except BaseException as failure:
            if address.done():
                raise
            address.set_exception(failure)
        finally:
            loop.close()

    def at_rest(deed: Callable[[], object]) -> object:
        # The server's own thread is the only place where no request is half-way through.
        async def done() -> object:
            return deed()

        return asyncio.run_coroutine_threadsafe(done(), loop).result()

    thread = threading.Thread(target=run, name="okta sandbox", daemon=True)
    thread.start()
    url = address.result()
    try:
        yield HeldSandbox(box, url, at_rest)
    finally:
        loop.call_soon_threadsafe(leave.set)
        thread.join()
