"""Which credentials the options give: one and only one, whole, and of one owner with the org's address."""

import json
import os

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from okta_mcp.cli import main
from okta_mcp.cli.credentials import credentials_of
from okta_mcp.okta.credentials import ApiToken, ServiceApp
from okta_mcp.settings import OPTIONS, MissingOrgError, SettingsError, load_settings

URL = "https://example.okta.com"
TOKEN = "00c4naryTOKENc4naryTOKENc4naryTOKENc4nary1"
CLIENT = "0oa1example2CLIENT3d7"
KEY = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("OKTA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def given(**values):
    return load_settings({"org_url": URL, **values})


def test_an_api_token_and_a_service_app_are_each_enough(tmp_path):
    (tmp_path / "key.pem").write_text(KEY)
    address, token = credentials_of(given(api_token=TOKEN))
    assert (address.origin, type(token)) == (URL, ApiToken)
    for more in (
        {"private_key": KEY},
        {"private_key_file": "key.pem"},
        {"private_key_file": str(tmp_path / "key.pem")},
    ):
        address, app = credentials_of(given(client_id=CLIENT, **more))
        assert (address.origin, type(app), repr(app)) == (URL, ServiceApp, f"ServiceApp({CLIENT!r})")


def test_an_empty_token_beside_an_app_was_left_out_in_a_form(monkeypatch):
    monkeypatch.setenv("OKTA_API_TOKEN", "")
    monkeypatch.setenv("OKTA_CLIENT_ID", CLIENT)
    monkeypatch.setenv("OKTA_PRIVATE_KEY", KEY)
    monkeypatch.setenv("OKTA_PRIVATE_KEY_FILE", "")
    assert isinstance(credentials_of(load_settings({"org_url": URL}))[1], ServiceApp)


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"api_token": TOKEN, "client_id": CLIENT}, ["OKTA_CLIENT_ID"]),
        ({"api_token": TOKEN, "private_key": KEY}, ["OKTA_PRIVATE_KEY"]),
        (
            {"api_token": TOKEN, "client_id": CLIENT, "private_key_file": "x"},
            ["OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY_FILE"],
        ),
        ({"api_token": TOKEN, "scopes": "okta.users.read"}, ["OKTA_SCOPES"]),
        ({"api_token": TOKEN, "key_id": "k"}, ["OKTA_KEY_ID"]),
        ({"api_token": TOKEN, "dpop": "on"}, ["OKTA_DPOP"]),
        ({"private_key": KEY}, ["OKTA_CLIENT_ID"]),
        ({"client_id": CLIENT, "key_id": "k"}, ["OKTA_KEY_ID"]),
        ({"client_id": CLIENT, "dpop": "on"}, ["OKTA_DPOP"]),
        ({"private_key_file": "x", "key_id": "k"}, ["OKTA_CLIENT_ID"]),
        ({"client_id": CLIENT, "private_key": KEY, "private_key_file": "x"}, ["OKTA_PRIVATE_KEY_FILE"]),
    ],
)
def test_credentials_that_contradict_each_other_or_are_half_are_refused(values, problems):
    with pytest.raises(SettingsError) as raised:
        credentials_of(given(**values))
    assert [problem.partition(" ")[0].rstrip(":") for problem in raised.value.problems] == problems
    assert "c4nary" not in str(raised.value)
    assert "BEGIN" not in str(raised.value)


def test_without_any_credentials_an_api_token_is_asked_for():
    with pytest.raises(MissingOrgError, match="OKTA_API_TOKEN: it is missing"):
        credentials_of(load_settings())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "the file cannot be read: No such file or directory"),
        (b"\xff\xfec4nary", "it is no text"),
        (b"c4nary", "neither PEM"),
        (json.dumps({"kty": "oct", "k": "c4nary"}).encode(), "Okta takes RSA keys"),
    ],
)
def test_a_key_file_that_is_none_is_named_and_not_repeated(tmp_path, capsys, content, says):
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    assert main(["check", "--org-url", URL, "--client-id", CLIENT, "--private-key-file", "key"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("OKTA_PRIVATE_KEY_FILE (--private-key-file): ")
    assert says in err
    assert "c4nary" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize("flag", ["--private-key", "--private_key", "--client-secret"])
def test_a_key_on_the_command_line_is_refused_without_repeating_it(capsys, flag):
    with pytest.raises(SystemExit):
        main(["check", flag, "c4nary"])
    assert "c4nary" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("OKTA_API_TOKEN", TOKEN, "the token from the environment"),
        ("OKTA_PRIVATE_KEY", KEY, "the private key from the environment"),
        ("OKTA_PRIVATE_KEY_FILE", "/somewhere/key", "the private key from the environment"),
    ],
)
def test_a_file_that_came_with_a_checkout_does_not_choose_where_my_credentials_go(
    monkeypatch, tmp_path, name, value, what
):
    (tmp_path / ".env").write_text("OKTA_ORG_URL=https://evil.okta.com\nOKTA_CLIENT_ID=0oaEvil\n")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"comes from .env, but {what}, which would be used there"):
        load_settings()
    assert load_settings({"org_url": URL}).org_url == URL


