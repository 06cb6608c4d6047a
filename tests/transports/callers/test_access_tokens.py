"""Access tokens of an issuer: which are taken, and what whoever brings another one is told."""

import time
from contextlib import asynccontextmanager

import anyio
import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.transports.callers.access_tokens import SKEW
from okta_mcp.transports.callers.issuer import MOST_READS, Issuer
from okta_mcp.transports.callers.proof import Unproven, Unreachable

HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
DOORS = ("/mcp", "/messages/?session_id=00000000000000000000000000000000")


def ahead(seconds):
    """Return a claim that lies so far ahead of the moment its token is made: the tests before may have taken long."""
    return lambda now: now + seconds


async def knock(opened, token, era="legacy", path="/mcp"):
    """Send the first message of either protocol."""
    if era == "legacy":
        return await opened.say("initialize", HELLO, token=token, path=path)
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}
    return await opened.say("tools/list", {"_meta": META}, token=token, path=path, **headers)


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA"])
@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_a_token_is_taken_with_every_signature_that_only_the_issuer_can_make(
    trusted, lasting_issuer, algorithm, era
):
    assert (await knock(trusted, lasting_issuer.token(algorithm), era)).status_code == 200


@pytest.mark.parametrize(
    ("claims", "header"),
    [
        ({"aud": ["api://else", "api://okta-mcp"]}, {}),
        ({"scp": None, "scope": "openid okta:read"}, {}),
        ({"exp": ahead(-20)}, {}),
        ({"nbf": ahead(20), "iat": ahead(20)}, {}),
        ({"iat": None}, {}),
        ({"exp": 10**400}, {}),
        ({}, {"typ": "at+jwt"}),
        ({}, {"typ": "application/at+JWT"}),
        ({}, {"typ": "JWT"}),
    ],
)
async def test_a_token_is_taken_in_every_form_that_is_usual(trusted, lasting_issuer, claims, header):
    assert (await knock(trusted, lasting_issuer.token(header=header, **claims))).status_code == 200


REFUSED = {
    "wrong audience": (lambda issuer: issuer.token(aud="api://else"), "The token is for another audience"),
    "no audience": (lambda issuer: issuer.token(aud=None), "The token lacks a claim that it needs"),
    "expired": (lambda issuer: issuer.token(exp=ahead(-61)), "The token has expired"),
    "never expires": (lambda issuer: issuer.token(exp=None), "The token lacks a claim that it needs"),
    "not yet": (lambda issuer: issuer.token(nbf=ahead(120)), "The token is not valid yet"),
    "from the future": (lambda issuer: issuer.token(iat=ahead(120)), "The token is not valid yet"),
    "wrong issuer": (lambda issuer: issuer.token(iss="https://else.example.com"), "The token is of another issuer"),
    "issuer with a slash": (lambda issuer: issuer.token(iss=f"{issuer.url}/"), "The token is of another issuer"),
    "no issuer": (lambda issuer: issuer.token(iss=None), "The token is of another issuer"),
    "nobody": (lambda issuer: issuer.token(sub=None), "The token lacks a claim that it needs"),
    "unknown key": (
        lambda issuer: issuer.token(header={"kid": "invented"}),
        "The token is signed with a key that its issuer does not publish",
    ),
    "another key under a known name": (
        lambda issuer: issuer.token("ES256", header={"kid": "RS256"}),
        "The token is signed with a key that its issuer does not publish",
    ),
    "none": (lambda issuer: issuer.unsigned(), "The token is not signed in a way that is trusted here"),
    "HS256 with the public key": (
        lambda issuer: issuer.signed_with_what_is_public(),
        "The token is not signed in a way that is trusted here",
    ),
    "changed": (lambda issuer: tampered(issuer.token()), "The token's signature is wrong"),
    "for the issuer alone": (
        lambda issuer: issuer.token(header={"typ": "application/okta-internal-at+jwt"}),
        "The token is of a type that is no access token for other servers than its issuer",
    ),
    "a proof": (
        lambda issuer: issuer.token(header={"typ": "dpop+jwt"}),
        "The token is of a type that is no access token for other servers than its issuer",
    ),
    "an ID token": (lambda issuer: issuer.token(nonce="n"), "The token is an ID token, not an access token"),
    "bound to a key": (
        lambda issuer: issuer.token(cnf={"jkt": "x"}),
        "The token is bound to a key, and proofs of possession are not taken here",
    ),
    "critical": (
        lambda issuer: issuer.token(header={"crit": ["exp"], "exp": 1}),
        "The token is none that is known here, and no signed one either",
    ),
    "a list for a signature": (
        lambda issuer: issuer.headed(alg=["RS256"]),
        "The token is not signed in a way that is trusted here",
    ),
    "a list for a type": (
        lambda issuer: issuer.headed(alg="RS256", typ=[]),
        "The token is of a type that is no access token for other servers than its issuer",
    ),
    "an object for a type": (
        lambda issuer: issuer.headed(alg="RS256", typ={"a": 1}),
        "The token is of a type that is no access token for other servers than its issuer",
    ),
    "a bottomless header": (
        lambda issuer: issuer.bottomless(),
        "The token is none that is known here, and no signed one either",
    ),
    "opaque": (lambda issuer: "okmcp_0000", "The token is none that is known here, and no signed one either"),
}


