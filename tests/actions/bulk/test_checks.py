"""What is known of rows before the first write: all of it is told at once, and nothing is done."""

import httpx2
import pytest

ADA, MARIA, WEI = "ada.byrne@example.com", "maria.santos2@example.com", "wei.chen@example.com"
OLIVIA = "olivia.grant@example.com"  # deactivated
NEW = {"profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}}


def new(**attributes):
    return {"profile": {**NEW["profile"], **attributes}}


REFUSED = {
    "a status": ("suspend_user", {"user": OLIVIA}, "is DEPROVISIONED; suspend_user works in ACTIVE"),
    "a status of a member": ("assign_user_to_group", {"user": OLIVIA, "group": "Sales"}, "is DEPROVISIONED"),
    "a locked-out one": ("unsuspend_user", {"user": OLIVIA}, "is DEPROVISIONED; unsuspend_user works in SUSPENDED"),
    "a built-in group": ("assign_user_to_group", {"user": ADA, "group": "Everyone"}, '"Everyone" is built into Okta'),
    "an imported group": ("remove_user_from_group", {"user": ADA, "group": "Domain Users"}, "is imported from"),
    "a group of a newcomer": ("create_user", {**NEW, "groups": ["Domain Users"]}, "is imported from"),
    "an attribute": ("create_user", new(badgeNo=7), "has no attribute `badgeNo` (near: `badgeNumber`)"),
    "a type": ("create_user", new(badgeNumber="seven"), "`badgeNumber` has to be a whole number"),
    "a bound": ("create_user", new(badgeNumber=0), "`badgeNumber` is too small: at least 1"),
    "a list": ("create_user", new(skills="juggling"), "`skills` has to be a list"),
    "a changed attribute": ("update_user", {"user": ADA, "profile": {"remote": "yes"}}, "`remote` has to be true or"),
    "an emptied attribute": ("update_user", {"user": ADA, "clear": ["badgeNo"]}, "has no attribute `badgeNo`"),
    "a taken login": ("update_user", {"user": ADA, "profile": {"login": WEI}}, f"login {WEI} exists already"),
    "a contradiction": ("update_user", {"user": ADA, "profile": {"title": "x"}, "clear": ["title"]}, "both set and"),
    "nothing": ("update_user", {"user": ADA}, "nothing to change"),
    "a password that is missing": ("create_user", {**NEW, "nextLogin": "changePassword"}, "`nextLogin` needs a"),
}


@pytest.mark.parametrize(("tool", "row", "told"), REFUSED.values(), ids=REFUSED)
async def test_what_okta_would_refuse_is_told_before_the_first_write(org, tool, row, told):
    for check_only in (True, False):
        answer = await org.call("run_bulk", tool=tool, rows=[row], checkOnly=check_only)
        assert answer.is_error
        assert told in answer.text
        assert org.changes == []


async def test_what_the_org_requires_is_missed_before_the_first_write(org):
    async with org.admin() as okta:
        attribute = {"title": "Site", "type": "string", "enum": ["Lisbon", "Oslo"]}
        custom = {"properties": {"site": attribute}, "required": ["site"]}
        made = await okta.post("/api/v1/meta/schemas/user/default", json={"definitions": {"custom": custom}})
        made.raise_for_status()
    answer = await org.call("run_bulk", tool="create_user", rows=[NEW, new(site="Rome", email="r@example.com")])
    assert "row 1: the org requires `site`" in answer.text
    assert "row 2: `site` is one of Lisbon, Oslo" in answer.text
    assert org.changes == []


async def test_faults_of_every_kind_are_told_in_one_answer(org):
    rows = [
        {"user": ADA, "profile": {"remote": "yes"}},
        {"user": "nobody@example.com", "profile": {"title": "Lead"}},
        {"user": OLIVIA, "profile": {"title": "Lead"}},
        {"user": MARIA, "profil": {"title": "Lead"}},
        {"user": "Grace Nobody", "profil": {"title": "Lead"}},
        {"user": WEI, "profile": {"title": "Lead"}},
        {"user": WEI, "profile": {"title": "Lead"}},
    ]
    answer = await org.call("run_bulk", tool="update_user", rows=rows)
    for told in (
        "6 of 7 rows for update_user cannot be carried out, so none was.",
        "row 1: `remote` has to be true or false",
        'row 2: No user matches "nobody@example.com"',
        "row 3: ",
        "row 4: unknown argument `profil`; did you mean `profile`?",
        'row 5: No user matches "Grace Nobody"; unknown argument `profil`',
        "row 7: row 6 says the same",
    ):
        assert told in answer.text, answer.text
    assert org.changes == []


async def test_rows_with_the_same_fault_are_named_together(org):
    rows = [new(email=f"nora{n}@example.com", badgeNo=1) for n in range(60)]
    answer = await org.call("run_bulk", tool="create_user", rows=rows)
    assert "rows 1-60: the org's schema has no attribute `badgeNo`" in answer.text
    # One search for the logins of each portion, and the schema once.
    assert org.requests == ["GET /users", "GET /users", "GET /meta/schemas/user/default"]


async def test_rows_that_are_all_wrong_by_themselves_cost_no_request(org):
    answer = await org.call(
        "run_bulk", tool="suspend_user", shared={"reason": "x"}, rows=[{"user": ADA}, {"user": WEI}]
    )
    assert "rows 1-2: unknown argument `reason`" in answer.text
    assert org.requests == []


async def test_whoever_may_be_meant_is_told_with_ids(org):
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": "Maria Santos"}, {"user": ADA}])
    maria = org.user(MARIA)
    assert 'row 1: "Maria Santos" names 2 users; send the id as `user`: ' in answer.text
    assert f"{maria.id} ({MARIA}, ACTIVE)" in answer.text


async def test_of_many_candidates_some_are_told_and_the_others_counted(org):
    for n in range(5):
        await org.person_in("ACTIVE", f"robin{n}@example.com")
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": "Robin Vale"}])
    assert answer.text.count("@example.com, ACTIVE)") == 3
    assert "; and 2 more" in answer.text


async def test_a_schema_that_may_not_be_read_is_said_and_stops_nothing(org_with):
    class Closed(httpx2.AsyncBaseTransport):
        def __init__(self, inner):
            self.inner = inner

        async def handle_async_request(self, request):
            if "/meta/" in request.url.path:
                error = {"errorCode": "E0000006", "errorSummary": "No permission"}
                return httpx2.Response(403, json=error, request=request)
            return await self.inner.handle_async_request(request)

    org = await org_with(wrapped=Closed)
    answer = await org.call("run_bulk", tool="create_user", rows=[new(badgeNo=1)], checkOnly=True)
    assert not answer.is_error
    assert "cannot be read with these credentials (HTTP 403), so attributes were not checked" in answer.data["note"]


async def test_a_check_names_no_run_because_there_is_none(org):
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}], checkOnly=True)
    assert answer.text.startswith("Only checked: nothing was done.\nsuspend_user, 1 row: 1 waiting.")
    assert "run" not in answer.data
    assert "begun" not in answer.data


