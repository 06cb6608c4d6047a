"""HTTP: streamable HTTP at `/mcp`, SSE at `/sse`, on one port."""

import ipaddress
import logging
import math
import signal
import socket
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import anyio
import uvicorn
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from okta_mcp.guard import Owner, Protection, Reach
from okta_mcp.guard.audit import Tally
from okta_mcp.okta import OktaClient
from okta_mcp.transports.arrival import announce
from okta_mcp.transports.bounds import Bounds
from okta_mcp.transports.callers import UNASKED, Admission, Entrance, Recognition, on_this_machine
from okta_mcp.transports.calls import Calls
from okta_mcp.transports.connections import Waiting, watched_protocol
from okta_mcp.transports.cors import shared_with
from okta_mcp.transports.metrics import Metrics
from okta_mcp.transports.readiness import Readiness
from okta_mcp.transports.stopping import HttpServer
from okta_mcp.transports.threshold import Threshold
from okta_mcp.transports.traffic import Gate, Traffic

logger = logging.getLogger("okta_mcp")


def http_app(
    server: MCPServer[Any],
    host: str,
    admission: Admission = UNASKED,
    *,
    address: str = "http://127.0.0.1:8765",
    traffic: Traffic | None = None,
) -> Starlette:
    """Return the ASGI application of both HTTP transports.

    Args:
        server: the MCP server.
        host: address it will be bound to. With the usual names of this machine, it is the only Host and Origin
            that is answered, on any port: a page elsewhere may rebind its own name to this machine.
        admission: who is let in, the public address, which is answered as well, and the pages that may ask.
        address: base URL at which it listens, which clients use when there is no public one.
        traffic: what every request passes first, the probes included; without it there are none.
    """
    security = _security(host, admission.public_url, admission.cors_origins)
    bounds = traffic.bounds if traffic else Bounds()
    app = server.streamable_http_app(
        host=host,
        transport_security=security,
        stateless_http=bounds.stateless,
        max_request_body_size=bounds.body_bytes,
        max_sessions=bounds.streams,
        session_idle_timeout=bounds.session_seconds,
    )
    taken = {getattr(route, "path", None) for route in app.router.routes}
    sse = server.sse_app(host=host, transport_security=security, max_request_body_size=bounds.body_bytes)
    app.router.routes.extend(route for route in sse.routes if getattr(route, "path", None) not in taken)
    recognition = Recognition(admission, admission.public_url or address) if admission.guarded else None
    if recognition is not None:
        app.router.routes.extend(recognition.metadata.routes if recognition.metadata is not None else ())
        app.add_middleware(
            Entrance, recognition=recognition, policy=admission.policy, bounds=bounds, file=admission.file
        )
    # What is counted is for callers too, where others than this machine can ask for it; a proxy asks from here.
    elsewhere = admission.public_url is not None or not on_this_machine(host)
    threshold = Threshold(security, recognition, guards_metrics=elsewhere)
    app.add_middleware(_Doorkeeper, threshold=threshold)
    if traffic is not None:
        app.add_middleware(Gate, traffic=traffic, threshold=threshold)
    if admission.cors_origins:
        app.add_middleware(partial(shared_with, admission.cors_origins))
    return app


class _Doorkeeper:
    """Refuses what the doors behind it would refuse; the SDK's SSE door does so with a traceback in the log.

    Args:
        app: both doors.
        threshold: knows the hosts and origins that are answered.
    """

    def __init__(self, app: ASGIApp, threshold: Threshold) -> None:
        self._app = app
        self._threshold = threshold

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refusal = await self._threshold.misnamed(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


def _security(host: str, public_url: str | None, pages: Collection[str]) -> TransportSecuritySettings:
    # An address has several spellings (::1, 0:0:0:0:0:0:0:1); clients send the short one, or what they were given.
    names = {_in_url(name) for name in ("127.0.0.1", "localhost", "::1", host.lower(), _shortest(host))}
    hosts = [spelling for name in sorted(names) for spelling in (name, f"{name}:*")]
    origins = [f"http://{one}" for one in hosts]
    if public_url is not None:
        public = urlsplit(public_url)
        hosts += _spellings(public.netloc, public.scheme)
        origins += [f"{public.scheme}://{one}" for one in _spellings(public.netloc, public.scheme)]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[*origins, *pages])


def _spellings(netloc: str, scheme: str) -> list[str]:
    """Return a host with and without the port that goes without saying."""
    usual = ":443" if scheme == "https" else ":80"
    return [netloc.removesuffix(usual), netloc] if netloc.endswith(usual) else [netloc, netloc + usual]


def _shortest(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.lower()


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def serve_http(
    server: MCPServer[Any],
    okta: OktaClient,
    host: str,
    port: int,
    owner: Owner,
    *,
    reach: Reach,
    protection: Protection | None = None,
    calls: Calls | None = None,
    tally: Tally | None = None,
    bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    admission: Admission = UNASKED,
    meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve until the process is told to stop, and what was under way then has ended.

    Args:
        server: the MCP server.
        okta: the org's client.
        host: address to listen on.
        port: TCP port to listen on; 0 for a free one.
        owner: is told whose the credentials are.
        reach: is told what they can serve.
        protection: looks up whom it protects.
        calls: the server's calls under way, which are waited for in the end.
        tally: the server's writes so far, for the metrics.
        bounds: how much clients may ask.
        admission: who is let in.
        meanwhile: runs beside it, and is cancelled in the end.
        on_ready: called with the base URL once connections are taken.

    Raises:
        SettingsError: for an address that other machines can reach while nobody is asked who they are.
        OSError: the port is not to be had.
        KeyboardInterrupt: it was told so with Ctrl-C.
    """
    admission.require_guarded(host)
    if admission.unguarded and not admission.guarded:
        logger.warning("NOBODY IS ASKED WHO THEY ARE: whoever reaches %s port %s administers the org", host, port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        # Taken over by every connection: without it an answer in two pieces waits 40 ms for the client's receipt.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        address = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
        readiness, calls = Readiness(okta, file=admission.file), calls or Calls(())
        metrics = Metrics(calls, okta, readiness, admission.file, tally)
        traffic = Traffic(bounds, calls, readiness, metrics)
        config = uvicorn.Config(
            http_app(server, host, admission, address=address, traffic=traffic),
            http=watched_protocol(Waiting(bounds, metrics.refused)),
            ws="none",
            log_config=None,
            access_log=False,  # it would show the ids of sessions; the gate writes one without
            lifespan="on",
            # Whoever is behind a balancer is known by a token, and the address clients use is a setting.
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=math.ceil(bounds.drain_seconds) + 3,
        )
        web = HttpServer(config, traffic, readiness)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(announce, okta, owner, reach, protection)
            tasks.start_soon(web.stop_when_told)
            if admission.file is not None:
                await tasks.start(admission.file.watch)
            if meanwhile is not None:
                tasks.start_soon(meanwhile)
            on_ready(address)
            await web.serve(sockets=[listener])
            tasks.cancel_scope.cancel()
    if web.stopped_by is signal.SIGINT:
        raise KeyboardInterrupt
