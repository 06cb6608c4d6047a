import os
import subprocess
import sys

import pytest
from pydantic import SecretStr, ValidationError

from okta_mcp.settings import OPTIONS, Settings, SettingsError, load_settings, require_org

TOKEN = "00c4naryTOKENc4naryTOKENc4naryTOKENc4nary1"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("OKTA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default_and_no_org_is_needed():
    settings = load_settings()

    assert settings.model_fields_set == set()
    assert (settings.org_url, settings.api_token) == (None, None)
    assert (settings.read_only, settings.toolsets, settings.tools, settings.exclude_tools) == (False, (), (), ())
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8765, "WARNING")
    assert (settings.confirm, settings.confirm_by, settings.dry_run) == ("destructive", "code", False)


@pytest.mark.parametrize(
    ("env", "text", "field", "value"),
    [
        ("OKTA_ORG_URL", " https://example.okta.com ", "org_url", "https://example.okta.com"),
        ("OKTA_MCP_READ_ONLY", "true", "read_only", True),
        ("OKTA_MCP_TOOLSETS", "users, logs,", "toolsets", ("users", "logs")),
        ("OKTA_MCP_TOOLSETS", "", "toolsets", ()),
        ("OKTA_MCP_TOOLS", "get_user", "tools", ("get_user",)),
        ("OKTA_MCP_EXCLUDE_TOOLS", "a,b", "exclude_tools", ("a", "b")),
        ("OKTA_MCP_CONFIRM", "writes", "confirm", "writes"),
        ("OKTA_MCP_CONFIRM_BY", "person", "confirm_by", "person"),
        ("OKTA_MCP_DRY_RUN", "1", "dry_run", True),
        ("OKTA_MCP_TIMEOUT", "12.5", "timeout", 12.5),
        ("OKTA_MCP_TIMEOUT", " ", "timeout", 60.0),
        ("OKTA_MCP_MAX_WAIT", "0", "max_wait", 0.0),
        ("OKTA_MCP_LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("OKTA_MCP_LOG_FORMAT", " JSON ", "log_format", "json"),
        ("OKTA_MCP_DRAIN_SECONDS", "7.5", "drain_seconds", 7.5),
        ("OKTA_MCP_STATELESS", "true", "stateless", True),
        ("OKTA_MCP_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("OKTA_MCP_PORT", "0", "port", 0),
        ("OKTA_MCP_OUTPUT_SCHEMAS", "off", "output_schemas", False),
        ("OKTA_MCP_REDIS_URL", "redis://127.0.0.1:6379/1", "redis_url", SecretStr("redis://127.0.0.1:6379/1")),
    ],
)
def test_every_option_can_come_from_the_environment(monkeypatch, env, text, field, value):
    monkeypatch.setenv(env, text)

    assert getattr(load_settings(), field) == value


def test_a_flag_goes_before_the_environment_before_the_file_before_the_default(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("OKTA_MCP_PORT=1\nOKTA_MCP_HOST=file\nOKTA_MCP_TIMEOUT=1\nOTHER=x\n")
    monkeypatch.setenv("OKTA_MCP_PORT", "2")
    monkeypatch.setenv("OKTA_MCP_HOST", "environment")

    settings = load_settings({"port": 3, "host": None})

    assert (settings.port, settings.host, settings.timeout, settings.max_wait) == (
        3,
        "environment",
        1.0,
        30.0,
    )
    assert load_settings(env_file=None).timeout == 60.0
    assert load_settings(env_file=tmp_path / "missing").timeout == 60.0


def test_flags_may_be_texts_or_values():
    settings = load_settings({"toolsets": "users,groups", "tools": ["get_user"], "read_only": True, "timeout": "5"})

    assert (settings.toolsets, settings.tools) == (("users", "groups"), ("get_user",))
    assert (settings.read_only, settings.timeout) == (True, 5.0)


@pytest.mark.parametrize(
    "text", [TOKEN, f"SSWS {TOKEN}", f"ssws  {TOKEN}", f'"{TOKEN}"', f"  '{TOKEN}' ", f'"SSWS {TOKEN}"']
)
def test_a_token_is_taken_with_or_without_its_scheme_and_quotes(monkeypatch, text):
    monkeypatch.setenv("OKTA_API_TOKEN", text)

    settings = load_settings()

    assert settings.api_token == SecretStr(TOKEN)
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("SSWS", "it is empty"),
        ("''", "it is empty"),
        ("Bearer c4nary", "spaces"),
        ("c4na\try", "spaces"),
        ("c4narÿ", "characters that no token has"),
        ("<c4nary>", "placeholder"),
        ("${c4nary}", "placeholder"),
        ("your-c4nary-token", "placeholder"),
        ("xxxxc4nary", "placeholder"),
        ("...", "placeholder"),
    ],
)
def test_a_token_that_cannot_be_one_is_refused_without_repeating_it(monkeypatch, text, says):
    monkeypatch.setenv("OKTA_API_TOKEN", text)

    with pytest.raises(SettingsError) as raised:
        load_settings()

    [problem] = raised.value.problems
    assert problem.startswith("OKTA_API_TOKEN: ")
    assert says in problem
    for shown in (str(raised.value), repr(raised.value), repr(raised.value.__cause__)):
        assert "c4na" not in shown


def test_a_model_made_by_hand_does_not_repeat_the_token_either():
    with pytest.raises(ValidationError) as raised:
        Settings(api_token="c4nary in words")

    assert "c4nary" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "https://{yourOktaDomain}", "https://exa mple.okta.com"])
