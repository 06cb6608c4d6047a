"""The connection to the org: one pooled HTTP client, and what it means when it fails."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy

import httpx2

from okta_mcp.okta.address import OrgAddress
from okta_mcp.okta.clock import OktaClock
from okta_mcp.okta.errors import ConnectionLost, NotOkta, OktaTimeout, OktaUnreachable, PoolBusy, UnsafePath
from okta_mcp.okta.limits import date_of
from okta_mcp.okta.steady import steady_time
from okta_mcp.records import record

# Okta limits the simultaneous requests of a whole org, to 35 on the smallest plans.
_POOL = httpx2.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30)


@record
class Timeouts:
    """How long a call may take, in seconds.

    Attributes:
        connect: until there is a connection.
        read: from one piece of the answer to the next; as long as `total` when None. Okta itself gives up on a slow
            search after half a minute and says so: whoever hangs up before that never learns it.
        total: the whole call, with every wait and every repetition.
        pool: until one of the connections is free; at most half of `total`, because a call that runs into its total
            while it waits for one would be in doubt although nothing was sent.
    """

    connect: float = 5.0
    read: float | None = None
    total: float = 60.0
    pool: float = 10.0

    @property
    def silence(self) -> float:
        """How long an answer may stay away."""
        return self.total if self.read is None else self.read


class Wire:
    """A pooled HTTP client for one org, made on first use because its TLS context takes 70 ms.

    Proxies (`HTTPS_PROXY`, `NO_PROXY`) and `SSL_CERT_FILE` are taken from the environment.

    Args:
        address: the org.
        timeouts: bounds of each request; `total` is kept by the caller.
        user_agent: the `User-Agent` header.
        transport: takes the place of the network.
        clock: this machine's, in epoch seconds.

    Attributes:
        origin: the org's.
        clock: Okta's time, by every answer of its own that came this way.
    """

    def __init__(
        self,
        address: OrgAddress,
        timeouts: Timeouts,
        user_agent: str,
        transport: httpx2.AsyncBaseTransport | None,
        clock: Callable[[], float] = steady_time,
    ) -> None:
        self.origin = address.origin
        self.clock = OktaClock(clock)
        self._host = address.origin.partition("://")[2]
        self._timeouts = timeouts
        self._user_agent = user_agent
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None
        self._closed = False

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None
    ) -> httpx2.Response:
        """Send one request and read the whole answer, whatever its status.

        Raises:
            OktaUnreachable, PoolBusy: nothing was sent.
            OktaTimeout: no answer in time.
            ConnectionLost: the connection died before the answer was complete.
            NotOkta: the answer's encoding is broken.
            UnsafePath: the URL is too long to be sent.
        """
        writes = method not in {"GET", "HEAD"}
        client, sent = self._opened(), self.clock.ours()
        try:
            response = await client.request(method, url, headers=headers, content=content)
        except httpx2.PoolTimeout:
            raise PoolBusy(f"Too many requests to {self._host} are under way; this one was not sent.") from None
        except httpx2.ConnectTimeout as error:
            raise OktaUnreachable(
                f"{self._host} did not accept a connection within {self._timeouts.connect:g} seconds. "
                "Check the network and the proxy settings."
            ) from error
        except httpx2.TimeoutException as error:
            raise OktaTimeout(
                f"{self._host} did not answer within {self._timeouts.silence:g} seconds.",
                maybe_applied=writes,
            ) from error
        except (httpx2.ConnectError, httpx2.ProxyError) as error:
            raise self._unreachable(error) from error
        except (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol):
            # Not chained: the text of these may quote a header.
            raise OktaUnreachable(f"The request to {self._host} could not be sent.", permanent=True) from None
        except httpx2.InvalidURL:
            raise UnsafePath(f"The request's URL is too long ({len(url)} characters).") from None
        except httpx2.DecodingError as error:
            raise NotOkta(
                f"The answer of {self._host} could not be decoded. Check the org URL and the proxy settings."
            ) from error
        except (httpx2.TransportError, OSError) as error:
            raise ConnectionLost(
                f"The connection to {self._host} was lost before the answer was complete.",
                maybe_applied=writes,
            ) from error
        # A page of something in between has a clock of its own; every answer of Okta's has a request id.
        if "x-okta-request-id" in response.headers and (date := date_of(response.headers)) is not None:
            self.clock.hear(date, sent, self.clock.ours())
        return response

    async def aclose(self) -> None:
        """Close all connections; the wire cannot be used again."""
        self._closed = True
        if self._client is not None:
            await self._client.aclose()

    def _opened(self) -> httpx2.AsyncClient:
        if self._closed:
            raise RuntimeError("This OktaClient is closed.")
        if self._client is None:
            self._client = self._made()
        return self._client

    def _made(self) -> httpx2.AsyncClient:
        try:
            client = httpx2.AsyncClient(
                transport=self._transport,
                follow_redirects=False,
                headers={"Accept": "application/json", "User-Agent": self._user_agent},
                limits=_POOL,
                timeout=httpx2.Timeout(
                    self._timeouts.silence,
                    connect=self._timeouts.connect,
                    pool=min(self._timeouts.pool, self._timeouts.total / 2),
                ),
            )
        except (ImportError, ValueError, OSError):
            # Not chained: the text may quote a proxy URL with its password.
            raise OktaUnreachable(
                "The HTTP client cannot be set up. Check HTTPS_PROXY, ALL_PROXY (http:// or https:// only) "
                "and SSL_CERT_FILE in the environment.",
                permanent=True,
            ) from None
        # Okta sets session cookies on API answers; sent back, they would compete with the token.
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client

    def _unreachable(self, error: Exception) -> OktaUnreachable:
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                return OktaUnreachable(
                    f"The certificate of {self._host} was not accepted: {cause.verify_message}. Behind "
                    "a proxy that inspects TLS, set SSL_CERT_FILE to a bundle that holds its certificate.",
                    permanent=True,
                )
            if isinstance(cause, socket.gaierror):
                return OktaUnreachable(f"The name {self._host} could not be found. Check the org URL and the network.")
            if isinstance(cause, ConnectionRefusedError):
                return OktaUnreachable(f"{self._host} refused the connection. Check the org URL.")
        if isinstance(error, httpx2.ProxyError):
            return OktaUnreachable(
                f"The proxy did not open a connection to {self._host}. Check HTTPS_PROXY and NO_PROXY."
            )
        return OktaUnreachable(
            f"No connection to {self._host} could be made. Check the org URL, the network and the proxy settings."
        )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            for part in cause.exceptions:
                yield from _causes(part)
        cause = cause.__cause__ or cause.__context__
