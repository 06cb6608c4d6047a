"""A hunt for ways around the policy: every tool in every spelling, every resource and prompt, under every switch.

What is tried is made from the registry, the schemas and the settings: a new tool, argument or switch joins the hunt by
itself or fails a test that says it is missing. Whether something slipped through is told by the sandbox's journal.
"""

import json
import os
from dataclasses import dataclass
from itertools import product
from random import Random

import httpx2
import pytest
from mcp.shared.exceptions import MCPError

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.arguments import arguments_of
from okta_mcp.actions.bulk.writes import WRITES
from okta_mcp.actions.spelling import _RENAMED, _WRAPPERS
from okta_mcp.actions.states import STATES
from okta_mcp.resources import OFFERS
from okta_mcp.sandbox.oauth.roles import Role
from okta_mcp.settings.guarding import GuardingOptions
from okta_mcp.settings.offer import OfferOptions

PLAIN = {"bulk_journal": "memory", "confirm": "never"}
DEPARTMENT, GROUP, ADMINS = "Vault", "Vault Keepers", "Okta Administrators"
FEW = 12
STATUSES = ("ACTIVE", "SUSPENDED", "STAGED")
SAMPLES = {"profile": {"title": "Changed"}, "send_email": True}
NEWCOMER = {"firstName": "New", "lastName": "Comer", "email": "new.comer@example.com"}


@dataclass
class Vault:
    """An org with a protected person in every status that a write needs."""

    front: object
    people: dict
    group: str
    group_name: str = GROUP

    def admin_group(self):
        """Go for the group that gives admin rights instead; Okta would refuse, but the request would be seen."""
        self.group, self.group_name = self.front.box.org.group_by_name(ADMINS).id, ADMINS

    @property
    def written(self):
        return [f"{one.method} {one.path}" for one in self.front.box.journal[self.begin :] if one.method != "GET"]


@pytest.fixture
async def vault(served):
    async def opened(**settings):
        front = await served(**{**PLAIN, **settings})
        api = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=front.box.app),
            base_url="https://sandbox.okta.example/api/v1",
            headers={"Authorization": f"SSWS {front.box.api_token}"},
        )
        async with api:
            group = (await api.post("/groups", json={"profile": {"name": GROUP}})).json()["id"]
            people = {}
            for status in STATUSES:
                login = f"vault.{status.lower()}@example.com"
                profile = {"firstName": "Vault", "lastName": status.title(), "email": login, "login": login}
                made = await api.post(
                    "/users",
                    params={"activate": str(status != "STAGED").lower()},
                    json={
                        "profile": {**profile, "department": DEPARTMENT},
                        "credentials": {
                            "password": {"value": "Corr3ct-horse"},
                            "recovery_question": {"question": "Which?", "answer": "This one"},
                        },
                        "groupIds": [group],
                    },
                )
                assert made.status_code == 200, made.text
                people[status] = made.json()["id"]
                if status == "SUSPENDED":
                    (await api.post(f"/users/{people[status]}/lifecycle/suspend")).raise_for_status()
                front.box.org.roles[people[status]] = frozenset({Role.HELP_DESK_ADMIN})
        found = Vault(front, people, group)
        found.begin = len(front.box.journal)
        return found

    return opened


def target(vault, action):
    """Return the protected person on whom the action would work."""
    works = STATES.get(action.name)
    status = next(one for one in STATUSES if works is None or one in works.statuses)
    return vault.front.box.org.users[vault.people[status]]


def arguments(vault, action):
    """Return arguments with which the action would write: what it points at, and what it needs besides."""
    published = arguments_of(action)
    given = {}
    for name, reference in published.references.items():
        one = target(vault, action).login if reference.kind == "user" else vault.group_name
        given[name] = [one] if reference.many else one
    if action.name == "create_user":
        return {**given, "profile": NEWCOMER}
    for name in published.model.model_fields:
        if name in SAMPLES:
            alias = published.model.model_fields[name].alias or name
            given[alias] = SAMPLES[name]
    return given


def names_of(user, group, name):
    """Return what people call the person and the group."""
    first, last = user.profile["firstName"], user.profile["lastName"]
    people = [user.id, user.login, user.login.upper(), f" {user.login} ", f"{first} {last}", f"{last}, {first}"]
    return people, [group, name, name.lower(), f"  {name}"]