async def test_a_preview_names_no_run_before_there_is_one(org_with):
    org = await org_with(settings={"confirm": "writes"})
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}])
    assert answer.text.startswith("Nothing was done yet; this has to be confirmed.")
    assert "run" not in answer.data


async def test_a_person_is_sought_in_no_request_to_go_on_with_a_run(org_with):
    org = await org_with(settings={"bulk_seconds": 1e-9})
    rows = [{"user": "Ada Byrne", "profile": {"title": "Lead"}}, {"user": WEI, "profile": {"title": "Lead"}}]
    run = (await org.call("run_bulk", tool="update_user", rows=rows)).data["run"]
    for call in ({"run": run}, {"tool": "update_user", "rows": rows[::-1]}):
        answer = await org.call("run_bulk", **call)
        assert answer.data["run"] == run
        assert org.requests == []


LONG = {"bulk_seconds": 1e-9}
HIRES = [new(email=f"hire{n}@example.com") for n in range(230)]


async def test_a_check_that_takes_longer_than_a_call_goes_on_in_the_next(org_with):
    org = await org_with(settings=LONG)
    call = {"tool": "create_user", "rows": HIRES, "checkOnly": True}
    first = await org.call("run_bulk", **call)
    assert first.text.startswith("Nothing was done yet: 200 of 230 rows are checked so far.")
    assert "it goes on with the checking" in first.data["nextStep"]
    assert first.progress[-1] == "checking the rows: 200 of 230"
    assert not first.data["complete"]
    assert "run" not in first.data
    second = await org.call("run_bulk", **call)
    assert second.data["note"] == "Only checked: nothing was done."
    assert org.requests == ["GET /users", "GET /meta/schemas/user/default"]
    assert org.changes == []