def test_nor_does_it_for_a_key_file_named_by_a_flag(tmp_path):
    (tmp_path / ".env").write_text("OKTA_ORG_URL=https://evil.okta.com\n")
    with pytest.raises(SettingsError, match="the private key from a flag"):
        load_settings({"private_key_file": "/somewhere/key"})


LOOSENING = {
    "OKTA_DPOP": "off",
    "OKTA_MCP_CONFIRM": "never",
    "OKTA_MCP_BULK_JOURNAL": "runs.sqlite",
    "OKTA_MCP_AUDIT_FILE": "off",
    "OKTA_MCP_AUDIT_STREAM": "true",
    "OKTA_MCP_AUDIT_KEY": "a key that others know as well",
    "OKTA_MCP_AUDIT_ROTATE": "1",
    "OKTA_MCP_HOST": "0.0.0.0",
    "OKTA_MCP_PUBLIC_URL": "https://mcp.example.com",
    "OKTA_MCP_CORS_ORIGINS": "https://evil.example.com",
    "OKTA_MCP_AUTH_TOKENS": "desk=sha256:" + "5e" * 32,
    "OKTA_MCP_AUTH_TOKENS_FILE": "tokens",
    "OKTA_MCP_DANGEROUSLY_UNAUTHENTICATED": "true",
    "OKTA_MCP_AUTH_ISSUER": "https://evil.example.com",
    "OKTA_MCP_AUTH_AUDIENCE": "api://evil",
    "OKTA_MCP_AUTH_SCOPES": "openid=write",
    "OKTA_MCP_AUTH_GROUPS": "Everyone=write",
    "OKTA_MCP_AUTH_GROUPS_CLAIM": "aud",
    "OKTA_MCP_AUTH_LIST_REACHABLE": "true",
    "OKTA_MCP_REDIS_URL": "redis://evil.example.com",
    "OKTA_MCP_STATE_KEYS": "a key of 32 characters that others know",
}
NARROWING = {
    "OKTA_MCP_CONFIRM": "writes",
    "OKTA_MCP_CONFIRM_BY": "person",
    "OKTA_MCP_READ_ONLY": "true",
    "OKTA_MCP_TOOLSETS": "users",
    "OKTA_MCP_TOOLS": "get_group",
    "OKTA_MCP_EXCLUDE_TOOLS": "deactivate_user",
    "OKTA_MCP_OUTPUT_SCHEMAS": "false",
    "OKTA_MCP_PROTECT_USERS": "ceo@example.com",
    "OKTA_MCP_PROTECT_MEMBERS_OF": "Executives",
    "OKTA_MCP_PROTECT_WHERE": 'profile.department eq "Executive"',
    "OKTA_MCP_PROTECT_ADMINS": "true",
    "OKTA_MCP_PROTECT_GROUPS": "Administrators",
    "OKTA_MCP_NEVER_GRANT": "VPN Admins",
    "OKTA_MCP_NEVER_GRANT_ADMIN": "true",
    "OKTA_MCP_WRITES_PER_MINUTE": "5",
    "OKTA_MCP_WRITES_PER_CALLER": "5",
    "OKTA_MCP_DRY_RUN": "true",
    "OKTA_MCP_WITHHOLD_SECRETS": "true",
    "OKTA_MCP_BULK_JOURNAL": "memory",
    "OKTA_MCP_HOST": "localhost",
}
NEITHER = {
    "OKTA_ORG_URL", "OKTA_API_TOKEN", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY", "OKTA_PRIVATE_KEY_FILE", "OKTA_KEY_ID",
    "OKTA_SCOPES", "OKTA_MCP_TIMEOUT", "OKTA_MCP_MAX_WAIT", "OKTA_MCP_BULK_MAX_WAIT", "OKTA_MCP_RATE_SHARE",
    "OKTA_MCP_BULK_SECONDS", "OKTA_MCP_LOG_LEVEL", "OKTA_MCP_LOG_FORMAT", "OKTA_MCP_PORT", "OKTA_MCP_CALL_SECONDS",
    "OKTA_MCP_DRAIN_NOTICE", "OKTA_MCP_DRAIN_SECONDS", "OKTA_MCP_MAX_REQUEST_BYTES", "OKTA_MCP_REQUEST_SECONDS",
    "OKTA_MCP_MAX_REQUESTS", "OKTA_MCP_MAX_SESSIONS", "OKTA_MCP_SESSION_SECONDS", "OKTA_MCP_STATELESS",
}  # fmt: skip
"""The credential itself, and bounds of time and number."""


def write_env(folder, values):
    (folder / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))


def test_of_every_option_it_is_decided_whether_it_can_loosen_a_guard():
    assert {option.env for option in OPTIONS} == LOOSENING.keys() | NARROWING.keys() | NEITHER