def test_an_org_url_that_cannot_be_one_is_refused(text):
    with pytest.raises(SettingsError, match=r"^OKTA_ORG_URL \(--org-url\): .*https://example\.okta\.com$"):
        load_settings({"org_url": text})


def test_a_value_of_a_wrong_kind_is_named():
    with pytest.raises(SettingsError, match=r"^OKTA_MCP_HOST \(--host\): 5: .*string"):
        load_settings({"host": 5})


def test_every_problem_is_listed_one_to_a_line(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("OKTA_MCP_REDONLY=true\n")
    for name, text in {
        "OKTA_ORG_URL": "",
        "OKTA_MCP_READ_ONLY": "perhaps",
        "OKTA_MCP_TOOLSETS": "users,grops,lgs",
        "OKTA_MCP_TIMEOUT": "soon",
        "OKTA_MCP_MAX_WAIT": "nan",
        "OKTA_MCP_LOG_LEVEL": "loud",
        "OKTA_MCP_PORT": "99999",
        "OKTA_MCP_ZZZZ": "1",
    }.items():
        monkeypatch.setenv(name, text)

    with pytest.raises(SettingsError) as raised:
        load_settings({"bogus": 1})

    toolsets = "'users', 'groups', 'logs' or 'bulk'"
    levels = "'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL'"
    assert (
        str(raised.value)
        == f"""\
OKTA_ORG_URL (--org-url): it is empty. A right value: https://example.okta.com
OKTA_MCP_READ_ONLY (--read-only): 'perhaps' is not true or false. A right value: true
OKTA_MCP_TOOLSETS (--toolsets): 'grops' is not one of {toolsets}. A right value: users,groups
OKTA_MCP_TIMEOUT (--timeout): 'soon' is not a number. A right value: 60
OKTA_MCP_MAX_WAIT (--max-wait): 'nan' is not a number. A right value: 30
OKTA_MCP_LOG_LEVEL (--log-level): 'LOUD' is not one of {levels}. A right value: INFO
OKTA_MCP_PORT (--port): '99999' is more than 65535. A right value: 8765
--bogus: there is no such option.
OKTA_MCP_REDONLY: there is no such variable. Did you mean OKTA_MCP_READ_ONLY?
OKTA_MCP_ZZZZ: there is no such variable. There are: {", ".join(option.env for option in OPTIONS)}."""
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://:c4nary@redis.example.com",
        "redis://:c4nary/word@redis.example.com:6379/0",
        "redis://:c4nary#word@redis.example.com:6379/0",
        "redis://:c4nary?word@redis.example.com:6379/0",
        "redis://:c4nary[word@redis.example.com:6379/0",
        "redis://:6379#c4nary@redis.example.com/0",
        "redis://:c4nary@redis.example.com:99999",
        "redis://:c4nary@redis.example.com:c4nary",
        "rediss://:c4nary@/0",
    ],
)
def test_an_address_of_redis_that_cannot_be_one_is_refused_without_repeating_it(url):
    with pytest.raises(SettingsError, match=r"^OKTA_MCP_REDIS_URL: it (is no|does not)") as refused:
        load_settings({"redis_url": url})
    assert "c4nary" not in str(refused.value)


