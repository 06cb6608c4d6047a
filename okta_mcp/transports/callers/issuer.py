"""The keys of an issuer: found, kept, and read again when it has made new ones.

Whoever sends a token names the key it is said to be signed with. A name that is not known may be a new key, so the
keys are read again; but anyone may invent names, so that happens no more than a few times a minute, whatever comes.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import httpx2

from okta_mcp.transports.callers.proof import Unproven, Unreachable

if TYPE_CHECKING:
    from jwt import PyJWK

MOST_READS = 3
"""Reads in a row that unknown keys may cause, in `_SPAN`."""

_SPAN = 60.0
_FRESH = 600.0
"""Seconds after which the keys are read again, so that one the issuer has withdrawn is trusted no longer."""
_STALE = 6 * 3600.0
"""Seconds for which keys are good while the issuer cannot be reached."""
_PAUSE = 5.0
"""Seconds between attempts while the issuer cannot be reached."""
_TIMEOUT = 5.0
"""Seconds for metadata and keys together."""
_LARGEST = 512 * 1024
_SHORTEST_RSA = 2048
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Issuer:
    """Whoever signs the tokens.

    Args:
        url: the issuer's name, which is where its metadata is found. RFC 8414; OpenID Connect Discovery.
        clock: seconds that only rise.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._clock = clock
        self._keys: list[Mapping[str, Any]] = []
        self._found: dict[tuple[str | None, str], PyJWK] = {}
        self._read_at: float | None = None
        self._failed_at: float | None = None
        self._problem = ""
        self._keys_url: str | None = None
        self._for_unknown: deque[float] = deque(maxlen=MOST_READS)
        self._reading = anyio.Lock()

    async def key(self, key_id: str | None, algorithm: str) -> "PyJWK":
        """Return the public key that a token says it is signed with.

        Args:
            key_id: the token's `kid`; None when it names none, which is enough for an issuer with one such key.
            algorithm: the token's `alg`, already known to be allowed.

        Raises:
            Unproven: the issuer publishes no such key.
            Unreachable: the issuer cannot be asked.
        """
        if self._age() > _STALE or (self._age() > _FRESH and not self._reading.locked()):
            # One request brings the keys up to date; the others wait only when there are none to go on with.
            await self._read(lambda: self._age() > _FRESH)
        found = self._find(key_id, algorithm)
        if found is None:
            seen = self._read_at
            await self._read(lambda: self._read_at == seen and self._may_look_again())
            found = self._find(key_id, algorithm)
        if found is None:
            raise Unproven("The token is signed with a key that its issuer does not publish")
        return found

    async def keys(self) -> int:
        """Read the keys now; return how many can be used.

        Raises:
            Unreachable: they cannot be read.
        """
        await self._fetch()
        return len(self._keys)

    def _age(self) -> float:
        return float("inf") if self._read_at is None else self._clock() - self._read_at

    def _may_look_again(self) -> bool:
        now = self._clock()
        if len(self._for_unknown) == MOST_READS and now - self._for_unknown[0] < _SPAN:
            return False
        self._for_unknown.append(now)
        return True

    async def _read(self, still_wanted: Callable[[], bool]) -> None:
        """Read the keys, unless somebody has done so meanwhile; one reads, the others wait for it."""
        async with self._reading:
            if not still_wanted():
                return
            if self._failed_at is None or self._clock() - self._failed_at >= _PAUSE:
                try:
                    await self._fetch()
                except Unreachable as error:
                    self._failed_at, self._keys_url, self._problem = self._clock(), None, str(error)
            if self._age() > _STALE:
                raise Unreachable(self._problem)

    async def _fetch(self) -> None:
        try:
            with anyio.fail_after(_TIMEOUT):
                await self._fetch_in_time()
        except TimeoutError:
            raise Unreachable(f"{self.url} does not answer in {_TIMEOUT:g} seconds") from None

    async def _fetch_in_time(self) -> None:
        async with httpx2.AsyncClient(timeout=_TIMEOUT, follow_redirects=False) as http:
            if self._keys_url is None:
                self._keys_url = await self._discovered(http)
            published = (await _json(http, self._keys_url)).get("keys")
        if not isinstance(published, list):
            raise Unreachable(f"{self.url} publishes no list of keys")
        self._keys = [one for one in published if isinstance(one, dict) and one.get("use", "sig") == "sig"]
        self._found.clear()
        self._read_at, self._failed_at = self._clock(), None

    async def _discovered(self, http: httpx2.AsyncClient) -> str:
        parts = urlsplit(self.url)
        inserted = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path.rstrip('/')}"
        problem = f"{self.url} has no metadata"
        for place in (f"{self.url.rstrip('/')}/.well-known/openid-configuration", inserted):
            try:
                metadata = await _json(http, place)
            except Unreachable as error:
                problem = str(error)
                continue
            # Whose metadata it is must be said in it, or another issuer's keys could be slipped in. RFC 8414, 3.3.
            if metadata.get("issuer") != self.url:
                problem = f"the metadata at {place} is that of another issuer"
                continue
            keys_url = metadata.get("jwks_uri")
            if isinstance(keys_url, str) and _safe(keys_url):
                return keys_url
            problem = f"the metadata at {place} names no https address of keys"
        raise Unreachable(problem)

    def _find(self, key_id: str | None, algorithm: str) -> "PyJWK | None":
        found = self._found.get((key_id, algorithm)) or self._sought(key_id, algorithm)
        if found is not None:  # what is not found is not noted: names can be invented without end
            self._found[key_id, algorithm] = found
        return found

    def _sought(self, key_id: str | None, algorithm: str) -> "PyJWK | None":
        from jwt import PyJWK, PyJWTError  # noqa: PLC0415 - loaded with the first token

        named = [one for one in self._keys if key_id is None or one.get("kid") == key_id]
        fit: list[PyJWK] = []
        for one in named:
            if one.get("alg", algorithm) != algorithm or one.get("kty") == "oct":
                continue
            try:
                key = PyJWK(dict(one), algorithm)
            except (PyJWTError, ValueError, TypeError):
                continue  # of another kind than the algorithm, or none at all
            if getattr(key.key, "key_size", _SHORTEST_RSA) >= _SHORTEST_RSA or one.get("kty") != "RSA":
                fit.append(key)
        return fit[0] if len(fit) == 1 else None


async def _json(http: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    try:
        async with http.stream("GET", url, headers={"Accept": "application/json"}) as answer:
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _LARGEST:
                    raise Unreachable(f"{url} answers with more than {_LARGEST} bytes")
        if answer.status_code != 200:
            raise Unreachable(f"{url} answers with HTTP {answer.status_code}")
        value = json.loads(body)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError) as error:
        raise Unreachable(f"{url} cannot be read ({type(error).__name__})") from error
    if not isinstance(value, dict):
        raise Unreachable(f"{url} answers with something else than an object")
    return value


def _safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
