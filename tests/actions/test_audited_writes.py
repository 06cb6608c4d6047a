"""What the audit trail holds of calls: writes, refused writes, and nothing of reads."""

import json

import anyio
import httpx2
import pytest
from mcp.types import ElicitResult

from okta_mcp.guard.audit import KeptTrail, Ledger, Seal, verify

HANNAH = "hannah.cole@example.com"
PASSWORD = "Canary-Passw0rd-7f41"
PROFILE = {"firstName": "Nell", "lastName": "Quayle", "email": "nell.quayle@example.com", "department": "Sales"}


@pytest.fixture
def kept(tmp_path):
    """An open trail, and its path."""
    path = tmp_path / "audit.jsonl"
    trail = KeptTrail(Ledger(path, Seal()))
    yield trail, path
    trail.close()


def entries(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_a_write_is_recorded_before_its_first_changing_request_and_before_its_answer(org_with, kept):
    trail, path = kept
    seen = []

    class Watched(httpx2.AsyncBaseTransport):
        def __init__(self, inner):
            self._inner = inner

        async def handle_async_request(self, request):
            seen.append((request.method, [one["kind"] for one in entries(path)]))
            return await self._inner.handle_async_request(request)

    org = await org_with(trail=trail, wrapped=Watched)
    answer = await org.call("suspend_user", user=HANNAH)
    assert [kinds for method, kinds in seen if method == "POST"] == [["intent"]]
    intent, outcome = entries(path)
    user = org.user(HANNAH)
    assert intent["on"] == [{"kind": "user", "id": user.id, "name": HANNAH}]
    assert intent["who"] == {"id": "local", "name": "local", "kind": "local"}
    assert intent["client"].startswith("mcp ")
    assert outcome["result"] == "done"
    assert outcome["changes"] == [{"field": "status", "before": "ACTIVE", "after": "SUSPENDED"}]
    assert [one["id"] for one in outcome["okta"]] == [answer.data["requestId"]]
    assert outcome["okta"][0]["path"] == "/api/v1/users/{id}/lifecycle/suspend"


async def test_a_created_user_is_named_in_the_outcome_and_no_secret_is(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail)
    question = {"question": "First pet?", "answer": "Canary-Answer-5b"}
    answer = await org.call("create_user", profile=PROFILE, password=PASSWORD, recoveryQuestion=question)
    intent, outcome = entries(path)
    assert intent["arguments"] == {
        "profile": PROFILE,
        "password": "(not recorded)",
        "recoveryQuestion": {"question": "First pet?", "answer": "(not recorded)"},
        "activate": True,
    }
    assert outcome["on"] == [{"kind": "user", "id": answer.data["id"], "name": "nell.quayle@example.com"}]
    assert "Canary" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("settings", "rule"),
    [({"read_only": True}, "read-only"), ({"exclude_tools": "create_user"}, "switched off")],
)
async def test_a_refused_write_is_recorded_with_the_rule(org_with, kept, settings, rule):
    trail, path = kept
    org = await org_with(trail=trail, settings=settings)
    answer = await org.call("create_user", profile=PROFILE, password=PASSWORD)
    assert answer.is_error
    (refused,) = entries(path)
    assert (refused["kind"], refused["tool"]) == ("refused", "create_user")
    assert rule in refused["rule"]
    assert refused["arguments"]["password"] == "(not recorded)"


@pytest.mark.parametrize(
    ("settings", "calls", "rules"),
    [
        ({"writes_per_minute": 1}, [{}, {}], [None, "1 write of this server in one minute"]),
        ({"writes_per_caller": 1}, [{}, {}], [None, "1 write of one caller in one hour"]),
        ({"confirm": "writes"}, [{"confirmation": "A" * 48}], ["the confirmation does not hold"]),
        ({"confirm": "writes", "confirm_by": "person"}, [{}], ["this client cannot ask one"]),
    ],
)
async def test_a_write_that_is_stopped_late_is_recorded_with_the_rule(org_with, kept, settings, calls, rules):
    trail, path = kept
    org = await org_with(trail=trail, settings=settings)
    for more in calls:
        await org.call("update_user", user=HANNAH, profile={"title": f"Title {len(entries(path))}"}, **more)
    found = [one for one in entries(path) if one["kind"] != "outcome"]
    for one, rule in zip(found, rules, strict=True):
        assert one["kind"] == ("refused" if rule else "intent")
        assert (rule or "") in one.get("rule", "")
        assert one["on"][0]["name"] == HANNAH


async def test_a_write_that_its_person_declines_is_recorded(org_with, kept):
    async def declining(_context, _question):
        return ElicitResult(action="decline")

    trail, path = kept
    org = await org_with(trail=trail, settings={"confirm": "writes"}, person=declining)
    assert (await org.call("suspend_user", user=HANNAH)).is_error
    (refused,) = entries(path)
    assert (refused["kind"], refused["rule"]) == ("refused", "the person did not agree (decline)")


async def test_of_a_refused_write_with_wrong_arguments_only_their_names_are_recorded(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail, settings={"read_only": True})
    await org.call("update_user", user=HANNAH, password=[PASSWORD], pasword=PASSWORD)
    (refused,) = entries(path)
    assert refused["arguments"] == {"user": "(not recorded)", "password": "(not recorded)", "(unknown)": 1}