@pytest.mark.parametrize("url", ["redis://:p%2Fw@[::1]:6379/0?socket_timeout=1", "rediss://r.example.com", "unix:///r"])
def test_an_address_of_redis_that_can_be_one_is_taken(url):
    assert load_settings({"redis_url": url}).redis_url == SecretStr(url)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "env").write_bytes(b"OKTA_MCP_HOST=\xff\n")

    with pytest.raises(SettingsError, match="env: the file cannot be read"):
        load_settings(env_file=tmp_path / "env")


def test_both_parts_of_an_org_are_required_where_one_is_needed():
    with pytest.raises(SettingsError) as raised:
        require_org(load_settings())

    assert str(raised.value) == (
        "OKTA_ORG_URL (--org-url): it is missing. Set OKTA_ORG_URL in the environment or in .env, for "
        "instance OKTA_ORG_URL=https://example.okta.com, or pass --org-url https://example.okta.com\n"
        "OKTA_API_TOKEN: it is missing. Set OKTA_API_TOKEN in the environment or in .env, for instance "
        "OKTA_API_TOKEN=00aBcD…"
    )
    with pytest.raises(SettingsError, match=r"^OKTA_API_TOKEN: it is missing"):
        require_org(load_settings({"org_url": "https://example.okta.com"}))


def test_an_org_that_is_complete_is_handed_over(monkeypatch):
    monkeypatch.setenv("OKTA_API_TOKEN", TOKEN)

    assert require_org(load_settings({"org_url": "example.okta.com"})) == (
        "example.okta.com",
        SecretStr(TOKEN),
    )


def test_every_option_is_described_and_its_example_is_right():
    assert sorted(option.field for option in OPTIONS) == sorted(Settings.model_fields)
    for option in OPTIONS:
        assert option.description.endswith(".")
        assert option.flag == (None if option.secret else f"--{option.field.replace('_', '-')}")
        assert load_settings({option.field: option.example.replace("…", "")}) is not None
        if option.default:
            assert load_settings({option.field: option.default}) == load_settings()
    assert [option.env for option in OPTIONS if option.secret] == [
        "OKTA_API_TOKEN",
        "OKTA_PRIVATE_KEY",
        "OKTA_MCP_AUDIT_KEY",
        "OKTA_MCP_REDIS_URL",
        "OKTA_MCP_STATE_KEYS",
    ]
    assert [option.field for option in OPTIONS if option.switch] == [
        "read_only",
        "output_schemas",
        "protect_admins",
        "never_grant_admin",
        "dry_run",
        "withhold_secrets",
        "audit_stream",
        "stateless",
        "dangerously_unauthenticated",
        "auth_list_reachable",
    ]


def test_importing_the_settings_and_the_client_brings_in_nothing_heavy():
    heavy = ("mcp", "starlette", "uvicorn", "lark", "rich")
    script = f"import sys, okta_mcp.settings, okta_mcp.okta; print(*(n for n in {heavy} if n in sys.modules))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.split() == []