def spellings(vault, action, given):
    """Yield the arguments under every name, in every wrapper and with every name of their objects."""
    references = arguments_of(action).references
    aliases = {name: [name] for name in given}
    for name in given:
        aliases[name] += [alias for alias, real in _RENAMED.items() if real == name]
        aliases[name] += [name.upper(), "".join(f"_{c.lower()}" if c.isupper() else c for c in name)]
        if name == next((one for one in references if not references[one].many), None):
            aliases[name].append("id")
    for name, others in aliases.items():
        for alias in dict.fromkeys(others):
            yield {**{key: value for key, value in given.items() if key != name}, alias: given[name]}
    for wrapper, as_text in product(sorted(_WRAPPERS), (False, True)):
        yield {wrapper: json.dumps(given) if as_text else given}
        yield {wrapper: {key: value for key, value in given.items() if key not in references}} | {
            key: value for key, value in given.items() if key in references
        }
    people, groups = names_of(target(vault, action), vault.group, vault.group_name)
    for name, reference in references.items():
        for said in people if reference.kind == "user" else groups:
            yield {**given, name: [said] if reference.many else said}
    yield {**given, "confirmation": "A" * 48}
    yield {**given, "confirmation": ""}


def calls(vault, action):
    """Yield every call of a write, alone and as a row of a run."""
    given = arguments(vault, action)
    for spelled in spellings(vault, action, given):
        yield action.name, spelled
        yield "run_bulk", {"tool": action.name, "rows": [spelled]}
    yield "run_bulk", {"tool": action.name, "rows": json.dumps([given])}
    yield "run_bulk", {"params": {"tool": action.name, "rows": [given]}}
    yield "run_bulk", {"tool": action.name, "rows": [{}], "shared": given}
    yield "run_bulk", {"tool": action.name, "rows": [given], "checkOnly": False, "label": "again"}


async def attempt(front, tool, given):
    try:
        return await front.client.call_tool(tool, given)
    except (MCPError, RuntimeError) as error:
        return error


def on_users(action):
    return any(one.kind == "user" for one in arguments_of(action).references.values())


def on_groups(action):
    return any(one.kind == "group" for one in arguments_of(action).references.values())


def always(action):
    return True


def grants(action):
    return action.grants


def others(action):
    """Return the toolsets that the action is in none of; its rows are of its own toolset too."""
    return sorted({one.toolset for one in ACTIONS} - {action.toolset})


SWITCHES = {
    "read_only": [(always, lambda vault, action: True)],
    "toolsets": [(always, lambda vault, action: ",".join(others(action)))],
    "tools": [(always, lambda vault, action: "get_user,run_bulk")],
    "exclude_tools": [(always, lambda vault, action: action.name)],
    "confirm": [(always, lambda vault, action: "writes")],
    "confirm_by": [(always, lambda vault, action: "person")],
    "protect_users": [
        (on_users, lambda vault, action: target(vault, action).login),
        (on_users, lambda vault, action: target(vault, action).id),
    ],
    "protect_members_of": [(on_users, lambda vault, action: GROUP), (on_users, lambda vault, action: vault.group)],
    "protect_where": [(on_users, lambda vault, action: f'profile.department eq "{DEPARTMENT.lower()}"')],
    "protect_admins": [(on_users, lambda vault, action: True)],
    "protect_groups": [(on_groups, lambda vault, action: GROUP), (on_groups, lambda vault, action: vault.group)],
    "never_grant": [(grants, lambda vault, action: GROUP), (grants, lambda vault, action: vault.group)],
    "never_grant_admin": [(grants, lambda vault, action: True)],
    "writes_per_minute": [(always, lambda vault, action: 1)],
    "writes_per_caller": [(always, lambda vault, action: 1)],
    "dry_run": [(always, lambda vault, action: True)],
}
"""Under each switch: which writes it forbids, and its value for one of them."""

REPEATABLE = {"update_user", "assign_user_to_group"}

BESIDES = {"confirm_by": {"confirm": "writes"}}
NO_SWITCH_OF_WRITES = {"output_schemas", "withhold_secrets"}  # of the latter: tests/actions/test_withholding.py