@pytest.mark.parametrize("name", LOOSENING)
def test_a_file_without_my_credential_does_not_loosen_its_guards(monkeypatch, tmp_path, name):
    write_env(tmp_path, {name: LOOSENING[name]})
    load_settings()  # nobody's credential
    monkeypatch.setenv("OKTA_ORG_URL", URL)
    monkeypatch.setenv("OKTA_API_TOKEN", TOKEN)
    with pytest.raises(SettingsError, match=f"^{name}.*: it comes from .env, but the token from the envir") as refused:
        load_settings()
    assert LOOSENING[name] not in str(refused.value).partition(": ")[2]
    monkeypatch.setenv(name, LOOSENING[name])
    load_settings()


def test_all_that_it_loosens_is_named_at_once(monkeypatch, tmp_path):
    write_env(tmp_path, LOOSENING)
    monkeypatch.setenv("OKTA_API_TOKEN", TOKEN)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [one.split(" ")[0].rstrip(":") for one in refused.value.problems] == [
        option.env for option in OPTIONS if option.env in LOOSENING
    ]


def test_it_may_narrow_what_my_credential_is_used_for(monkeypatch, tmp_path):
    write_env(tmp_path, NARROWING)
    monkeypatch.setenv("OKTA_API_TOKEN", TOKEN)
    settings = load_settings()
    assert (settings.confirm, settings.read_only, settings.tools) == ("writes", True, ("get_group",))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [({"toolsets": "logs"}, "OKTA_MCP_TOOLS=deactivate_user"), ({"tools": "get_user"}, "OKTA_MCP_TOOLSETS=users")],
)
def test_it_adds_no_tools_to_those_i_have_chosen(monkeypatch, tmp_path, mine, theirs):
    (tmp_path / ".env").write_text(theirs)
    monkeypatch.setenv("OKTA_API_TOKEN", TOKEN)
    load_settings()
    with pytest.raises(SettingsError, match=theirs.partition("=")[0]):
        load_settings(mine)


def test_nor_does_it_for_a_sign_in_that_is_kept_elsewhere(tmp_path):
    write_env(tmp_path, {"OKTA_ORG_URL": URL, "OKTA_CLIENT_ID": CLIENT, "OKTA_MCP_CONFIRM": "never"})
    with pytest.raises(SettingsError, match=r"^OKTA_MCP_CONFIRM .*the sign-in from where `okta-mcp login` keeps it"):
        load_settings()
    assert load_settings({"confirm": "never"}).confirm == "never"


@pytest.mark.parametrize("credential", [{"OKTA_API_TOKEN": TOKEN}, {"OKTA_CLIENT_ID": CLIENT, "OKTA_PRIVATE_KEY": "x"}])
def test_a_file_that_holds_the_credential_may_say_anything_about_it(monkeypatch, tmp_path, credential):
    write_env(tmp_path, {"OKTA_ORG_URL": URL, **credential, **LOOSENING})
    assert load_settings().confirm == "never"
    monkeypatch.setenv("OKTA_API_TOKEN", f"{TOKEN}another")  # counts in place of the file's
    with pytest.raises(SettingsError, match="OKTA_MCP_CONFIRM"):
        load_settings()


def test_a_file_may_hold_both(tmp_path):
    (tmp_path / "key.pem").write_text(KEY)
    (tmp_path / ".env").write_text(f"OKTA_ORG_URL={URL}\nOKTA_CLIENT_ID={CLIENT}\nOKTA_PRIVATE_KEY_FILE=key.pem\n")
    assert isinstance(credentials_of(load_settings())[1], ServiceApp)


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("okta.users.read okta.groups.manage", ("okta.users.read", "okta.groups.manage")),
        ("okta.users.read, okta.groups.manage,", ("okta.users.read", "okta.groups.manage")),
        (" okta.users.read.self\n offline_access ", ("okta.users.read.self", "offline_access")),
        ("", ()),
    ],
)
def test_scopes_are_parted_by_commas_or_spaces(text, scopes):
    assert given(scopes=text).scopes == scopes


@pytest.mark.parametrize("text", ["users.read", "okta.users", "okta.users.read;drop", "okta..read", "admin"])
def test_what_is_no_scope_is_refused(text):
    with pytest.raises(SettingsError, match=r"OKTA_SCOPES .*no scope of Okta's"):
        given(scopes=text)


@pytest.mark.parametrize(
    ("text", "value"), [("AUTO", "auto"), ("on", "on"), ("true", "on"), ("0", "off"), (" off ", "off")]
)
def test_binding_is_on_off_or_automatic(text, value):
    assert given(dpop=text).dpop == value


@pytest.mark.parametrize("text", ["<client>", "your-client-id", "0oa 1", "0oa\n1", "xxxx"])
def test_a_client_id_that_is_none_is_refused(text):
    with pytest.raises(SettingsError, match="OKTA_CLIENT_ID"):
        given(client_id=text)


def test_an_app_asks_for_the_scopes_of_the_tools_on_offer():
    from okta_mcp.server import scopes_of

    assert scopes_of(given(toolsets="logs")) == {"okta.logs.read", "okta.orgs.read"}
    assert not {scope for scope in scopes_of(given(read_only=True)) if scope.endswith(".manage")}
    assert {"okta.users.manage", "okta.groups.manage", "okta.apps.read", "okta.logs.read"} <= scopes_of(given())
