"""What is sent, and what is known of it."""

import json
import logging
import traceback

import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp import __version__
from okta_mcp.okta import (
    OktaClient,
    OktaError,
    OrgAddress,
    RateLimit,
    UnsafePath,
)

OK = httpx2.Response(200, json={"id": "00u1"}, headers={"x-okta-request-id": "req9"})


async def test_a_get_is_sent_with_token_accept_and_agent_to_the_encoded_url(wired, canary):
    okta, wire = wired([OK])

    await okta.get("users", "ada+eu@example.com", params={"expand": "blocks"}, headers={"X-Extra": "1"})

    [request] = wire.requests
    assert wire.targets == ["GET /api/v1/users/ada%2Beu%40example.com?expand=blocks"]
    assert request.url.host == "example.okta.com"
    assert request.headers["authorization"] == f"SSWS {canary}"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == f"okta-mcp/{__version__}"
    assert request.headers["x-extra"] == "1"
    assert "x-okta-retry-count" not in request.headers


async def test_a_body_is_sent_as_json_and_keeps_nulls_and_empty_texts(wired):
    okta, wire = wired([OK])

    await okta.post("users", "00u1", json={"profile": {"title": None, "department": "", "city": "Zürich"}})

    assert json.loads(wire.requests[0].content) == {"profile": {"title": None, "department": "", "city": "Zürich"}}
    assert wire.requests[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["post", "put"])
async def test_a_write_without_a_body_says_that_its_length_is_zero(wired, method):
    okta, wire = wired([OK])

    await getattr(okta, method)("users", "00u1", "lifecycle", "suspend")

    assert wire.requests[0].headers["content-length"] == "0"
    assert "content-type" not in wire.requests[0].headers


async def test_cookies_are_not_sent_back(wired):
    okta, wire = wired([httpx2.Response(200, json={}, headers={"set-cookie": "JSESSIONID=abc; Path=/"})])

    await okta.get("org")
    await okta.get("org")

    assert "cookie" not in wire.requests[1].headers


async def test_an_unsafe_argument_is_refused_before_anything_is_sent(wired):
    okta, wire = wired([OK])

    with pytest.raises(UnsafePath):
        await okta.get("users", "../groups")
    with pytest.raises(UnsafePath, match="too long"):
        await okta.get("users", params={"search": "x" * 70_000})

    assert wire.requests == []


async def test_a_client_that_was_never_used_closes(wired):
    okta, wire = wired([OK])

    await okta.aclose()

    with pytest.raises(RuntimeError, match="closed"):
        await okta.get("org")
    assert wire.requests == []


async def test_the_last_rate_limits_are_kept_by_method_and_template(wired):
    def answer(remaining):
        headers = {
            "x-rate-limit-limit": "600",
            "x-rate-limit-remaining": remaining,
            "x-rate-limit-reset": "1767603660",
        }
        return httpx2.Response(200, json={}, headers=headers)

    okta, _ = wired([answer("599"), answer("598"), answer("many")])

    for user in ("ada@example.com", "bob@example.com", "cyd@example.com"):
        await okta.get("users", user)

    assert okta.rate_limits == {"GET /api/v1/users/{id}": RateLimit(600, 598, 1767603660)}


async def test_a_closed_client_is_closed_for_its_views_too(wired):
    okta, _ = wired([OK])

    async with okta:
        await okta.get("org")

    with pytest.raises(RuntimeError, match="closed"):
        await okta.get("org")


@pytest.mark.parametrize("token", ["", "two words", "tab\there", "naïve", "new\nline"])
def test_a_token_that_cannot_be_sent_is_refused_without_repeating_it(token):
    with pytest.raises(ValueError, match="API token") as raised:
        OktaClient(OrgAddress("https://example.okta.com"), SecretStr(token))

    assert not token or token not in str(raised.value)


ECHOES = [
    lambda t: httpx2.Response(401, json={"errorCode": t, "errorSummary": f"Invalid {t}", "errorId": t}),
    lambda t: httpx2.Response(400, json={"errorSummary": "x", "errorCauses": [{"errorSummary": t}]}),
    lambda t: httpx2.Response(403, headers={"www-authenticate": f'Bearer error="insufficient_scope", scope="{t}"'}),
    lambda t: httpx2.Response(200, html=f"<title>{t}</title>"),
    lambda t: httpx2.Response(302, headers={"location": f"https://{t}.example.com/", "content-type": t}),
    lambda t: httpx2.Response(429, json={"errorSummary": t}),
    lambda t: httpx2.Response(503, json={"errorSummary": t}, headers={"x-okta-request-id": t}),
    lambda t: httpx2.LocalProtocolError(f"Illegal header value b'SSWS {t}'"),
]


@pytest.mark.parametrize("echo", ECHOES)
async def test_the_token_is_in_no_text_even_if_the_other_side_repeats_it(wired, canary, caplog, echo):
    okta, _ = wired([echo(canary)])
    caplog.set_level(logging.DEBUG)

    with pytest.raises(OktaError) as raised:
        await okta.get("users", params={"q": "Ada"})

    met = raised.value
    texts = [
        str(met),
        repr(met),
        repr(vars(met)),
        repr(okta),
        *(record.getMessage() for record in caplog.records),
    ]
    texts.append("".join(traceback.format_exception(met)))
    for text in texts:
        assert canary.lower() not in text.lower()


async def test_a_debug_line_names_the_request_without_identifiers_query_or_body(wired, caplog):
    okta, _ = wired([OK])
    caplog.set_level(logging.DEBUG, logger="okta_mcp.okta")

    await okta.post("users", "ada@example.com", params={"strict": True}, json={"profile": {"city": "Lyon"}})

    [record] = [record for record in caplog.records if record.name == "okta_mcp.okta"]
    words = record.getMessage().split()
    assert words[:3] == ["POST", "/api/v1/users/{id}", "200"]
    assert words[4:] == ["ms", "req9"]