def tampered(token):
    header, payload, signature = token.split(".")
    return f"{header}.{payload}.{signature[:-8]}{'A' * 6}{signature[-2:]}"


@pytest.mark.parametrize("name", REFUSED)
async def test_any_other_token_is_refused_with_the_reason_and_where_to_get_one(trusted, lasting_issuer, name):
    make, reason = REFUSED[name]
    before = list(trusted.box.journal)
    token = make(lasting_issuer)
    for era, path in (("legacy", DOORS[0]), ("modern", DOORS[0]), ("legacy", DOORS[1])):
        answer = await knock(trusted, token, era, path)
        place = f"oauth-protected-resource/{'mcp' if path == '/mcp' else 'sse'}"
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == (
            f'Bearer realm="okta-mcp", error="invalid_token", error_description="{reason}", scope="okta:read", '
            f'resource_metadata="{trusted.url}/.well-known/{place}"'
        )
    answer = await trusted.http.get("/sse", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert trusted.box.journal == before


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_whoever_brings_no_token_is_told_of_no_fault_but_where_to_get_one(trusted, era):
    answer = await knock(trusted, None, era)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="okta-mcp", scope="okta:read", '
        f'resource_metadata="{trusted.url}/.well-known/oauth-protected-resource/mcp"'
    )


async def test_a_token_reaches_nobody_else(trusted, lasting_issuer):
    token = lasting_issuer.token()
    async with trusted.client(token) as client:
        assert not (await client.call_tool("list_users", {})).is_error
    assert {headers["authorization"] for headers in trusted.sent} == {f"SSWS {trusted.box.api_token}"}
    assert token.split(".")[1] not in f"{trusted.sent} {trusted.box.journal}"


@pytest.mark.parametrize("way", ["auto", "legacy", "sse"])
async def test_whoever_a_token_is_for_is_served_through_every_door(trusting, issuer, way):
    opened = await trusting()
    async with opened.client(issuer.token(scp=["okta:read", "okta:write"]), way) as client:
        assert len((await client.list_tools()).tools) == len(ACTIONS)
        result = await client.call_tool("suspend_user", {"user": "ada.byrne@example.com"})
    assert not result.is_error


async def test_a_session_belongs_to_the_person_and_the_program_together(trusted, lasting_issuer):
    first = await trusted.say("initialize", HELLO, token=lasting_issuer.token())
    session = {"Mcp-Session-Id": first.headers["Mcp-Session-Id"]}
    for other in ({"sub": "ben@example.com", "uid": "00u2"}, {"cid": "0oa2else"}, {"uid": "00u3"}):
        assert (await trusted.say("tools/list", token=lasting_issuer.token(**other), **session)).status_code == 404
    renewed = lasting_issuer.token(exp=ahead(900), scp=["okta:read", "okta:write"])
    assert (await trusted.say("tools/list", token=renewed, **session)).status_code == 200


async def test_fixed_tokens_work_beside_those_of_an_issuer(trusting, issuer):
    digest = "7b2ef6a9a1c5b1a0f1b2b5ecb0c2a1b4a4fdc9e2f7a3b7e2d1a9c4b8e6f5d3c2"
    opened = await trusting(auth_tokens=f"desk=sha256:{digest}")
    assert (await knock(opened, issuer.token())).status_code == 200
    assert (await knock(opened, "okmcp_other")).status_code == 401


