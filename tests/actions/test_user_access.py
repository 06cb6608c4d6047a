"""The groups and the applications of one person."""

# ruff: noqa: E501, W291 - answers are quoted whole

import json
from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot

from okta_mcp.actions.access import ApplicationRow
from okta_mcp.okta import Application
from okta_mcp.sandbox.faults import FaultRule, Kind

CHLOE = "chloe.bennett@example.com"
ROBIN = "robin.vale@example.com"
STATUSES = (
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "RECOVERY",
    "PASSWORD_EXPIRED",
    "LOCKED_OUT",
    "SUSPENDED",
    "DEPROVISIONED",
)
TOOLS = ("list_user_groups", "list_user_applications")
LAST_REQUEST = {"list_user_groups": "GET /users/{id}/groups", "list_user_applications": "GET /apps"}


async def test_all_groups_are_listed_the_imported_and_the_built_in_too(library):
    answer = await library.call("list_user_groups", user=CHLOE)
    assert answer.story == snapshot("""\
"Chloe Bennett" (chloe.bennett@example.com) is in 3 groups.
id	name	type	description
<Everyone>	Everyone	BUILT_IN	All users in your organization
<Sales>	Sales	OKTA_GROUP	Everybody in Sales
<All Managers>	All Managers	OKTA_GROUP	Everybody who leads somebody\
""")
    groups = library.box.org.groups_of(library.user(CHLOE))
    assert [row["id"] for row in answer.data["groups"]] == [group.id for group in groups]
    assert [row["type"] for row in answer.data["groups"]] == [str(group.type) for group in groups]
    assert answer.data["complete"] is True
    assert library.requests == [f"GET /users/{CHLOE}", "GET /users/{id}/groups"]


async def test_an_imported_group_is_told_apart(library):
    answer = await library.call("list_user_groups", user="Dorothy Finch")
    rows = {row["name"]: row for row in answer.data["groups"]}
    assert rows["Domain Users"]["type"] == "APP_GROUP"
    assert rows["Domain Users"]["sourceApp"] == library.group("Domain Users").source_id


async def test_applications_are_listed_with_how_they_came_and_what_they_are(org):
    answer = await org.call("list_user_applications", user=CHLOE)
    assert answer.story == snapshot("""\
"Chloe Bennett" (chloe.bennett@example.com) has 4 applications.
id	label	name	status	signOnMode	assignedThrough	settings
<Mail Suite>	Mail Suite	google	ACTIVE	SAML_2_0	group	
<Expenses>	Expenses	template_swa	ACTIVE	BROWSER_PLUGIN	group	buttonField=btn-login usernameField=txtbox-username requestIntegration=no url=https:\\//expenses.example.com
<Customer CRM>	Customer CRM	template_saml_2_0	ACTIVE	SAML_2_0	group	
<Old Intranet>	Old Intranet	bookmark	INACTIVE	BOOKMARK	group	requestIntegration=no url=https:\\//intranet.example.com\
""")
    apps = org.box.org.apps_of(org.user(CHLOE))
    assert [row["id"] for row in answer.data["applications"]] == [app.id for app in apps]
    assert [row["status"] for row in answer.data["applications"]] == [app.status for app in apps]
    assert answer.data["complete"] is True
    assert org.requests == [f"GET /users/{CHLOE}", "GET /apps"]


async def test_direct_and_group_assignments_are_told_apart(library):
    for user in library.box.org.users.values():
        if user.status == "DEPROVISIONED":
            continue
        answer = await library.call("list_user_applications", user=user.id)
        expected = {
            app.id: {"USER": "direct", "GROUP": "group"}[app.assignments[user.id].scope]
            for app in library.box.org.apps_of(user)
        }
        assert {row["id"]: row["assignedThrough"] for row in answer.data["applications"]} == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_paging_shows_each_application_exactly_once(library, limit):
    whole = [app.id for app in library.box.org.apps_of(library.user(CHLOE))]
    seen: list[str] = []
    after: dict[str, str] = {}
    for _ in whole:
        answer = await library.call("list_user_applications", user=CHLOE, limit=limit, **after)
        assert len(answer.data["applications"]) <= limit
        assert answer.data["complete"] is ("after" not in answer.data)
        assert f"limit={limit}" in library.sent[-1].query
        seen += [row["id"] for row in answer.data["applications"]]
        if "after" not in answer.data:
            break
        after = {"after": answer.data["after"]}
    assert seen == whole
    assert len(whole) > 3


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("tool", TOOLS)
async def test_it_works_in_every_status(org, tool, status):
    user = await org.person_in(status)
    answer = await org.call(tool, user=ROBIN)
    assert not answer.is_error
    assert answer.data["user"] == {"id": user.id, "login": ROBIN, "name": "Robin Vale", "status": status}
    if tool == "list_user_groups":
        assert [row["name"] for row in answer.data["groups"]] == ["Everyone"]
    else:
        assert [row["id"] for row in answer.data["applications"]] == [app.id for app in org.box.org.apps_of(user)]


