"""`okta-mcp check` as a service app: what it says when all is well, and of each thing that can be wrong."""

import httpx2
import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.checkup import check
from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.okta.credentials import ServiceApp, SigningKey
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import scopes_of
from okta_mcp.settings import load_settings

URL = "https://sandbox.okta.example"
KEY, OTHER = SigningKey.made(), SigningKey.made()
EVERY = {scope for action in ACTIONS for scope in action.all_scopes} | {"okta.orgs.read"}


@pytest.fixture
def checked(capsys):
    """Check a service app; return the exit status and the lines by their headings."""

    async def run(
        *, granted=EVERY, roles=("SUPER_ADMIN",), dpop=False, binding="auto", skew=0.0, key=KEY, change=None, **settings
    ):
        box = Sandbox(origin=URL)
        app = box.register_service_app("Night", jwks=KEY.public_jwk(), scopes=granted, roles=roles, dpop=dpop)
        if change is not None:
            change(box, app)
        options = load_settings(settings, env_file=None)
        wanted = options.scopes or scopes_of(options)
        credentials = ServiceApp(app.id, key, wanted, binding=binding)
        transport = httpx2.ASGITransport(app=box.app)
        async with OktaClient(
            OrgAddress.parse(URL),
            credentials,
            transport=transport,
            clock=lambda: box.clock().timestamp() + skew,
        ) as okta:
            status = await check(options, okta)
        lines = capsys.readouterr().out.splitlines()
        return status, {line[:34].strip().rstrip(":"): line[34:] for line in lines}, app

    return run


async def test_all_is_well(checked):
    status, told, app = await checked(dpop=True)
    assert status == 0
    assert told["Service app"] == f"{app.id}, signs ES256"
    assert told["Access token"] == "bound to a key of this process (DPoP), good for 60 minutes"
    assert told["Org"].endswith("ACTIVE")
    assert told["Scopes"] == " ".join(sorted(EVERY))
    assert " of them within these scopes, " in told["Tools"]
    assert [told[f"Read {area}"] for area in ("users", "groups", "applications", "System Log")] == ["yes"] * 4
    assert told["Writes"] == "as far as the roles of the app allow"
    assert told["Result"] == "usable."
    assert "Token of" not in told
    assert "Clock" not in told


async def test_a_scope_that_is_not_granted_is_named_with_the_tools_that_need_it(checked):
    status, told, _ = await checked(granted=EVERY - {"okta.logs.read", "okta.orgs.read"})
    assert status == 0
    assert told["Not granted okta.logs.read"] == "needed by get_system_log_events"
    assert told["Read System Log"].startswith("no; a scope is not granted to the app. Okta answered 403")
    assert told["Org"] == "not readable with these scopes and roles"
    assert told["Result"] == "usable, except System Log."


async def test_what_is_served_in_part_is_told_with_the_part_that_is_not(checked):
    status, told, _ = await checked(granted={"okta.users.manage", "okta.orgs.read"})
    assert status == 0
    assert told["Not granted okta.apps.read"] == (
        "needed by deactivate_user to count apps when it is confirmed, list_user_applications for status, settings and "
        "what has no tile"
    )
    assert told["Not granted okta.groups.read"] == (
        "needed by list_groups, list_group_users, find_group, create_user with `groups`"
    )
    assert told["Not granted okta.groups.manage"] == (
        "needed by assign_user_to_group, remove_user_from_group, run_bulk for a `tool` of groups"
    )
    assert "Not granted okta.users.read" not in told
    assert told["Tools"] == "22 of 22 on offer, 16 of them within these scopes, 10 of those can change something"


@pytest.mark.parametrize("roles", [(), ("REPORT_ADMIN",)])
async def test_an_app_without_a_fitting_admin_role(checked, roles):
    status, told, _ = await checked(roles=roles)
    assert told["Read users"].startswith("no; the admin roles of these credentials do not allow it.")
    if roles:
        assert (status, told["Read System Log"]) == (0, "yes")
    else:
        assert status == 1
        assert told["Result"].startswith("not usable: no admin role allows any of it.")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"key": OTHER}, "the private key does not belong to a public key of the app"),
        ({"granted": set()}, "grant the scopes that are wanted"),
        ({"scopes": "okta.nonsense.read"}, "OKTA_SCOPES names a scope that Okta does not have"),
        ({"dpop": True, "binding": "off"}, "the app demands DPoP and OKTA_DPOP is off"),
        (
            {"change": lambda box, app: setattr(box.org.apps[app.id], "status", "INACTIVE")},
            "the org has no active app with this client id",
        ),
        (
            {"change": lambda box, app: setattr(app, "application_type", "native")},
            "the app is no service app",
        ),
    ],
)
async def test_what_is_wrong_is_told_in_words(checked, given, says):
    status, told, _ = await checked(**given)
    assert status == 1
    assert told["Result"].startswith("not usable. Okta gives no access token (")
    assert says in told["Result"]


async def test_a_clock_that_is_off_is_told_and_does_no_harm(checked):
    status, told, _ = await checked(skew=-300)
    assert status == 0
    assert "seconds behind Okta, which is allowed for; set it right" in told["Clock"]
    assert told["Result"] == "usable."
