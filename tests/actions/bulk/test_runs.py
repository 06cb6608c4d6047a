"""One write for many: checked as a whole, carried out once, told row by row."""

import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.bulk.writes import WRITES

HIRES = [
    {"profile": {"firstName": f"Hire{n}", "lastName": "Marlow", "email": f"hire{n}.marlow@example.com"}}
    for n in range(1, 6)
]
LOGINS = [row["profile"]["email"] for row in HIRES]
ADA, MARIA = "ada.byrne@example.com", "maria.santos2@example.com"


def counts(answer):
    return {name: answer.data[name] for name in ("total", "done", "failed", "inDoubt", "waiting")}


def test_everything_that_writes_can_be_done_for_many():
    assert [one.name for one in WRITES] == [one.name for one in ACTIONS if one.writes and one.name != "run_bulk"]


async def test_people_are_created_with_their_manager_looked_up_once(org):
    rows = [{"profile": {**row["profile"], "managerId": "Ada Byrne"}} for row in HIRES]
    answer = await org.call("run_bulk", tool="create_user", rows=rows)
    assert not answer.is_error, answer.text
    assert counts(answer) == {"total": 5, "done": 5, "failed": 0, "inDoubt": 0, "waiting": 0}
    assert {org.user(login).profile["managerId"] for login in LOGINS} == {ADA}
    # What the org keeps of managers, the manager by name, the logins in one search, the org's schema, and one request
    # for each new user.
    looks = [*["GET /users"] * 3, "GET /users/{id}", "GET /users", "GET /meta/schemas/user/default"]
    assert org.requests == [*looks, *["POST /users"] * 5]


async def test_the_same_rows_again_are_not_done_again(org):
    first = await org.call("run_bulk", tool="create_user", rows=HIRES)
    again = await org.call("run_bulk", tool="create_user", rows=HIRES)
    assert not again.is_error, again.text
    assert again.data["run"] == first.data["run"]
    assert org.requests == []
    assert again.text.startswith("Nothing was done now: all rows of this run had ended before this call.")


async def test_another_label_makes_the_same_rows_another_run(org):
    await org.call("run_bulk", tool="expire_password", rows=[{"user": ADA}])
    again = await org.call("run_bulk", tool="expire_password", rows=[{"user": ADA}], label="second round")
    assert counts(again)["done"] == 1
    assert [one.path.rpartition("/")[2] for one in org.changes] == ["expire_password"]


async def test_shared_arguments_hold_for_every_row(org):
    answer = await org.call(
        "run_bulk", tool="assign_user_to_group", shared={"group": "Contractors"}, rows=[{"user": ADA}, {"user": MARIA}]
    )
    assert counts(answer)["done"] == 2
    assert "Contractors" in org.groups_of(ADA)
    assert "Contractors" in org.groups_of(MARIA)
    assert org.requests.count("GET /groups") == 1


@pytest.mark.parametrize(
    ("tool", "rows", "told"),
    [
        ("suspend_user", [{"user": ADA}, {"user": "nobody@example.com"}], "row 2: No user matches"),
        ("suspend_user", [{"user": ADA}, {"usr": MARIA}], "unknown argument `usr`; did you mean `user`?"),
        ("suspend_user", [{"user": ADA}, {"user": "Ada Byrne"}], "row 2: row 1 says the same"),
        ("create_user", [*HIRES, HIRES[2]], "row 6: row 3 says the same"),
        (
            "create_user",
            [*HIRES, {"profile": {"firstName": "Ada", "lastName": "Byrne", "email": ADA}}],
            f"row 6: a user with the login {ADA} exists already (ACTIVE)",
        ),
        (
            "create_user",
            [{"profile": {**HIRES[0]["profile"], "managerId": "Nobody Whatsoever"}}],
            "row 1: No user matches",
        ),
        ("reset_password", [{"user": ADA, "sendEmail": False}], "row 1: a run hands out no links"),
        ("expire_password", [{"user": ADA, "temporaryPassword": True}], "row 1: a run hands out no links"),
        ("assign_user_to_group", [{"user": ADA, "group": "No Such Group"}], "row 1: No group"),
    ],
)
async def test_one_wrong_row_keeps_all_from_being_done(org, tool, rows, told):
    answer = await org.call("run_bulk", tool=tool, rows=rows)
    assert answer.is_error
    assert told in answer.text
    assert "so none was" in answer.text
    assert org.changes == []


async def test_checking_only_does_nothing_and_leaves_nothing_behind(org):
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}], checkOnly=True)
    assert answer.data["note"] == "Only checked: nothing was done."
    assert org.changes == []
    assert (await org.call("get_bulk_run")).data["runs"] == []