async def test_someone_without_applications_is_said_to_have_none(org):
    await org.person_in("DEPROVISIONED")
    assert (await org.call("list_user_applications", user=ROBIN)).text == snapshot(
        '"Robin Vale" (robin.vale@example.com) has 0 applications.'
    )


@pytest.mark.parametrize(
    ("spelling", "found"),
    [("{id}", 1), (CHLOE, 1), ("Chloe Bennett", 1), ("bennett", 1), ("chloe.bennett", 1)],
)
@pytest.mark.parametrize("tool", TOOLS)
async def test_the_number_of_requests_depends_on_how_the_user_is_named_and_is_not_paid_twice(
    org, tool, spelling, found
):
    user = org.user(CHLOE)
    answer = await org.call(tool, user=spelling.replace("{id}", user.id))
    assert answer.data["user"]["id"] == user.id
    assert len(org.requests) == found + 1
    assert org.requests[-1] == LAST_REQUEST[tool]
    await org.call(tool, user=spelling.replace("{id}", user.id))
    assert org.requests == [LAST_REQUEST[tool]]


@pytest.mark.parametrize(
    "arguments", [{"userId": "{id}"}, {"id": "{id}"}, {"params": {"userId": CHLOE}}, {"user_id": CHLOE}]
)
@pytest.mark.parametrize("tool", TOOLS)
async def test_the_connectors_spellings_mean_the_same(library, tool, arguments):
    user = library.user(CHLOE)
    given = {name: user.id if value == "{id}" else value for name, value in arguments.items()}
    answer = await library.send(tool, given)
    assert answer.data["user"]["id"] == user.id


async def test_the_connectors_paging_means_the_same(library):
    answer = await library.send("list_user_applications", {"userId": CHLOE, "params": {"limit": "2", "after": None}})
    assert len(answer.data["applications"]) == 2


@pytest.mark.parametrize("tool", TOOLS)
async def test_of_two_people_with_one_name_neither_is_shown(org, tool):
    answer = await org.call(tool, user="Maria Santos")
    assert answer.is_error
    assert "names 2 users" in answer.text
    assert org.requests == ["GET /users"]


@pytest.mark.parametrize("tool", TOOLS)
async def test_nobody_of_that_name_is_said(library, tool):
    answer = await library.call(tool, user="Quentin Nobody")
    assert answer.is_error
    assert answer.text.startswith('No user matches "Quentin Nobody".')


WRONG = [
    (
        "list_user_groups",
        {"limit": 10},
        snapshot("list_user_groups was not called: unknown argument `limit`; it takes `user`."),
    ),
    (
        "list_user_groups",
        {"after": "x"},
        snapshot("list_user_groups was not called: unknown argument `after`; it takes `user`."),
    ),
    (
        "list_user_applications",
        {"limit": 0},
        snapshot("list_user_applications was not called: `limit` is out of range: 1 to 200."),
    ),
    (
        "list_user_applications",
        {"limit": 201},
        snapshot("list_user_applications was not called: `limit` is out of range: 1 to 200."),
    ),
    (
        "list_user_applications",
        {"after": "0oa~x"},
        snapshot(
            "list_user_applications was not called: `after` is not a cursor of this tool; send the value of `after` from its last answer."
        ),
    ),
    (
        "list_user_applications",
        {"expand": "user"},
        snapshot(
            "list_user_applications was not called: unknown argument `expand`; it takes `user`, `after`, `limit`."
        ),
    ),
]


@pytest.mark.parametrize(("tool", "arguments", "said"), WRONG)
async def test_wrong_arguments_are_refused_by_name(library, tool, arguments, said):
    answer = await library.call(tool, user=CHLOE, **arguments)
    assert answer.is_error
    assert answer.story == said
    assert all(path.startswith("GET /users") for path in library.requests)