async def test_the_owner_of_the_token_is_protected_on_record(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail)
    await org.call("deactivate_user", user="admin@example.com")
    (refused,) = entries(path)
    assert refused["on"][0]["name"] == "admin@example.com"
    assert "owns this server's credentials" in refused["rule"]


@pytest.mark.parametrize(
    ("fault", "result", "error"),
    [
        ({"status": 400}, "failed", "InvalidRequest"),
        ({"status": 500}, "unknown", "ServerFault"),
        ({"drop": "after"}, "unknown", "ConnectionLost"),
    ],
    ids=["refused by Okta", "fault of Okta", "connection lost"],
)
async def test_a_write_that_failed_says_whether_it_may_have_been_done(org_with, kept, fault, result, error):
    trail, path = kept

    class Failing(httpx2.AsyncBaseTransport):
        def __init__(self, inner):
            self._inner = inner

        async def handle_async_request(self, request):
            if request.method != "POST":
                return await self._inner.handle_async_request(request)
            if "drop" in fault:
                raise httpx2.ReadError("gone")
            body = {"errorCode": "E0000001", "errorSummary": "No", "errorCauses": [], "errorId": "oaeX"}
            return httpx2.Response(fault["status"], json=body, headers={"x-okta-request-id": "ff" * 16})

    org = await org_with(trail=trail, wrapped=Failing)
    answer = await org.call("suspend_user", user=HANNAH)
    assert answer.is_error
    _, outcome = entries(path)
    assert outcome["result"] == result
    assert outcome["error"].startswith(error)


async def test_reads_and_calls_that_change_nothing_leave_no_entry(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail)
    await org.call("list_users", limit=2)
    await org.call("update_user", user=HANNAH)
    await org.call("suspend_user", user="nobody.at.all@example.com")
    assert entries(path) == []


async def test_a_call_that_is_cancelled_while_its_entry_is_written_is_not_sent_and_the_trail_says_so(org_with, kept):
    trail, path = kept
    written, go_on = anyio.Event(), anyio.Event()
    intend = trail.intend

    async def slowly(attempt):
        number = await intend(attempt)
        written.set()
        with anyio.CancelScope(shield=True):
            await go_on.wait()
        return number

    trail.intend = slowly
    org = await org_with(trail=trail)
    call = anyio.CancelScope()

    async def called():
        with call:
            await org.call("suspend_user", user=HANNAH)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(called)
        await written.wait()
        call.cancel()
        await anyio.wait_all_tasks_blocked()
        go_on.set()
    with anyio.fail_after(30):
        while len(entries(path)) < 2:  # noqa: ASYNC110 - a thread writes it
            await anyio.sleep(0.01)
    assert org.changes == []
    assert entries(path)[1]["result"] == "failed"


async def test_a_trail_that_cannot_be_written_keeps_the_request_from_being_sent(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail)
    path.unlink()
    answer = await org.call("suspend_user", user=HANNAH)
    assert answer.is_error
    assert "audit trail cannot be written" in answer.text
    assert org.changes == []
    assert org.user(HANNAH).status.value == "ACTIVE"


async def test_a_write_whose_outcome_cannot_be_recorded_is_told_as_done_and_stays_in_doubt(org_with, kept):
    trail, path = kept

    class Removing(httpx2.AsyncBaseTransport):
        def __init__(self, inner):
            self._inner = inner

        async def handle_async_request(self, request):
            if request.method == "POST":
                path.rename(path.with_suffix(".away"))
            return await self._inner.handle_async_request(request)

    org = await org_with(trail=trail, wrapped=Removing)
    answer = await org.call("suspend_user", user=HANNAH)
    assert not answer.is_error
    assert "tell the operator" in answer.text
    path.with_suffix(".away").rename(path)
    assert [one["tool"] for one in verify(path, Seal(), patience=0).in_doubt] == ["suspend_user"]


async def test_a_dry_run_is_recorded_as_one(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail, settings={"dry_run": True})
    await org.call("suspend_user", user=HANNAH)
    (entry,) = entries(path)
    assert (entry["kind"], entry["rule"], entry["dryRun"]) == ("refused", "dry run", True)
    assert org.changes == []


async def test_what_waits_for_a_code_is_recorded_and_then_that_it_was_given(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail, settings={"confirm": "writes"})
    asked = await org.call("suspend_user", user=HANNAH)
    code = asked.text.split('confirmation "')[1].split('"')[0]
    await org.call("suspend_user", user=HANNAH, confirmation=code)
    waiting, intent, outcome = entries(path)
    assert (waiting["kind"], waiting["rule"]) == ("refused", "to be confirmed with a code first")
    assert intent["confirmation"] == {"how": "code", "by": "local"}
    assert outcome["result"] == "done"
    assert code not in path.read_text(encoding="utf-8")


async def test_the_requests_id_of_the_log_is_in_the_entries(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail)
    await org.call("suspend_user", user=HANNAH)
    assert len(entries(path)[0]["request"]) == 16


async def test_many_at_a_time_name_the_run_they_are_part_of(org_with, kept):
    trail, path = kept
    org = await org_with(trail=trail)
    rows = [{"user": HANNAH}, {"user": "wei.chen@example.com"}]
    answer = await org.call("run_bulk", tool="suspend_user", rows=rows)
    kinds = [one["kind"] for one in entries(path)]
    assert sorted(kinds) == ["intent", "intent", "outcome", "outcome"], answer.text
    assert len({one["batch"] for one in entries(path) if one["kind"] == "intent"}) == 1