async def test_a_row_that_okta_refuses_does_not_stop_the_others(org):
    # What a password has to be, only Okta knows.
    rows = [{"user": ADA, "password": "weak"}, {"user": MARIA, "password": "Corr3ct-horse-9"}]
    answer = await org.call("run_bulk", tool="update_user", rows=rows)
    assert counts(answer) == {"total": 2, "done": 1, "failed": 1, "inDoubt": 0, "waiting": 0}
    assert f"{ADA}\tThe password is too weak." in answer.text
    assert "with another `label`" in answer.data["nextStep"]


async def test_what_is_shared_reaches_into_the_profile_of_a_row(org):
    rows = [{"user": ADA, "profile": {"title": "Pilot"}}, {"user": MARIA, "profile": {"title": "Navigator"}}]
    answer = await org.call("run_bulk", tool="update_user", shared={"profile": {"department": "Flight"}}, rows=rows)
    assert counts(answer)["done"] == 2
    assert {(org.user(one).profile["title"], org.user(one).profile["department"]) for one in (ADA, MARIA)} == {
        ("Pilot", "Flight"),
        ("Navigator", "Flight"),
    }


async def test_what_is_shared_and_said_otherwise_in_a_row_is_refused(org):
    answer = await org.call(
        "run_bulk",
        tool="assign_user_to_group",
        shared={"group": "Sales"},
        rows=[{"user": ADA, "group": "Contractors"}],
    )
    assert "`group` is in `shared` and in a row, and differs" in answer.text
    assert org.changes == []


async def test_checking_only_does_not_go_on_with_a_run(org_with):
    org = await org_with(settings={"bulk_seconds": 1e-9})
    run = (await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}])).data["run"]
    answer = await org.call("run_bulk", run=run, checkOnly=True)
    assert "leave out the other arguments" in answer.text
    assert org.changes == []


async def test_the_same_rows_in_another_order_are_the_same_run(org):
    rows = [{"user": ADA, "sendEmail": True}, {"user": MARIA, "sendEmail": True}]
    first = await org.call("run_bulk", tool="reset_password", rows=rows)
    again = await org.call("run_bulk", tool="reset_password", rows=rows[::-1])
    assert again.data["run"] == first.data["run"]
    assert org.changes == []


async def test_a_person_is_protected_by_what_they_are_when_their_row_comes(org_with):
    org = await org_with(settings={"protect_where": 'profile.title eq "Chief"'})
    rows = [{"user": ADA, "profile": {"title": "Chief"}}, {"user": ADA, "profile": {"nickName": "Boss"}}]
    answer = await org.call("run_bulk", tool="update_user", rows=rows)
    assert counts(answer) == {"total": 2, "done": 1, "failed": 1, "inDoubt": 0, "waiting": 0}
    assert org.user(ADA).profile.get("nickName") is None


@pytest.mark.parametrize(
    ("tool", "is_so", "status"),
    [
        ("activate_user", "ACTIVE", "STAGED"),
        ("deactivate_user", "DEPROVISIONED", "ACTIVE"),
        ("suspend_user", "SUSPENDED", "ACTIVE"),
        ("unsuspend_user", "ACTIVE", "SUSPENDED"),
    ],
)
async def test_who_is_already_as_a_run_would_have_them_counts_as_done(org, tool, is_so, status):
    already, other = await org.person_in(is_so), await org.person_in(status, "robin.west@example.com")
    before = len(org.changes)
    answer = await org.call("run_bulk", tool=tool, rows=[{"user": already.login}, {"user": other.login}])
    assert counts(answer) == {"total": 2, "done": 2, "failed": 0, "inDoubt": 0, "waiting": 0}
    assert f"{is_so} already; nothing was sent" in answer.text
    assert [change.path.split("/")[4] for change in org.changes[before:]] == [other.id]


@pytest.mark.parametrize(
    ("begun", "tool", "status", "heading"),
    [
        ("activate", "deactivate_user", "DEPROVISIONED", "PROVISIONED"),
        ("deactivate", "activate_user", "ACTIVE", "DEPROVISIONED"),
        ("deactivate", "unsuspend_user", "ACTIVE", "DEPROVISIONED"),
    ],
)
async def test_who_is_on_the_way_to_another_status_is_not_so_already(org_with, begun, tool, status, heading):
    org = await org_with(asynchronous=30)
    user = org.user("olivia.grant@example.com" if status == "DEPROVISIONED" else ADA)
    async with org.admin() as okta:
        headers = {"Prefer": "respond-async"}
        (await okta.post(f"/api/v1/users/{user.id}/lifecycle/{begun}", headers=headers)).raise_for_status()
    assert (user.status, user.transitioning_to) == (status, heading)
    org.mark()
    answer = await org.call("run_bulk", tool=tool, rows=[{"user": user.login}])
    assert answer.is_error
    assert org.changes == []


