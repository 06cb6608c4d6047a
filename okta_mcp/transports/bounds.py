"""How much clients may ask of the HTTP doors."""

from typing import Self

from okta_mcp.records import record
from okta_mcp.settings import Settings

_SHARE_AT_LEAST = 8
"""Sessions, streams and requests of a person with a few clients open."""


@record
class Bounds:
    """The bounds of the HTTP doors.

    Attributes:
        body_bytes: size of a request's body.
        body_seconds: until the head of a request has arrived, and then until its body has.
        requests: answered at the same time, streams apart; also the number of connections on which none has come.
        streams: open at the same time; also the number of sessions of the older protocol.
        session_seconds: without a request, after which such a session ends.
        stateless: whether there are such sessions at all.
        drain_notice: seconds for which connections are still taken when the server is told to stop.
        drain_seconds: seconds that calls under way are given after that.
    """

    body_bytes: int = 1_048_576
    body_seconds: float = 15.0
    requests: int = 256
    streams: int = 1_000
    session_seconds: float = 1_800.0
    stateless: bool = False
    drain_notice: float = 0.0
    drain_seconds: float = 20.0

    @property
    def share(self) -> int:
        """How many of the sessions, and of the streams, one caller may hold where callers are known."""
        return max(_SHARE_AT_LEAST, self.streams // 10)

    @property
    def requests_share(self) -> int:
        """How many requests of one caller may be answered at the same time where callers are known."""
        return max(_SHARE_AT_LEAST, self.requests // 4)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take the operator's."""
        return cls(
            body_bytes=settings.max_request_bytes,
            body_seconds=settings.request_seconds,
            requests=settings.max_requests,
            streams=settings.max_sessions,
            session_seconds=settings.session_seconds,
            stateless=settings.stateless,
            drain_notice=settings.drain_notice,
            drain_seconds=settings.drain_seconds,
        )