# Streams


LISTEN = {"notifications": {"resourceSubscriptions": ["okta://users"]}, "_meta": META}


@asynccontextmanager
async def streaming(opened, token, kind):
    """Open a stream of either protocol; yield its lines, from which the first has come."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    if kind == "sse":
        request = opened.http.stream("GET", "/sse", headers=headers)
    else:
        headers |= {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
        message = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": LISTEN}
        request = opened.http.stream("POST", "/mcp", json=message, headers=headers)
    async with request as answer:
        assert answer.status_code == 200
        lines = answer.aiter_lines()
        await anext(lines)
        yield lines


@pytest.mark.parametrize("kind", ["sse", "listen"])
async def test_a_stream_ends_in_order_when_its_token_does(trusting, issuer, kind):
    opened = await trusting()
    almost_over = issuer.token(exp=int(time.time()) + 3 - SKEW)
    with anyio.fail_after(30):
        async with streaming(opened, almost_over, kind) as lines:
            assert [line async for line in lines if line.startswith("event: error")] == []


@pytest.mark.parametrize("kind", ["sse", "listen"])
async def test_a_newer_token_of_the_same_caller_keeps_it_open(trusting, issuer, kind):
    opened = await trusting()
    almost_over = issuer.token(exp=int(time.time()) + 3 - SKEW)
    with anyio.move_on_after(4.5) as waited:
        async with streaming(opened, almost_over, kind) as lines:
            assert (await knock(opened, issuer.token(), "modern")).status_code == 200
            assert [line async for line in lines] == []
    assert waited.cancelled_caught


@pytest.mark.parametrize("kind", ["sse", "listen"])
async def test_a_newer_token_of_somebody_else_does_not(trusting, issuer, kind):
    opened = await trusting()
    almost_over = issuer.token(exp=int(time.time()) + 3 - SKEW)
    with anyio.fail_after(30):
        async with streaming(opened, almost_over, kind) as lines:
            assert (await knock(opened, issuer.token(uid="00u2", sub="ben@example.com"), "modern")).status_code == 200
            assert [line async for line in lines if line.startswith("event: error")] == []


@pytest.mark.parametrize("kind", ["sse", "listen"])
async def test_a_newer_token_that_allows_less_does_not(trusting, issuer, kind):
    opened = await trusting(auth_groups="Staff=write,Desk=users.read")
    almost_over = issuer.token(exp=int(time.time()) + 3 - SKEW, groups=["Staff"])
    with anyio.fail_after(30):
        async with streaming(opened, almost_over, kind) as lines:
            assert (await knock(opened, issuer.token(groups=["Desk"]), "modern")).status_code == 200
            assert [line async for line in lines if line.startswith("event: error")] == []


# Keys


async def test_a_new_key_is_taken_after_the_keys_were_read_once_more(trusting, issuer, rsa_keys):
    opened = await trusting()
    renewed = issuer.token(key=rsa_keys[1], header={"kid": "renewed"})
    assert (await knock(opened, issuer.token())).status_code == 200
    assert issuer.key_reads == 1
    assert (await knock(opened, renewed)).status_code == 401
    issuer.publish("RS256", renewed=rsa_keys[1])
    before = issuer.key_reads
    assert (await knock(opened, renewed)).status_code == 200
    assert issuer.key_reads == before + 1
    assert (await knock(opened, renewed)).status_code == 200
    assert issuer.key_reads == before + 1


async def test_a_storm_of_unknown_keys_makes_few_reads(trusting, issuer):
    opened = await trusting()
    assert (await knock(opened, issuer.token())).status_code == 200
    statuses = []

    async def one(number):
        answer = await knock(opened, issuer.token(header={"kid": f"invented-{number}"}))
        statuses.append(answer.status_code)

    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(one, number)
    assert statuses == [401] * 40
    assert issuer.key_reads <= 1 + MOST_READS
    assert (await knock(opened, issuer.token())).status_code == 200


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


async def test_after_a_storm_a_new_key_is_found_within_a_minute(issuer, rsa_keys):
    clock = Clock()
    keys = Issuer(issuer.url, clock)
    for number in range(10):
        with pytest.raises(Unproven):
            await keys.key(f"invented-{number}", "RS256")
    assert issuer.key_reads == 1 + MOST_READS
    issuer.publish(renewed=rsa_keys[1])
    with pytest.raises(Unproven):
        await keys.key("renewed", "RS256")
    clock.now += 61
    assert (await keys.key("renewed", "RS256")).key_id == "renewed"


async def test_a_key_that_was_withdrawn_is_trusted_no_longer_than_ten_minutes(issuer):
    clock = Clock()
    keys = Issuer(issuer.url, clock)
    assert await keys.key("RS256", "RS256")
    issuer.publish("ES256")
    clock.now += 599
    assert await keys.key("RS256", "RS256")
    clock.now += 2
    with pytest.raises(Unproven):
        await keys.key("RS256", "RS256")


async def test_keys_are_good_for_hours_while_the_issuer_is_down_and_asked_for_every_few_seconds(issuer):
    clock = Clock()
    keys = Issuer(issuer.url, clock)
    assert await keys.key("RS256", "RS256")
    issuer.down = True
    clock.now += 601
    for _ in range(5):
        assert await keys.key("RS256", "RS256")
    assert issuer.key_reads == 2
    clock.now += 6 * 3600
    with pytest.raises(Unreachable):
        await keys.key("RS256", "RS256")
    issuer.down = False
    clock.now += 6
    assert await keys.key("RS256", "RS256")


async def test_an_issuer_that_answers_too_slowly_holds_up_one_request_alone(issuer):
    clock = Clock()
    keys = Issuer(issuer.url, clock)
    assert await keys.key("RS256", "RS256")
    issuer.held = anyio.Event()
    clock.now += 601
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keys.key, "RS256", "RS256")
        await issuer.asked.wait()
        with anyio.fail_after(2):
            assert await keys.key("RS256", "RS256")
        issuer.held.set()
    assert issuer.key_reads == 2


async def test_an_issuer_that_cannot_be_reached_is_no_fault_of_the_callers(trusting, issuer):
    opened = await trusting()
    issuer.down = True
    answer = await knock(opened, issuer.token())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "WWW-Authenticate" not in answer.headers


async def test_the_metadata_is_found_where_either_standard_puts_it(issuer):
    (metadata,) = issuer.metadata.values()
    issuer.metadata = {"/.well-known/oauth-authorization-server/oauth2/default": metadata}
    assert await Issuer(issuer.url).key("RS256", "RS256")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"issuer": "https://else.example.com"}, "that of another issuer"),
        ({"jwks_uri": "http://else.example.com/keys"}, "names no https address of keys"),
        ({"jwks_uri": None}, "names no https address of keys"),
    ],
)
async def test_metadata_that_leads_astray_is_not_followed(issuer, change, problem):
    ((place, metadata),) = issuer.metadata.items()
    issuer.metadata = {place: {**metadata, **change}}
    issuer.metadata["/.well-known/oauth-authorization-server/oauth2/default"] = issuer.metadata[place]
    with pytest.raises(Unreachable, match=problem):
        await Issuer(issuer.url).key("RS256", "RS256")
    assert issuer.key_reads == 0


@pytest.mark.parametrize(
    "published", [{}, {"keys": "none"}, {"keys": [1, {"kid": "RS256"}, {"kty": "?", "kid": "RS256"}]}]
)
async def test_keys_that_cannot_be_used_are_none(issuer, published):
    issuer.published = published
    with pytest.raises((Unproven, Unreachable)):
        await Issuer(issuer.url).key("RS256", "RS256")


async def test_keys_for_other_uses_small_ones_and_shared_secrets_are_none(issuer, rsa_keys):
    issuer.publish("RS256", small=rsa_keys[2])
    issuer.published["keys"][0]["use"] = "enc"
    issuer.published["keys"].append({"kty": "oct", "k": "c2VjcmV0", "kid": "shared", "use": "sig"})
    keys = Issuer(issuer.url)
    for name in ("RS256", "small", "shared"):
        with pytest.raises(Unproven):
            await keys.key(name, "RS256")


async def test_a_token_that_names_no_key_is_taken_from_an_issuer_with_one(issuer, rsa_keys):
    issuer.publish("RS256", "ES256")
    assert await Issuer(issuer.url).key(None, "RS256")
    issuer.publish("RS256", other=rsa_keys[1])
    with pytest.raises(Unproven):
        await Issuer(issuer.url).key(None, "RS256")