async def test_a_cursor_okta_does_not_know_is_said_to_be_one(library):
    answer = await library.call("list_user_applications", user=CHLOE, after="no-cursor")
    assert answer.is_error
    assert answer.story == snapshot("""\
Okta does not know this cursor.
Next: start again without `after`.
Okta: 400 E0000029 Invalid paging request.; Invalid cursor. (error id <error>, request <request>)\
""")


async def test_without_rights_over_applications_the_dashboards_tiles_are_shown(org):
    org.box.fail("GET", "/api/v1/apps", status=403)
    answer = await org.call("list_user_applications", user=CHLOE)
    assert answer.story == snapshot("""\
"Chloe Bennett" (chloe.bennett@example.com) has 3 applications, not all.
These credentials may not read applications (scope okta.apps.read, and an admin role for them). Shown are the tiles of the user's dashboard: without status and settings, and without applications that are inactive or have no tile.
id	label	name
<Mail Suite>	Mail Suite	google
<Expenses>	Expenses	template_swa
<Customer CRM>	Customer CRM	template_saml_2_0\
""")
    tiles = [app.id for app in org.box.org.apps_of(org.user(CHLOE)) if app.has_tile]
    assert sorted(row["id"] for row in answer.data["applications"]) == sorted(tiles)
    assert org.requests == [f"GET /users/{CHLOE}", "GET /apps", "GET /users/{id}/appLinks"]


async def test_the_tiles_are_as_many_as_were_asked_for(org):
    org.box.fail("GET", "/api/v1/apps", status=403)
    answer = await org.call("list_user_applications", user=CHLOE, limit=2)
    assert len(answer.data["applications"]) == 2
    assert answer.data["complete"] is False
    assert answer.data["note"].endswith("The first 2 of 3 are shown.")


