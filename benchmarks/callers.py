"""What it costs to know whose a request is: processor time per request, for each way and for one who steps up.

    python benchmarks/callers.py

A 2048-bit RSA key signs the tokens, as Okta's do; the issuer's keys are known already.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from okta_mcp.guard import Policy
from okta_mcp.settings import Rights, TokenEntry
from okta_mcp.transports.callers.access_tokens import AccessTokens
from okta_mcp.transports.callers.grants import Grants
from okta_mcp.transports.callers.issuer import Issuer
from okta_mcp.transports.callers.step_up import called_action
from okta_mcp.transports.callers.tokens import FixedTokens

ISSUER, AUDIENCE, TIMES = "https://example.okta.com/oauth2/default", "api://okta-mcp", 2000
CALL = {"name": "suspend_user", "arguments": {"user": "ada.byrne@example.com"}}
BODY = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": CALL}).encode()


async def main() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = Issuer(ISSUER)
    published = {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": "one", "use": "sig"}
    issuer._keys, issuer._read_at = [published], time.monotonic()  # noqa: SLF001 - as if read
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada.byrne@example.com", "scp": ["okta:read"], "cid": "0oa1"}
    token = jwt.encode({**claims, "exp": int(time.time()) + 3600}, key, "RS256", headers={"kid": "one"})
    grants = Grants({"okta:read": Rights.parse("read"), "okta:write": Rights.parse("write")})
    known = AccessTokens(issuer, [AUDIENCE], grants)
    fixed = FixedTokens([TokenEntry(str(n), hashlib.sha256(str(n).encode()).hexdigest()) for n in range(20)])

    async def ahead() -> None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": BODY, "more_body": False}

        action, _again = await called_action(receive, 1_000_000)
        assert action is not None
        assert Policy().offers(action)

    for name, once in (
        ("a fixed token, one of twenty", lambda: fixed.caller("19")),
        ("an access token, RS256", lambda: known.caller(token)),
        ("looking ahead at a call", ahead),
    ):
        print(f"{name}: {await processor_time(once):.3f} ms")


async def processor_time(once: Callable[[], Awaitable[object]]) -> float:
    await once()
    started = time.process_time()
    for _ in range(TIMES):
        await once()
    return (time.process_time() - started) / TIMES * 1000


if __name__ == "__main__":
    asyncio.run(main())
