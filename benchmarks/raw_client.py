"""MCP over HTTP by hand, in both eras: no client's own cost or patience stands between a benchmark and the server."""

import json
from typing import Any

import httpx2

MODERN, LEGACY = "2026-07-28", "2025-11-25"
WHO = {"name": "bench", "version": "0"}
ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


class Broken(Exception):
    """There is no answer to be had: the connection failed, or somebody on the way says so."""


class RawClient:
    """One client of one era.

    Args:
        http: a client whose base URL is the server's.
        era: `MODERN`, or `LEGACY` with a session.
    """

    def __init__(self, http: httpx2.AsyncClient, era: str) -> None:
        self.http = http
        self.era = era
        self.session: dict[str, str] | None = None
        self.sessions = 0
        self._last = 0

    async def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a tool; return its result.

        Raises:
            Broken: it is not known what came of it.
        """
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        if self.era == MODERN:
            prefix = "io.modelcontextprotocol/"
            params["_meta"] = {
                f"{prefix}protocolVersion": MODERN,
                f"{prefix}clientCapabilities": {},
                f"{prefix}clientInfo": WHO,
            }
            headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": tool}
            return await self._answered(await self._post("tools/call", params, headers))
        for _ in range(3):
            if self.session is None:
                await self._greet()
            assert self.session is not None
            response = await self._post("tools/call", params, self.session)
            if response.status_code != 404:
                return await self._answered(response)
            self.session = None  # the server that knew it is gone; nothing was done
        raise Broken("no session lasts")

    async def _greet(self) -> None:
        hello = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": WHO}
        response = await self._post("initialize", hello, {})
        await self._answered(response)
        self.session = {"MCP-Protocol-Version": LEGACY}
        if "mcp-session-id" in response.headers:
            self.session["Mcp-Session-Id"] = response.headers["mcp-session-id"]
        self.sessions += 1
        message = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await self._sent(message, self.session)

    async def _post(self, method: str, params: dict[str, Any], headers: dict[str, str]) -> httpx2.Response:
        self._last += 1
        return await self._sent({"jsonrpc": "2.0", "id": self._last, "method": method, "params": params}, headers)

    async def _sent(self, message: dict[str, Any], headers: dict[str, str]) -> httpx2.Response:
        try:
            return await self.http.post("/mcp", content=json.dumps(message), headers={**ACCEPT, **headers})
        except httpx2.TransportError as error:
            raise Broken(type(error).__name__) from error

    async def _answered(self, response: httpx2.Response) -> dict[str, Any]:
        if response.status_code in {502, 503, 504}:
            raise Broken(str(response.status_code))
        response.raise_for_status()
        data = [line[6:] for line in response.text.splitlines() if line.startswith("data: {")]
        messages = [json.loads(one) for one in data or [response.text] if one]
        answer = next((one for one in messages if one.get("id") == self._last), None)
        if answer is None:
            raise Broken("cut")
        return answer["result"] if "result" in answer else {"isError": True, "content": [answer["error"]]}
