"""What the servers of one org hold in common, in Redis: a key-value store that may be lost at any time.

Nothing here may fail a call: what is asked of Redis has a bound, and without an answer each server goes on alone.
"""

import hashlib
import importlib.util
import logging
import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import anyio
from pydantic import SecretStr

from okta_mcp.settings import SettingsError

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger("okta_mcp.redis")

T = TypeVar("T")

_PATIENCE = 1.0
"""Seconds that one question may take. A call waits for it, so it must be short beside Okta's own answer."""

_PAUSE = 5.0
"""Seconds without questions after one that failed: a Redis that hangs must not slow down every call."""


_LOOK = 15.0
"""Seconds without news after which the connection that brings them is looked at, and after which the servers that
listen are counted again."""

_SEEN = 3600.0
"""Seconds in which a server that is no longer seen may still be there."""


class Shared:
    """A connection to Redis that is made when it is first needed, and may come and go.

    Args:
        url: where Redis is, `redis://…`; None for a server that is on its own.
        org: the org's origin: servers of another org share nothing with these.
        clock: seconds that only rise.

    Raises:
        SettingsError: there is a URL, but the client library is not installed.
    """

    def __init__(self, url: SecretStr | None, org: str, *, clock: Callable[[], float] = anyio.current_time) -> None:
        if url is not None and importlib.util.find_spec("redis") is None:
            raise SettingsError(["OKTA_MCP_REDIS_URL: the client of Redis is missing. pip install 'okta-mcp[redis]'"])
        self._url = url
        self._prefix = f"okta-mcp:{hashlib.sha256(org.encode()).hexdigest()[:12]}"
        self._clock = clock
        self._redis: Redis | None = None
        self._not_before = 0.0
        self._lost = False
        self._servers: int | None = None
        self._counted = 0.0

    def __repr__(self) -> str:
        return f"Shared({'redis' if self._url else 'nothing'})"

    @property
    def configured(self) -> bool:
        """Whether there is anything to share through."""
        return self._url is not None

    @property
    def lost(self) -> bool:
        """Whether the last question went without an answer."""
        return self._lost

    @property
    def servers(self) -> int | None:
        """How many servers of this org there are, this one among them, as far as is known; None before any count."""
        return self._servers

    def count(self, servers: int) -> None:
        """Note how many servers there are. Fewer than before are believed when the others were gone for an hour."""
        now = self._clock()
        if self._servers is None or servers >= self._servers or now - self._counted > _SEEN:
            self._servers, self._counted = servers, now

    def key(self, *parts: str) -> str:
        """Return the name of something that the servers of this org share."""
        return ":".join((self._prefix, *parts))

    async def ask(self, question: Callable[["Redis"], Awaitable[T]]) -> T | None:
        """Put one question to Redis.

        Args:
            question: gets a client that answers in text; may be called again after a connection was lost.

        Returns:
            the answer; None when there is no Redis, or it did not answer in time.
        """
        if self._url is None or self._clock() < self._not_before:
            return None
        losses = self._losses()
        try:
            redis = self.redis()  # takes a while the first time, which is not Redis's fault
            with anyio.fail_after(_PATIENCE):
                answer = await question(redis)
        except losses as error:
            self.lose(error)
            return None
        self.find()
        return answer

    def redis(self) -> "Redis":
        """Return the client itself, for who waits for news and has no question.

        Raises:
            RuntimeError: there is no Redis.
            ConnectionError: the client library can do nothing with its address.
        """
        if self._url is None:
            raise RuntimeError("No Redis is configured.")
        if self._redis is None:
            redis = self._made(self._url)
            if redis is None:
                # Not the library's error, not even as a context: it may quote a part of the password.
                raise ConnectionError("The address of Redis cannot be used.")
            self._redis = redis
        return self._redis

    @staticmethod
    def _made(url: SecretStr) -> "Redis | None":
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        try:
            redis = Redis.from_url(
                url.get_secret_value(),
                decode_responses=True,
                max_connections=1000,
                health_check_interval=_LOOK,
                socket_connect_timeout=_PATIENCE / 2,
                # Once, for connections that were idle when Redis was started anew.
                retry=Retry(NoBackoff(), 1),
            )
            # What stands behind a question mark is looked at by the connection alone; this one is never opened.
            redis.connection_pool.connection_class(**redis.connection_pool.connection_kwargs)
        except Exception:  # noqa: BLE001 - of many kinds, by what is wrong
            return None
        return redis

    async def tell(self, subject: str, text: str) -> None:
        """Tell the other servers of this org something, if they can be reached."""
        await self.ask(lambda redis: redis.publish(self.key(subject), text))

    async def hear(self, subject: str, heard: Callable[[str], Awaitable[None]]) -> None:
        """Hear what is told, also by this server itself, until cancelled; what is told while Redis is lost is missed.

        Meanwhile all who hear of it are counted: these are the servers of this org.

        Args:
            subject: of what is told.
            heard: takes each text.
        """
        while self._url is not None:
            try:
                async with self.redis().pubsub(ignore_subscribe_messages=True) as news:
                    await news.subscribe(self.key(subject))
                    self.find()
                    counted = -math.inf
                    while True:
                        if self._clock() - counted >= _LOOK:
                            counted = self._clock()
                            ((_, servers),) = await self.redis().pubsub_numsub(self.key(subject))
                            self.count(servers)
                        message = await news.get_message(timeout=_LOOK)
                        if message is not None:
                            await heard(message["data"])
            except self._losses() as error:
                self.lose(error)
            await anyio.sleep(_PAUSE)

    def lose(self, error: Exception) -> None:
        """Note that Redis did not answer: say so once, and leave it alone for a while."""
        self._not_before = self._clock() + _PAUSE
        if not self._lost:
            # Only the kind: the text of such an error may quote what was sent.
            log.warning("Redis is lost (%s); this server goes on alone until it is back.", type(error).__name__)
        self._lost = True

    def find(self) -> None:
        """Note that Redis answered."""
        if self._lost:
            log.info("Redis is back.")
        self._lost = False

    async def aclose(self) -> None:
        """Close the connections."""
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None

    @staticmethod
    def _losses() -> tuple[type[Exception], ...]:
        from redis.exceptions import RedisError

        return RedisError, OSError, TimeoutError