class InGroups(httpx2.AsyncBaseTransport):
    """Answers these groups for everybody, in pages of 200."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, groups: list[dict[str, Any]]) -> None:
        self.inner, self.groups = inner, groups

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if not request.url.path.endswith("/groups"):
            return await self.inner.handle_async_request(request)
        start = int(request.url.params.get("after", 0))
        more = {"link": f'<https://x.example.com/?after={start + 200}>; rel="next"'}
        return httpx2.Response(
            200, json=self.groups[start : start + 200], headers=more if start + 200 < len(self.groups) else {}
        )


def crew(number, kind="OKTA_GROUP", description="", length=0):
    name = f"Crew {number:04}".ljust(length, "x")
    return {"id": f"00g{number:017}", "type": kind, "profile": {"name": name, "description": description}}


def all_told(answer):
    told = [(row["name"], row["type"]) for row in answer.data["groups"]]
    return told + [(name, kind) for kind, names in answer.data.get("namesByType", {}).items() for name in names]


CROWDS = [
    ([crew(number, description="Night shift") for number in range(200)], None),
    (
        [crew(number, description="x" * 400) for number in range(150)],
        snapshot("There are so many that descriptions are left out."),
    ),
    (
        [crew(number, "OKTA_GROUP" if number % 4 == 0 else "APP_GROUP") for number in range(1_000)],
        snapshot("There are so many that those which cannot be changed here are shown by name only."),
    ),
    (
        [crew(number, "OKTA_GROUP" if number % 2 else "APP_GROUP") for number in range(2_000)],
        snapshot("There are so many that they are shown by name only."),
    ),
]


@pytest.mark.parametrize(("groups", "note"), CROWDS)
async def test_all_of_many_groups_are_told_with_less_of_each(org_with, groups, note):
    org = await org_with(wrapped=lambda inner: InGroups(inner, groups))
    answer = await org.call("list_user_groups", user=CHLOE)
    assert len(answer.text) <= 40_000
    assert len(json.dumps(answer.data, ensure_ascii=False, separators=(",", ":"))) <= 40_000
    assert sorted(all_told(answer)) == sorted((one["profile"]["name"], one["type"]) for one in groups)
    assert answer.data["complete"] is True
    assert answer.data.get("note") == note
    assert answer.text.startswith(f'"Chloe Bennett" ({CHLOE}) is in {len(groups)} groups.')
    assert not [name for name, _ in all_told(answer) if name not in answer.text]


async def test_what_can_be_changed_keeps_its_id_as_long_as_possible(org_with):
    groups = [crew(number, "OKTA_GROUP" if number < 10 else "APP_GROUP") for number in range(1_000)]
    org = await org_with(wrapped=lambda inner: InGroups(inner, groups))
    answer = await org.call("list_user_groups", user=CHLOE)
    assert [row["id"] for row in answer.data["groups"]] == [one["id"] for one in groups[:10]]
    assert answer.text.splitlines()[13:16] == ["APP_GROUP, by name:", "Crew 0010", "Crew 0011"]


@pytest.mark.parametrize(
    ("groups", "number", "note"),
    [
        (
            [crew(number, length=90) for number in range(1_900)],
            408,
            snapshot(
                "Shown are 408 of 1900 groups. There are so many that they are shown by name only. To learn of any other group ask list_group_users."
            ),
        ),
        (
            [crew(number) for number in range(2_400)],
            2_000,
            snapshot(
                "There are further groups that were not read. There are so many that they are shown by name only. To learn of any other group ask list_group_users."
            ),
        ),
        (
            [crew(number, length=90) for number in range(2_400)],
            408,
            snapshot(
                "Shown are 408 of 2000 groups. There are further groups that were not read. There are so many that they are shown by name only. To learn of any other group ask list_group_users."
            ),
        ),
    ],
)
async def test_more_groups_than_fit_are_never_called_complete(org_with, groups, number, note):
    org = await org_with(wrapped=lambda inner: InGroups(inner, groups))
    answer = await org.call("list_user_groups", user=CHLOE)
    assert len(answer.text) <= 40_000
    assert len(json.dumps(answer.data, ensure_ascii=False, separators=(",", ":"))) <= 40_000
    assert answer.data["complete"] is False
    assert len(all_told(answer)) == number
    assert answer.data["note"] == note
    assert answer.text.startswith(f'"Chloe Bennett" ({CHLOE}) is in {number} groups, not all.')


def test_settings_that_let_somebody_in_are_not_shown():
    settings = {
        "app": {"url": "https://payroll.example.com", "secretKey": "CANARY", "apiToken": "CANARY", "groups": []}
    }
    application = Application.from_json({"id": "0oa1", "label": "Payroll", "name": "bookmark", "settings": settings})
    assert ApplicationRow.of(application).settings == {"url": "https://payroll.example.com"}


@pytest.mark.parametrize("code", ["E0000031", "E0000094"])
async def test_an_org_that_does_not_list_applications_by_user_shows_the_dashboards_tiles(org, code):
    org.box.faults.add(FaultRule(kind=Kind.ERROR, path="/api/v1/apps", status=400, code=code))
    answer = await org.call("list_user_applications", user=CHLOE)
    assert "This org does not list applications by user. Shown are the tiles" in answer.text
    assert org.requests[-1] == "GET /users/{id}/appLinks"


@pytest.mark.parametrize(
    ("status", "code", "first"),
    [
        (403, "E0000005", "Okta found no credentials of this server in the request."),
        (400, "E0000001", "Okta does not accept a value."),
        (400, "E0000029", "Okta does not know this cursor."),
    ],
)
async def test_what_the_dashboard_says_nothing_about_is_told_and_not_gone_round(org, status, code, first):
    org.box.faults.add(FaultRule(kind=Kind.ERROR, path="/api/v1/apps", status=status, code=code))
    answer = await org.call("list_user_applications", user=CHLOE)
    assert answer.is_error
    assert answer.text.startswith(first)
    assert "GET /users/{id}/appLinks" not in org.requests


async def test_who_was_deleted_is_told_once_and_then_looked_up_anew(org):
    await org.call("list_user_groups", user="Chloe Bennett")
    async with org.admin() as okta:
        user = org.user(CHLOE)
        for _ in range(2):
            (await okta.delete(f"/api/v1/users/{user.id}")).raise_for_status()
        profile = {"firstName": "Chloe", "lastName": "Bennett", "login": "cb@example.com", "email": "cb@example.com"}
        (await okta.post("/api/v1/users", json={"profile": profile})).raise_for_status()
    lost = await org.call("list_user_groups", user="Chloe Bennett")
    assert lost.is_error
    assert lost.text.startswith(f'Okta no longer finds "Chloe Bennett" ({CHLOE}), though it did a moment ago')
    found = await org.call("list_user_groups", user="Chloe Bennett")
    assert found.data["user"]["login"] == "cb@example.com"
