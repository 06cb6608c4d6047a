"""What a client needs to know to get a token for this server: protected resource metadata. RFC 9728."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

WELL_KNOWN = "/.well-known/oauth-protected-resource"
DOORS = ("/mcp", "/sse")


class ResourceMetadata:
    """The metadata of the server and of its doors.

    Args:
        base: address under which clients reach the server, without a slash at its end.
        issuer: who gives tokens.
        scopes: what they may be good for.
    """

    def __init__(self, base: str, issuer: str, scopes: Sequence[str]) -> None:
        self._base = base
        self._issuer = issuer
        self._scopes = list(scopes)
        parts = urlsplit(base)
        self._origin, self._prefix = f"{parts.scheme}://{parts.netloc}", parts.path

    @property
    def resources(self) -> tuple[str, ...]:
        """The addresses that stand for this server, which tokens may be for."""
        return (*(f"{self._base}{door}" for door in DOORS), self._base)

    def place(self, path: str) -> str:
        """Return where the metadata of a door is; messages of the older door belong to `/sse`. RFC 9728, 3.1."""
        door = "/mcp" if path.startswith("/mcp") else "/sse" if path.startswith(("/sse", "/messages")) else ""
        return f"{self._origin}{WELL_KNOWN}{self._prefix}{door}"

    @property
    def routes(self) -> list[Route]:
        """The routes that answer with it. Behind a proxy the prefix of the public address may be cut off or not."""
        prefixes = sorted({self._prefix, ""})
        return [
            Route(f"{WELL_KNOWN}{prefix}{door}", self._answer(door), methods=["GET"])
            for prefix in prefixes
            for door in ("", *DOORS)
        ]

    def _answer(self, door: str) -> Callable[[Request], Awaitable[JSONResponse]]:
        body = {
            "resource": f"{self._base}{door}",
            "resource_name": "Okta, administered by an assistant",
            "authorization_servers": [self._issuer],
            "scopes_supported": self._scopes,
            "bearer_methods_supported": ["header"],
        }

        async def answer(_request: Request) -> JSONResponse:
            return JSONResponse(body, headers={"Cache-Control": "public, max-age=3600"})

        return answer