def test_the_hunt_knows_every_switch():
    declared = {*OfferOptions.model_fields, *GuardingOptions.model_fields}
    assert set(SWITCHES) == declared - NO_SWITCH_OF_WRITES


def test_the_hunt_knows_every_write():
    assert {one.name for one in ACTIONS if one.writes} == {*(one.name for one in WRITES), "run_bulk"}


@pytest.mark.parametrize("action", WRITES, ids=lambda one: one.name)
async def test_without_a_switch_the_calls_of_the_hunt_are_done(vault, action):
    # What would fail by itself could not show that a switch holds.
    for alone in (True, False):
        found = await vault()
        given = arguments(found, action)
        tool, sent = (action.name, given) if alone else ("run_bulk", {"tool": action.name, "rows": [given]})
        result = await found.front.client.call_tool(tool, sent)
        assert not result.is_error, result.content
        assert len(found.written) == 1


@pytest.mark.parametrize("action", [one for one in WRITES if one.name in REPEATABLE], ids=lambda one: one.name)
async def test_without_a_switch_every_spelling_of_the_hunt_is_done(vault, action):
    found = await vault()
    for tool, sent in calls(found, action):
        if "confirmation" in str(sent) or sent.get("label"):
            continue
        found.begin = len(found.front.box.journal)
        result = await attempt(found.front, tool, sent if tool != "run_bulk" else {**sent, "label": str(found.begin)})
        assert found.written, (tool, sent, result)


@pytest.mark.parametrize("switch", sorted(SWITCHES))
async def test_no_write_slips_through(vault, switch):
    slipped, tried = [], 0
    for forbids, value in SWITCHES[switch]:
        known, opened = await vault(), {}
        for action in filter(forbids, WRITES):
            set_to = value(known, action)
            if set_to not in opened:
                opened[set_to] = await vault(**{switch: set_to, **BESIDES.get(switch, {})})
                await used_up(opened[set_to], switch)
            found = opened[set_to]
            for tool, sent in some(calls(found, action), f"{switch} {action.name}"):
                tried += 1
                await attempt(found.front, tool, sent)
                if found.written:
                    slipped.append((tool, sent, found.written))
                    found.begin = len(found.front.box.journal)
    assert slipped == []
    assert tried >= FEW * len(list(filter(SWITCHES[switch][0][0], WRITES)))


async def used_up(vault, switch):
    """Bring an org so far that the switch forbids what comes."""
    if switch == "never_grant_admin":
        vault.admin_group()
    if switch.startswith("writes_per_"):
        await vault.front.client.call_tool("suspend_user", {"user": "ada.byrne@example.com"})
        assert len(vault.written) == 1
        vault.begin = len(vault.front.box.journal)


def some(all_calls, seed):
    """Return a dozen of the calls, the same each time; all of them when WHOLE_HUNT is set, which takes two minutes."""
    listed = list(all_calls)
    return listed if "WHOLE_HUNT" in os.environ else Random(seed).sample(listed, FEW)


@pytest.mark.parametrize("switch", sorted(SWITCHES))
async def test_nothing_but_a_tool_writes_at_all(vault, switch):
    known = await vault()
    _, value = SWITCHES[switch][0]
    found = await vault(**{switch: value(known, WRITES[1]), **BESIDES.get(switch, {})})
    person = target(found, WRITES[1])
    addresses = []
    for offer in OFFERS:
        address = offer.uri.partition("{?")[0]
        addresses.append(address.replace("{user}", person.id).replace("{group}", found.group))
    for address in addresses:
        try:
            await found.front.client.read_resource(address)
        except MCPError:
            continue  # not on offer under this switch
    for prompt in (await found.front.client.list_prompts()).prompts:
        told = dict.fromkeys([one.name for one in prompt.arguments or ()], person.login)
        await found.front.client.get_prompt(prompt.name, told)
    assert len(found.front.box.journal) > found.begin
    assert found.written == []


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.name)
async def test_a_tool_that_is_switched_off_asks_okta_nothing(vault, action):
    found = await vault(exclude_tools=action.name)
    given = arguments(found, action) if action in WRITES else {}
    result = await attempt(found.front, action.name, given)
    assert result.is_error
    assert "is switched off on this server" in result.content[0].text
    assert len(found.front.box.journal) == found.begin