async def test_names_that_were_looked_up_are_not_looked_up_again_by_the_call_that_goes_on(org_with):
    org = await org_with(settings=LONG)
    users = [one for one in org.box.org.users.values() if one.status == "ACTIVE" and one.login != "admin@example.com"]
    rows = [{"user": user.login, "profile": {"title": f"Lead {n}"}} for n in range(5) for user in users[:50]]
    rows[7] = {"user": "Ada Byrne", "profile": {"title": "Boss"}}
    rows[8] = {"user": "No Such One", "profile": {"title": "Boss"}}
    call = {"tool": "update_user", "rows": rows}
    first = await org.call("run_bulk", **call)
    assert "200 of 250 rows are checked so far, and 1 of them have problems" in first.text
    second = await org.call("run_bulk", **call)
    assert 'row 9: No user matches "No Such One"' in second.text
    assert org.requests == ["GET /users"]
    # Mended, the name is still known, and whoever was missing is looked for anew.
    rows[8] = {"user": WEI, "profile": {"title": "Boss"}}
    third = await org.call("run_bulk", **call)
    assert set(org.requests) == {"GET /users"}
    assert "200 of 250 rows are checked so far" in third.text


async def test_somebody_who_came_to_be_protected_since_the_check_is_not_written(org_with):
    org = await org_with(settings={**LONG, "protect_where": 'profile.title eq "Chief"'})
    rows = [{"user": ADA, "profile": {"nickName": "Boss"}}, {"user": WEI, "profile": {"nickName": "Boss"}}]
    run = (await org.call("run_bulk", tool="update_user", rows=rows)).data["run"]
    async with org.admin() as okta:
        changed = await okta.post(f"/api/v1/users/{org.user(ADA).id}", json={"profile": {"title": "Chief"}})
        changed.raise_for_status()
    await org.call("run_bulk", run=run)
    assert org.changes == []


async def test_rows_that_gave_new_logins_are_known_again_by_the_old_ones(org):
    rows = [{"user": ADA, "profile": {"login": "ada.b@example.com"}}, {"user": WEI, "profile": {"title": "Lead"}}]
    first = await org.call("run_bulk", tool="update_user", rows=rows)
    assert first.data["done"] == 2
    again = await org.call("run_bulk", tool="update_user", rows=rows)
    assert again.text.startswith("Nothing was done now: all rows of this run had ended before this call.")
    assert again.data["run"] == first.data["run"]
    assert org.requests == []


async def test_whoever_would_need_a_yes_by_now_is_not_done_without_one_when_a_run_is_gone_on_with(org_with):
    org = await org_with(settings={**LONG, "confirm": "destructive"})
    robin = await org.person_in("STAGED")
    run = (await org.call("run_bulk", tool="activate_user", rows=[{"user": robin.login}])).data["run"]
    async with org.admin() as okta:
        (await okta.post(f"/api/v1/users/{robin.id}/lifecycle/deactivate")).raise_for_status()
    answer = await org.call("run_bulk", run=run)
    assert "this has to be confirmed" in answer.text
    assert org.changes == []


async def test_a_check_of_rows_that_are_a_run_already_tells_how_far_that_is(org):
    rows = [{"user": ADA, "profile": {"login": "ada.b@example.com"}}]
    run = (await org.call("run_bulk", tool="update_user", rows=rows)).data["run"]
    answer = await org.call("run_bulk", tool="update_user", rows=rows, checkOnly=True)
    assert answer.data["run"] == run
    assert answer.text.startswith("Only checked: nothing was done. These rows are a run that was begun before.\n")
    assert answer.data["done"] == 1
    assert org.requests == []
