"""An org that answers every request with the same user, as fast as it can: its cost is not to be in the way."""

import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

PROFILE = {"firstName": "Ada", "lastName": "Byrne", "email": "ada.byrne@example.com", "login": "ada.byrne@example.com"}
BODY = json.dumps(
    {
        "id": "00u1stubstubstubstub",
        "status": "ACTIVE",
        "created": "2024-01-01T00:00:00.000Z",
        "lastUpdated": "2024-01-01T00:00:00.000Z",
        "profile": {**PROFILE, "title": "Countess", "department": "Engines"},
        "credentials": {"provider": {"type": "OKTA", "name": "OKTA"}},
    }
).encode()


async def app(scope: dict[str, Any], _receive: object, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    if scope["type"] != "http":
        return
    reset = str(int(time.time()) + 60).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(BODY)).encode()),
        (b"x-okta-request-id", b"stub"),
        (b"x-rate-limit-limit", b"1000000"),
        (b"x-rate-limit-remaining", b"999999"),
        (b"x-rate-limit-reset", reset),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, lifespan="off")
