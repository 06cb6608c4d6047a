"""How a client finds out who gives tokens for this server. RFC 9728."""

import hashlib

import pytest

from okta_mcp.settings import SettingsError, load_settings
from okta_mcp.transports.callers import Admission

COLLECTOR = "okmcp_collector"
AUDIENCES = ("https://mcp.example.com/mcp", "https://mcp.example.com/sse", "https://mcp.example.com")


@pytest.mark.parametrize("door", ["", "/mcp", "/sse"])
async def test_each_door_and_the_server_have_metadata_that_needs_no_token(trusted, lasting_issuer, door):
    answer = await trusted.http.get(f"/.well-known/oauth-protected-resource{door}")
    assert answer.status_code == 200
    assert answer.json() == {
        "resource": f"{trusted.url}{door}",
        "resource_name": "Okta, administered by an assistant",
        "authorization_servers": [lasting_issuer.url],
        "scopes_supported": ["okta:read", "okta:write"],
        "bearer_methods_supported": ["header"],
    }


@pytest.mark.parametrize("path", ["/.well-known/oauth-protected-resource/x", "/.well-known/", "/mcp/.well-known"])
async def test_nothing_else_is_open(trusted, path):
    assert (await trusted.http.get(path)).status_code == 401


async def test_there_is_none_where_no_issuer_gives_tokens(doors):
    opened = await doors(auth_tokens="desk=sha256:" + "0" * 64)
    answer = await opened.http.get("/.well-known/oauth-protected-resource/mcp")
    assert answer.status_code == 401
    assert "resource_metadata" not in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("public", ["https://mcp.example.com", "https://MCP.example.com:443/"])
async def test_the_public_address_is_the_resource_and_is_answered(trusting, issuer, public):
    opened = await trusting(public_url=public, auth_audience=None)
    headers = {"Host": "mcp.example.com", "Origin": "https://mcp.example.com"}
    answer = await opened.http.get("/.well-known/oauth-protected-resource/mcp", headers=headers)
    resource = answer.json()["resource"]
    assert resource == "https://mcp.example.com/mcp"
    told = (await opened.http.post("/mcp", json={}, headers=headers)).headers["WWW-Authenticate"]
    assert 'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"' in told
    token = {"Authorization": f"Bearer {issuer.token(aud=resource)}"}
    assert (await opened.http.post("/mcp", json={}, headers={**headers, **token})).status_code == 400  # no session
    assert (await opened.http.post("/mcp", json={}, headers={"Host": "else.example.com", **token})).status_code == 421


async def test_a_public_address_may_have_a_path(trusting, issuer):
    opened = await trusting(public_url="https://example.com/okta", auth_audience=None)
    told = (await opened.http.post("/mcp", json={})).headers["WWW-Authenticate"]
    place = "/.well-known/oauth-protected-resource/okta/mcp"
    assert f'resource_metadata="https://example.com{place}"' in told
    for path in (place, "/.well-known/oauth-protected-resource/mcp"):
        assert (await opened.http.get(path)).json()["resource"] == "https://example.com/okta/mcp"


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_without_a_named_audience_a_token_is_for_the_address_of_a_door(trusting, issuer, audience):
    opened = await trusting(public_url="https://mcp.example.com", auth_audience=None)
    answer = await opened.say("tools/list", token=issuer.token(aud=audience))
    assert answer.status_code == 400  # it is let in, and has no session
    for other in ("https://mcp.example.com/mcp/x", "https://else.example.com/mcp", "http://mcp.example.com/mcp"):
        assert (await opened.say("tools/list", token=issuer.token(aud=other))).status_code == 401


@pytest.mark.parametrize(
    ("host", "public", "token", "status"),
    [
        ("0.0.0.0", None, None, 401),
        ("0.0.0.0", None, "okmcp_other", 401),
        ("0.0.0.0", None, COLLECTOR, 200),
        ("127.0.0.1", None, None, 421),
        ("127.0.0.1", "https://mcp.example.com", None, 401),
        ("127.0.0.1", "https://mcp.example.com", COLLECTOR, 200),
    ],
)
async def test_the_metrics_need_a_token_where_others_can_ask_for_them(doors, host, public, token, status):
    digest = hashlib.sha256(COLLECTOR.encode()).hexdigest()
    opened = await doors(host=host, public_url=public, probes=True, auth_tokens=f"collector=sha256:{digest}:nothing")
    headers = {"Host": "10.1.2.3:8765", **({} if token is None else {"Authorization": f"Bearer {token}"})}
    assert (await opened.http.get("/metrics", headers=headers)).status_code == status
    for probe in ("/livez", "/readyz"):
        assert (await opened.http.get(probe, headers={"Host": "10.1.2.3:8765"})).status_code == 200
    if token == COLLECTOR:
        async with opened.client(COLLECTOR) as client:
            assert (await client.list_tools()).tools == []


@pytest.mark.parametrize(("public", "refused"), [(None, True), ("https://mcp.example.com", False)])
def test_an_open_address_needs_a_public_one_for_tokens_to_be_for(public, refused):
    options = {"auth_issuer": "https://example.okta.com/oauth2/default", "public_url": public}
    admission = Admission.of(load_settings(options, env_file=None))
    assert admission.require_guarded("127.0.0.1") is None
    if refused:
        with pytest.raises(SettingsError, match="OKTA_MCP_PUBLIC_URL"):
            admission.require_guarded("0.0.0.0")
    else:
        assert admission.require_guarded("0.0.0.0") is None
