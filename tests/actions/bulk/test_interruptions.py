"""A run that is cut off goes on without doing a row twice and without leaving one out."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import anyio
import httpx2
import pytest

from okta_mcp.actions.bulk.journal import Journal, JournalError, Row, Run, RunUnderWay, State
from okta_mcp.sandbox.records import Status

ADA, MARIA, LEE = "ada.byrne@example.com", "maria.santos2@example.com", "lee.fenn@example.com"
RUN = Run("run-1", "https://example.okta.com", "local", "suspend_user", "", "2026-03-02T09:30:00.000Z")


class Cut(httpx2.AsyncBaseTransport):
    """Lets requests through and loses the answers to some.

    Args:
        inner: what is behind.
    """

    def __init__(self, inner):
        self.inner = inner
        self.lose = lambda _request: False
        self.refuse = lambda _request: False
        self.instead = None

    async def handle_async_request(self, request):
        if self.instead is not None and request.method == "POST":
            return await self.instead(request)
        if self.refuse(request):
            raise httpx2.ConnectError("no connection", request=request)
        response = await self.inner.handle_async_request(request)
        if self.lose(request):
            raise httpx2.ReadError("cut off", request=request)
        return response


@pytest.fixture
async def cut_org(org_with):
    transports = []

    def wrapped(inner):
        transports.append(Cut(inner))
        return transports[0]

    org = await org_with(wrapped=wrapped)
    return org, transports[0]


def counts(answer):
    return {name: answer.data[name] for name in ("done", "failed", "inDoubt", "waiting")}


HIRE = {"profile": {"firstName": "Lee", "lastName": "Fenn", "email": LEE}}
CASES = [
    ("create_user", HIRE, lambda org: org.exists(LEE)),
    ("suspend_user", {"user": ADA}, lambda org: org.user(ADA).status == "SUSPENDED"),
    ("deactivate_user", {"user": ADA}, lambda org: org.user(ADA).status == "DEPROVISIONED"),
    ("expire_password", {"user": ADA}, lambda org: org.user(ADA).status == "PASSWORD_EXPIRED"),
    ("reset_password", {"user": ADA, "sendEmail": True}, lambda org: org.user(ADA).status == "RECOVERY"),
]


@pytest.mark.parametrize(("tool", "row", "so"), CASES, ids=[case[0] for case in CASES])
async def test_a_write_whose_answer_was_lost_is_settled_by_looking(cut_org, tool, row, so):
    org, cut = cut_org
    cut.lose = lambda request: request.method == "POST"
    answer = await org.call("run_bulk", tool=tool, rows=[row])
    assert so(org)
    assert counts(answer) == {"done": 1, "failed": 0, "inDoubt": 0, "waiting": 0}, answer.text
    # A single creation looks by itself, and finds the id.
    assert (org.user(LEE).id if tool == "create_user" else "a look showed that it was done") in answer.text
    assert len(org.changes) == 1


async def test_lifting_a_suspension_is_settled_by_whatever_status_came_before_it(cut_org):
    org, cut = cut_org
    robin = await org.person_in("PASSWORD_EXPIRED")
    async with org.admin() as okta:
        (await okta.post(f"/api/v1/users/{robin.id}/lifecycle/suspend")).raise_for_status()
    cut.lose = lambda request: request.method == "POST"
    answer = await org.call("run_bulk", tool="unsuspend_user", rows=[{"user": robin.login}])
    assert robin.status == "PASSWORD_EXPIRED"
    assert counts(answer) == {"done": 1, "failed": 0, "inDoubt": 0, "waiting": 0}, answer.text
    assert len(org.changes) == 1


async def test_a_suspension_that_ended_in_a_deactivation_does_not_prove_that_it_was_lifted(cut_org):
    org, cut = cut_org
    robin = await org.person_in("SUSPENDED")

    async def deactivated_instead(request):
        async with org.admin() as okta:
            (await okta.post(f"/api/v1/users/{robin.id}/lifecycle/deactivate")).raise_for_status()
        raise httpx2.ReadError("cut off, though nothing was delivered", request=request)

    cut.instead = deactivated_instead
    answer = await org.call("run_bulk", tool="unsuspend_user", rows=[{"user": robin.login}])
    assert robin.status == "DEPROVISIONED"
    assert counts(answer) == {"done": 0, "failed": 0, "inDoubt": 1, "waiting": 0}, answer.text


async def test_an_activation_that_okta_is_still_at_is_settled_as_done(cut_org):
    org, cut = cut_org
    org.box.org.delay = timedelta(seconds=30)
    robin = await org.person_in("STAGED")
    cut.lose = lambda request: request.method == "POST"
    answer = await org.call("run_bulk", tool="activate_user", rows=[{"user": robin.login}])
    assert (robin.status, robin.transitioning_to) == ("STAGED", "ACTIVE")
    assert counts(answer) == {"done": 1, "failed": 0, "inDoubt": 0, "waiting": 0}, answer.text
    assert len(org.changes) == 1


async def test_an_activation_that_somebody_else_began_does_not_prove_that_a_lost_one_was_made(cut_org):
    org, cut = cut_org
    org.box.org.delay = timedelta(seconds=30)
    robin = await org.person_in("STAGED")
    async with org.admin() as okta:
        (await okta.post(f"/api/v1/users/{robin.id}/lifecycle/activate")).raise_for_status()

    async def swallowed(request):
        raise httpx2.ReadError("cut off, though nothing was delivered", request=request)

    cut.instead = swallowed
    answer = await org.call("run_bulk", tool="activate_user", rows=[{"user": robin.login}])
    assert counts(answer) == {"done": 0, "failed": 0, "inDoubt": 1, "waiting": 0}, answer.text


async def test_a_repeated_activation_that_meets_its_first_sending_stays_in_doubt_until_a_look_settles_it(cut_org):
    org, cut = cut_org
    org.box.org.delay = timedelta(seconds=30)
    robin = await org.person_in("STAGED")

    async def swallowed(request):
        raise httpx2.ReadError("cut off, though nothing was delivered", request=request)

    async def late(request):
        # The first sending arrives after the look and just before the second.
        async with org.admin() as okta:
            (await okta.post(f"/api/v1/users/{robin.id}/lifecycle/activate")).raise_for_status()
        return await cut.inner.handle_async_request(request)

    cut.instead = swallowed
    first = await org.call("run_bulk", tool="activate_user", rows=[{"user": robin.login}])
    assert counts(first)["inDoubt"] == 1
    cut.instead = late
    met = await org.call("run_bulk", run=first.data["run"])
    assert [one.status for one in org.changes] == [200, 409]
    assert counts(met) == {"done": 0, "failed": 0, "inDoubt": 1, "waiting": 0}, met.text
    assert "Nothing was changed" not in met.text
    assert "Okta is still activating this user" in met.text
    cut.instead = None
    org.clock.forward(seconds=31)
    settled = await org.call("run_bulk", run=first.data["run"])
    assert robin.status == "ACTIVE"
    assert counts(settled) == {"done": 1, "failed": 0, "inDoubt": 0, "waiting": 0}, settled.text
    assert org.changes == []


ARRIVES_LATE = [
    ("create_user", HIRE, lambda org: org.exists(LEE)),
    ("suspend_user", {"user": ADA}, lambda org: org.user(ADA).status == "SUSPENDED"),
    ("deactivate_user", {"user": ADA}, lambda org: org.user(ADA).status == "DEPROVISIONED"),
]


@pytest.mark.parametrize(("tool", "row", "so"), ARRIVES_LATE, ids=[case[0] for case in ARRIVES_LATE])
async def test_a_repetition_that_is_refused_because_the_first_sending_arrived_late_is_no_failure(
    cut_org, tool, row, so
):
    org, cut = cut_org
    held = []

    async def swallowed(request):
        held.append(request)
        raise httpx2.ReadError("cut off, and delivered later", request=request)

    async def late(request):
        # The first sending arrives after the look and just before the second.
        org.clock.forward(seconds=1)
        await cut.inner.handle_async_request(held[0])
        return await cut.inner.handle_async_request(request)

    cut.instead = swallowed
    first = await org.call("run_bulk", tool=tool, rows=[row])
    assert counts(first)["inDoubt"] == 1
    cut.instead = late
    again = await org.call("run_bulk", run=first.data["run"])
    assert so(org)
    assert [one.status for one in org.changes if one.status >= 400] != []
    assert counts(again) == {"done": 1, "failed": 0, "inDoubt": 0, "waiting": 0}, again.text


PILOT = {"title": "Pilot"}


async def test_a_write_that_may_be_made_does_not_wait_although_its_repetition_was_not_let_in(cut_org):
    org, cut = cut_org

    async def lost(request):
        cut.instead = turned_away
        await cut.inner.handle_async_request(request)
        raise httpx2.ReadError("cut off", request=request)

    async def turned_away(_request):
        return httpx2.Response(401, json={"errorCode": "E0000011", "errorSummary": "Invalid token provided"})

    cut.instead = lost
    row = {"user": ADA, "profile": PILOT}
    answer = await org.call("run_bulk", tool="update_user", rows=[row])
    assert org.user(ADA).profile["title"] == "Pilot"
    assert counts(answer) == {"done": 1, "failed": 0, "inDoubt": 0, "waiting": 0}, answer.text


BARRED = {
    "unreachable": httpx2.ConnectError("no connection"),
    "not let in": httpx2.Response(401, json={"errorCode": "E0000011", "errorSummary": "Invalid token provided"}),
}


@pytest.mark.parametrize("bar", BARRED.values(), ids=BARRED)
async def test_a_row_in_doubt_that_cannot_be_sent_again_is_still_looked_at_before_the_next_time(cut_org, bar):
    org, cut = cut_org
    held = []

    async def swallowed(request):
        held.append(request)
        raise httpx2.ReadError("cut off, and delivered later", request=request)

    async def barred(_request):
        if isinstance(bar, Exception):
            raise bar
        return bar

    cut.instead = swallowed
    first = await org.call("run_bulk", tool="create_user", rows=[HIRE])
    cut.instead = barred
    stopped = await org.call("run_bulk", run=first.data["run"])
    assert counts(stopped) == {"done": 0, "failed": 0, "inDoubt": 1, "waiting": 0}, stopped.text
    cut.instead = None
    await cut.inner.handle_async_request(held[0])
    settled = await org.call("run_bulk", run=first.data["run"])
    assert counts(settled) == {"done": 1, "failed": 0, "inDoubt": 0, "waiting": 0}, settled.text
    assert org.changes == []


async def test_where_a_look_tells_nothing_the_row_stays_in_doubt_and_is_not_repeated(cut_org):
    org, cut = cut_org
    await org.person_in("ACTIVE")
    row = {"user": "robin.vale@example.com"}
    cut.lose = lambda request: request.method == "POST"
    answer = await org.call("run_bulk", tool="forgot_password", rows=[row])
    assert counts(answer) == {"done": 0, "failed": 0, "inDoubt": 1, "waiting": 0}
    cut.lose = lambda _request: False
    again = await org.call("run_bulk", run=answer.data["run"])
    assert counts(again)["inDoubt"] == 1
    assert org.changes == []


STOOD = [
    # What is asked of somebody who is that already: the end is no proof.
    ("reset_password", {"user": "robin.vale@example.com", "sendEmail": True}, "RECOVERY"),
    ("expire_password", {"user": "robin.vale@example.com"}, "PASSWORD_EXPIRED"),
]


@pytest.mark.parametrize(("tool", "row", "status"), STOOD, ids=[case[0] for case in STOOD])
async def test_what_was_so_before_does_not_prove_that_a_lost_write_was_made(cut_org, tool, row, status):
    org, cut = cut_org
    await org.person_in(status)
    inner = cut.inner

    class Swallowing(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request):
            if request.method == "POST":
                raise httpx2.ReadError("cut off, though nothing was delivered", request=request)
            return await inner.handle_async_request(request)

    cut.inner = Swallowing()
    answer = await org.call("run_bulk", tool=tool, rows=[row])
    assert counts(answer) == {"done": 0, "failed": 0, "inDoubt": 1, "waiting": 0}, answer.text


async def test_a_run_stops_when_okta_cannot_be_reached_and_goes_on_later(cut_org):
    org, cut = cut_org
    cut.refuse = lambda request: request.method == "POST"
    stopped = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}, {"user": MARIA}])
    assert counts(stopped) == {"done": 0, "failed": 0, "inDoubt": 0, "waiting": 2}
    assert "Stopped: " in stopped.data["note"]
    cut.refuse = lambda _request: False
    again = await org.call("run_bulk", run=stopped.data["run"])
    assert counts(again) == {"done": 2, "failed": 0, "inDoubt": 0, "waiting": 0}


async def test_a_row_begun_before_a_crash_is_looked_at_and_then_done_or_left(org_with, tmp_path):
    file = tmp_path / "runs.sqlite"
    org = await org_with(settings={"bulk_journal": str(file), "bulk_seconds": 1e-9})
    rows = [{"user": ADA}, {"user": MARIA}]
    run = (await org.call("run_bulk", tool="suspend_user", rows=rows)).data["run"]
    async with org.admin() as okta:
        before = [(await okta.get(f"/api/v1/users/{org.user(login).id}")).json() for login in (ADA, MARIA)]
        org.clock.forward(seconds=1)
        await okta.post(f"/api/v1/users/{org.user(ADA).id}/lifecycle/suspend")
    # What a process leaves that is killed between its two marks.
    with closing(sqlite3.connect(file)) as journal, journal:
        for number, user in enumerate(before, 1):
            seen = json.dumps([org.clock().timestamp(), user["status"], user["statusChanged"]])
            journal.execute("UPDATE rows SET state = 'begun', seen = ? WHERE number = ?", [seen, number])
    journal.close()

    # The next process: another server over the same journal; the org is the same as far as these rows go.
    async with reopened(org, file) as call:
        answer = await call("run_bulk", run=run)
    assert (answer["done"], answer["waiting"], answer["inDoubt"]) == (2, 0, 0)
    suspended = [one for one in org.box.journal if one.path.endswith("/suspend")]
    assert len(suspended) == 2  # one past the server, one by the run: nobody twice
    assert org.user(MARIA).status == "SUSPENDED"


def reopened(org, file):
    """Serve the same org by another server."""
    from contextlib import asynccontextmanager

    from mcp import Client
    from pydantic import SecretStr

    from okta_mcp.okta import OktaClient, OrgAddress
    from okta_mcp.server import create_server
    from okta_mcp.settings import load_settings

    @asynccontextmanager
    async def opened():
        okta = OktaClient(
            OrgAddress.parse("https://sandbox.okta.example"),
            SecretStr(org.box.api_token),
            transport=httpx2.ASGITransport(app=org.box.app),
        )
        settings = load_settings({"bulk_journal": str(file)}, env_file=None)
        async with okta, Client(create_server(settings, okta)) as client:

            async def call(tool, **arguments):
                result = await client.call_tool(tool, arguments)
                assert not result.is_error, result.content[0].text
                return result.structured_content

            yield call

    return opened()


async def test_a_run_under_way_is_not_begun_a_second_time(tmp_path):
    one, other = Journal(tmp_path / "runs.sqlite"), Journal(tmp_path / "runs.sqlite")
    with one.holding("run-1"):
        with pytest.raises(RunUnderWay), other.holding("run-1"):
            pass
        with pytest.raises(RunUnderWay), one.holding("run-1"):
            pass
        with other.holding("run-2"):
            pass
    with other.holding("run-1"):
        pass


async def test_marks_that_come_together_are_all_kept(tmp_path):
    journal = Journal(tmp_path / "runs.sqlite")
    await journal.add(RUN, [Row(n, f"user {n}", {"user": f"00u{n}"}) for n in range(1, 101)])
    async with anyio.create_task_group() as tasks:
        for n in range(1, 101):
            tasks.start_soon(journal.mark, RUN.id, n, State.DONE, f"detail {n}")
    kept = await Journal(tmp_path / "runs.sqlite").rows(RUN.id)
    assert [(row.number, row.state, row.detail) for row in kept] == [
        (n, State.DONE, f"detail {n}") for n in range(1, 101)
    ]


async def test_a_mark_that_cannot_be_written_lets_no_other_pass_for_kept(tmp_path):
    journal = Journal(tmp_path / "runs.sqlite")
    await journal.add(RUN, [Row(n, f"user {n}", {}) for n in (1, 2, 3)])
    ended = {}

    async def mark(number, detail):
        try:
            await journal.mark(RUN.id, number, State.DONE, detail)
        except JournalError as error:
            ended[number] = str(error)
        else:
            ended[number] = None

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(mark, 1, "written alone")
        tasks.start_soon(mark, 2, "half a character: \ud800")
        tasks.start_soon(mark, 3, "together with the second")
    told = {number for number, error in ended.items() if error is None}
    assert {row.number for row in await journal.rows(RUN.id, states=[State.DONE])} == told


async def test_a_journal_is_its_owners_alone(tmp_path):
    file = tmp_path / "state" / "runs.sqlite"
    await Journal(file).add(RUN, [Row(1, "user", {})])
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


async def test_a_run_belongs_to_its_caller_and_its_org(tmp_path):
    journal = Journal(tmp_path / "runs.sqlite")
    await journal.add(RUN, [Row(1, "user", {})])
    assert await journal.run("run-1", RUN.org, "local") is not None
    assert await journal.run("run-1", RUN.org, "somebody else") is None
    assert await journal.run("run-1", "https://other.okta.com", "local") is None
    assert await journal.latest(RUN.org, "somebody else", limit=10) == []


async def test_a_journal_that_cannot_be_kept_begins_nothing(org_with, tmp_path):
    (tmp_path / "file").write_text("")
    org = await org_with(settings={"bulk_journal": str(tmp_path / "file" / "runs.sqlite")})
    answer = await org.call("run_bulk", tool="suspend_user", rows=[{"user": ADA}])
    assert answer.is_error
    assert "the journal of runs cannot be used" in answer.text
    assert org.changes == []


async def test_a_journal_that_is_none_is_said_to_be_unusable(tmp_path):
    file = tmp_path / "runs.sqlite"
    file.write_text(json.dumps({"not": "a database"}) * 200)
    with pytest.raises(JournalError, match="not a database"):
        await Journal(file).latest(RUN.org, "local", limit=1)


async def test_a_newcomer_who_is_deactivated_after_the_check_is_not_brought_back_unasked(org_with):
    transports = []

    def wrapped(inner):
        transports.append(Cut(inner))
        return transports[0]

    org = await org_with(wrapped=wrapped, settings={"confirm": "destructive"})
    user = await org.person_in("STAGED")
    reads = []

    def deactivated_at_the_second_reading(request):
        if request.method == "GET" and request.url.path == f"/api/v1/users/{user.id}":
            reads.append(request)
            user.status = Status.DEPROVISIONED if len(reads) == 1 else user.status
        return False

    transports[0].refuse = deactivated_at_the_second_reading
    answer = await org.call("run_bulk", tool="activate_user", rows=[{"user": user.login}])
    assert reads
    assert counts(answer) == {"done": 0, "failed": 0, "inDoubt": 0, "waiting": 1}, answer.text
    assert "it was not confirmed" in answer.text
    assert (user.status, org.changes) == ("DEPROVISIONED", [])
    again = await org.call("run_bulk", run=answer.data["run"])
    assert "Deactivated since" in again.text
    assert org.changes == []