async def test_a_later_row_of_a_person_tells_what_an_earlier_one_left(org):
    rows = [{"user": ADA, "profile": {"title": title}} for title in ("Pilot", "Navigator")]
    answer = await org.call("run_bulk", tool="update_user", rows=rows)
    assert 'title: "Pilot" → "Navigator"' in answer.text


async def test_a_run_that_the_policy_no_longer_allows_waits_until_it_does(org_with, tmp_path):
    file = str(tmp_path / "runs.sqlite")
    slow = await org_with(settings={"bulk_seconds": 1e-9, "bulk_journal": file})
    run = (await slow.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}])).data["run"]
    barred = await org_with(settings={"exclude_tools": "suspend_user", "bulk_journal": file})
    assert "suspend_user is switched off" in (await barred.call("run_bulk", run=run)).text
    told = await barred.call("get_bulk_run", run=run)
    assert told.data["one"]["waiting"] == 1


async def test_progress_tells_of_every_row(org):
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}, {"user": MARIA}])
    assert answer.progress[0] == "checking the rows"
    assert sorted(answer.progress[1:]) == [f"{ADA}: done", f"{MARIA}: done"]


async def test_a_run_that_took_its_time_goes_on_by_its_name_and_by_its_rows(org_with):
    org = await org_with(settings={"bulk_seconds": 1e-9})
    stopped = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}, {"user": MARIA}])
    assert counts(stopped) == {"total": 2, "done": 0, "failed": 0, "inDoubt": 0, "waiting": 2}
    assert "Stopped: the time of one call is up." in stopped.data["note"]
    by_name = await org.call("run_bulk", run=stopped.data["run"])
    by_rows = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}, {"user": MARIA}])
    assert {by_name.data["run"], by_rows.data["run"]} == {stopped.data["run"]}


async def test_passwords_are_not_kept_so_such_rows_are_sent_again(org_with, tmp_path):
    file = tmp_path / "runs.sqlite"
    rows = [{**HIRES[0], "password": "Canary-5up3r-secret"}]
    slow = await org_with(settings={"bulk_seconds": 1e-9, "bulk_journal": str(file)})
    stopped = await slow.call("run_bulk", tool="create_user", rows=rows)
    kept = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert LOGINS[0].encode() in kept
    assert b"Canary" not in kept
    by_name = await slow.call("run_bulk", run=stopped.data["run"])
    assert "rows of this run had passwords, which are not kept" in by_name.text


async def test_the_outcome_of_every_row_can_be_read_page_by_page(org):
    run = (await org.call("run_bulk", tool="create_user", rows=HIRES)).data["run"]
    page = await org.call("get_bulk_run", run=run, limit=2)
    assert [one["row"] for one in page.data["one"]["outcomes"]] == [1, 2]
    rest = await org.call("get_bulk_run", run=run, after=page.data["one"]["after"])
    assert [one["who"] for one in rest.data["one"]["outcomes"]] == LOGINS[2:]
    assert rest.data["one"]["complete"]
    assert "after" not in rest.data["one"]
    assert org.user(LOGINS[2]).id in rest.text
    assert org.sent == []


async def test_a_run_that_nobody_knows_is_named(org):
    answer = await org.call("get_bulk_run", run="run-0")
    assert answer.text == (
        "get_bulk_run was not called: there is no run 'run-0' of yours; get_bulk_run without arguments lists them."
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "give `tool` and `rows`, or `run` to go on with one"),
        ({"tool": "suspend_user"}, "give `tool` and `rows`"),
        ({"tool": "get_user", "rows": [{"user": ADA}]}, "`tool` is one of"),
        ({"run": "run-1", "tool": "suspend_user"}, "leave out the other arguments"),
        ({"tool": "suspend_user", "rows": ["Ada"]}, "`rows[0]` has to be an object"),
    ],
)
async def test_what_is_no_run_is_refused(library, arguments, told):
    answer = await library.call("run_bulk", **arguments)
    assert answer.is_error
    assert told in answer.text


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"exclude_tools": "suspend_user"}, "suspend_user is switched off on this server"),
        ({"read_only": True}, "this server runs read-only"),
    ],
)
async def test_the_policy_holds_for_each_row(org_with, settings, told):
    org = await org_with(settings=settings)
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}])
    assert answer.is_error
    assert told in answer.text
    assert org.changes == []


async def test_the_servers_own_user_is_protected_in_a_run_as_well(org):
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}, {"user": "admin@example.com"}])
    assert answer.is_error
    assert "owns this server's credentials" in answer.text
    assert org.changes == []
