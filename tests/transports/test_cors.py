"""Pages of other origins: those that the operator names reach the doors from a browser, and no others."""

import hashlib

import pytest

from okta_mcp.settings import SettingsError, load_settings
from okta_mcp.transports.callers import Admission

TOKEN = "okmcp_page0page0"
KNOWN = f"page=sha256:{hashlib.sha256(TOKEN.encode()).hexdigest()}"
CHAT, INSPECTOR, STRANGER = "https://chat.example.com", "http://localhost:6274", "https://attacker.example.com"
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "page", "version": "1"}}
SENT = "authorization,content-type,last-event-id,mcp-method,mcp-name,mcp-protocol-version,mcp-session-id"


@pytest.fixture(scope="module")
async def paged(lasting_doors):
    """Doors that ask for a token, with all that stands before them, for two origins."""
    return await lasting_doors(auth_tokens=KNOWN, probes=True, cors_origins=f"{CHAT},{INSPECTOR}")


async def preflight(opened, origin, method="POST", asked=SENT, path="/mcp", **headers):
    asking = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": asked}
    return await opened.http.options(path, headers={**asking, **headers})


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize("path", ["/mcp", "/sse", "/messages/", "/.well-known/oauth-protected-resource/mcp"])
async def test_a_preflight_of_a_named_origin_is_answered_without_a_token(paged, method, path):
    for origin in (CHAT, INSPECTOR):
        answer = await preflight(paged, origin, method, path=path)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, origin)
    assert method in answer.headers["Access-Control-Allow-Methods"]
    allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert set(SENT.split(",")) <= allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


async def test_a_named_page_of_the_internet_may_ask_in_the_private_network(paged):
    answer = await preflight(paged, CHAT, **{"Access-Control-Request-Private-Network": "true"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Private-Network"]) == (200, "true")


@pytest.mark.parametrize(
    ("origin", "method", "asked"),
    [
        (STRANGER, "POST", SENT),
        ("null", "POST", SENT),
        ("http://chat.example.com", "POST", SENT),
        (f"{CHAT}:8443", "POST", SENT),
        (f"{CHAT}.attacker.example.com", "POST", SENT),
        ("http://localhost:6275", "POST", SENT),
        (CHAT, "PUT", SENT),
        (CHAT, "POST", "x-anything"),
    ],
)
async def test_no_other_preflight_is_let_through(paged, origin, method, asked):
    answer = await preflight(paged, origin, method, asked)
    assert answer.status_code == 400
    assert origin == CHAT or "Access-Control-Allow-Origin" not in answer.headers


async def test_a_preflight_of_a_page_of_this_machine_is_refused_where_no_origin_is_named(doors):
    opened = await doors(auth_tokens=KNOWN, probes=True)
    answer = await preflight(opened, INSPECTOR)
    assert answer.status_code == 401
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_named_page_reads_the_session_that_it_begins_and_goes_on_with(paged):
    answer = await paged.say("initialize", HELLO, token=TOKEN, Origin=CHAT)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == CHAT
    exposed = {name.strip().lower() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert exposed == {"mcp-protocol-version", "mcp-session-id", "retry-after", "www-authenticate", "x-request-id"}
    session = {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"], "MCP-Protocol-Version": "2025-11-25"}
    listed = await paged.say("tools/list", token=TOKEN, Origin=CHAT, **session)
    assert '"name":"suspend_user"' in listed.text


async def test_a_named_page_still_needs_a_token_and_reads_the_challenge(paged):
    answer = await paged.say("initialize", HELLO, Origin=CHAT)
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == CHAT
    assert "www-authenticate" in answer.headers["Access-Control-Expose-Headers"].lower()
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("origin", [STRANGER, "null", "http://chat.example.com", f"{CHAT}:8443"])
async def test_another_page_is_refused_with_a_token_too(paged, origin):
    answer = await paged.say("initialize", HELLO, token=TOKEN, Origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_named_page_does_not_make_another_host_the_server(paged):
    answer = await paged.say("initialize", HELLO, token=TOKEN, Origin=CHAT, Host="attacker.example.com")
    assert answer.status_code == 421


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Chat.Example.com", CHAT),
        ("https://chat.example.com:443/", CHAT),
        ("http://localhost:6274", INSPECTOR),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_compared_as_browsers_write_it(written, meant):
    assert load_settings({"cors_origins": written}, env_file=None).cors_origins == (meant,)


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "https://*",
        "https://*.example.com",
        "http://localhost:*",
        "null",
        "chat.example.com",
        "https://",
        CHAT + "/x",
        "https://user@chat.example.com",
        "https://chät.example.com",
        "ftp://chat.example.com",
        f"{CHAT} {INSPECTOR}",
    ],
)
def test_what_is_no_exact_origin_is_refused(written):
    with pytest.raises(SettingsError, match="OKTA_MCP_CORS_ORIGINS"):
        load_settings({"cors_origins": written}, env_file=None)


def test_a_page_from_elsewhere_is_refused_while_nobody_is_asked_who_they_are():
    def admission(**given):
        return Admission.of(load_settings(given, env_file=None))

    with pytest.raises(SettingsError) as refused:
        admission(cors_origins=f"{INSPECTOR},{CHAT}").require_guarded("127.0.0.1")
    (problem,) = refused.value.problems
    assert problem.startswith(f"OKTA_MCP_CORS_ORIGINS (--cors-origins): {CHAT} is not on this machine, and nobody")
    admission(cors_origins=f"{INSPECTOR},http://[::1]").require_guarded("127.0.0.1")
    admission(cors_origins=CHAT, auth_tokens=KNOWN).require_guarded("127.0.0.1")
