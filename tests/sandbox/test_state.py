"""The org outlasts the process, however that ends.

    OKTA_MCP_KILL_ROUNDS=20 OKTA_MCP_KILL_WRITES=1000 pytest tests/sandbox/test_state.py -k killed

is the full size of the test with `kill -9`.
"""

import hashlib
import os
import pickle
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from functools import partial
from itertools import chain
from pathlib import Path

import anyio
import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.api import ROUTES
from okta_mcp.sandbox.clock import utc_now
from okta_mcp.sandbox.oauth.endpoints import OAUTH_ROUTES
from okta_mcp.sandbox.seed import PASSWORD as SEEDED
from okta_mcp.sandbox.state import StateError, kept_sandbox
from okta_mcp.sandbox.state.file import FORMAT, StateFile
from okta_mcp.sandbox.state.keeper import Keeper
from okta_mcp.sandbox.state.whole import read_whole

ROUNDS = int(os.environ.get("OKTA_MCP_KILL_ROUNDS", "3"))
WRITES = int(os.environ.get("OKTA_MCP_KILL_WRITES", "200"))
WRITER = Path(__file__).parent / "writer.py"
PASSWORD = "Corr3ct-horse"
ANSWER = "Ravioli"

# What may differ: the indexes, who watches users, and counts of what nobody wrote down.
LEFT_OUT = {"watcher", "_by_moment", "_built_in", "_secrets", "_repeated", "last_used", "_clock", "_source"}


def facts(thing, above=()):
    """Yield the parts of a state as texts, in an order that does not depend on the process."""
    if thing is None or isinstance(thing, str | bytes | int | float | date | timedelta | Enum | type):
        yield repr(thing)
    elif id(thing) in above:
        yield "itself"
    else:
        yield type(thing).__name__
        for part in parts_of(thing):
            yield from facts(part, (*above, id(thing)))


def parts_of(thing):
    if isinstance(thing, Mapping):
        return chain.from_iterable(thing.items())
    if isinstance(thing, AbstractSet):
        return sorted(thing, key=repr)
    if isinstance(thing, list | tuple):
        return thing
    names = [part.name for part in fields(thing)] if is_dataclass(thing) else sorted(vars(thing))
    return chain.from_iterable((name, getattr(thing, name)) for name in names if name not in LEFT_OUT)


def digest(sandbox):
    """Return what is equal for equal states of the org, ids, secrets and timestamps included."""
    texts = facts(sandbox.org)
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def client_of(sandbox):
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app),
        base_url="http://localhost",
        headers={"Authorization": f"SSWS {sandbox.api_token}"},
    )


@contextmanager
def dying(path, **options):
    """Open a sandbox and let its process die: whatever the end would write is lost."""
    manager = kept_sandbox(path, **options)
    sandbox = manager.__enter__()
    try:
        yield sandbox
    finally:
        # As an exception does, this closes the file and nothing more.
        assert not manager.__exit__(InterruptedError, InterruptedError(), None)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "org.state"


class Story:
    """Requests that use every endpoint which changes something, each with an answer other than a failure."""

    def __init__(self, okta, org):
        self.okta = okta
        self.org = org
        self.told = set()

    async def tell(self, route, path=None, *, status=None, **sent):
        method, template = route.split(" ")
        answer = await self.okta.request(method, path or template, **sent)
        assert answer.is_success if status is None else answer.status_code == status, (route, answer.text)
        self.told.add(route)
        return answer.json() if answer.content else None

    async def user(self, name, **more):
        login = f"{name}@example.com"
        profile = {"firstName": name, "lastName": "Vale", "login": login, "email": login}
        recovery = {"recovery_question": {"question": "Lunch?", "answer": ANSWER}}
        body = {"profile": profile, "credentials": {"password": {"value": PASSWORD}, **recovery}}
        return (await self.tell("POST /api/v1/users", json=body, **more))["id"]

    async def whole(self):
        await self.users()
        await self.groups()
        await self.apps()
        await self.meta()
        await self.oauth()

    async def users(self):
        users = "/api/v1/users"
        staged = await self.user("staged", params={"activate": "false"})
        await self.lifecycle(staged, "activate", params={"sendEmail": "false"})
        made = {"profile": {"firstName": "P", "lastName": "V", "login": "p@example.com", "email": "p@example.com"}}
        provisioned = (await self.tell("POST /api/v1/users", json=made))["id"]
        await self.lifecycle(provisioned, "reactivate", params={"sendEmail": "false"})
        one = await self.user("robin")
        for name in ("suspend", "unsuspend", "reset_factors", "expire_password"):
            await self.lifecycle(one, name)
        await self.lifecycle(one, "expire_password_with_temp_password")
        await self.tell("POST /api/v1/users/{user}", f"{users}/{one}", json={"profile": {"title": "Baker"}})
        await self.lifecycle(one, "reset_password", params={"sendEmail": "false"})
        two = await self.user("sam")
        await self.credentials(two, "forgot_password", params={"sendEmail": "false"})
        await self.credentials(
            two, "change_password", json={"oldPassword": {"value": PASSWORD}, "newPassword": {"value": "An0ther-horse"}}
        )
        question = {"question": "Dinner?", "answer": ANSWER}
        await self.credentials(
            two,
            "change_recovery_question",
            json={"password": {"value": "An0ther-horse"}, "recovery_question": question},
        )
        await self.credentials(
            two,
            "forgot_password_recovery_question",
            json={"password": {"value": "Th1rd-horse"}, "recovery_question": {"answer": ANSWER}},
        )
        body = {"profile": {"firstName": "S", "lastName": "V", "login": "s@example.com", "email": "s@example.com"}}
        await self.tell("PUT /api/v1/users/{user}", f"{users}/{two}", json=body)
        await self.tell("DELETE /api/v1/users/{user}/sessions", f"{users}/{two}/sessions")
        await self.sign_in(two)
        await self.lifecycle(two, "deactivate")
        await self.tell("DELETE /api/v1/users/{user}", f"{users}/{two}")

    async def sign_in(self, user_id):
        login = self.org.users[user_id].login
        for password in ["Wr0ng-horse"] * 10:
            body = {"username": login, "password": password}
            await self.okta.post("/api/v1/authn", json=body, headers={"Authorization": ""})
        assert self.org.users[user_id].status == "LOCKED_OUT"
        await self.lifecycle(user_id, "unlock")
        body = {"username": login, "password": "Th1rd-horse"}
        await self.tell("POST /api/v1/authn", json=body, headers={"Authorization": ""})
        await self.lifecycle(user_id, "expire_password")
        waiting = (await self.okta.post("/api/v1/authn", json=body)).json()
        body = {"stateToken": waiting["stateToken"], "oldPassword": "Th1rd-horse", "newPassword": "F0urth-horse"}
        await self.tell("POST /api/v1/authn/credentials/change_password", json=body)

    async def lifecycle(self, user_id, name, **sent):
        route = "POST /api/v1/users/{user}/lifecycle/" + name
        return await self.tell(route, f"/api/v1/users/{user_id}/lifecycle/{name}", **sent)

    async def credentials(self, user_id, name, **sent):
        route = "POST /api/v1/users/{user}/credentials/" + name
        return await self.tell(route, f"/api/v1/users/{user_id}/credentials/{name}", **sent)

    async def groups(self):
        groups = "/api/v1/groups"
        group = (await self.tell("POST /api/v1/groups", json={"profile": {"name": "Choir"}}))["id"]
        wei = self.org.user("wei.chen").id
        await self.tell("PUT /api/v1/groups/{group}", f"{groups}/{group}", json={"profile": {"name": "Band"}})
        await self.tell("PUT /api/v1/groups/{group}/users/{user}", f"{groups}/{group}/users/{wei}")
        await self.tell("DELETE /api/v1/groups/{group}/users/{user}", f"{groups}/{group}/users/{wei}")
        body = {
            "type": "group_rule",
            "name": "Sales staff",
            "conditions": {
                "people": {"users": {"exclude": []}, "groups": {"exclude": []}},
                "expression": {"value": 'user.department=="Sales"', "type": "urn:okta:expression:1.0"},
            },
            "actions": {"assignUserToGroups": {"groupIds": [group]}},
        }
        rule = (await self.tell("POST /api/v1/groups/rules", json=body))["id"]
        path = f"{groups}/rules/{rule}"
        await self.tell("POST /api/v1/groups/rules/{rule}/lifecycle/activate", f"{path}/lifecycle/activate")
        await self.tell("POST /api/v1/groups/rules/{rule}/lifecycle/deactivate", f"{path}/lifecycle/deactivate")
        await self.tell("PUT /api/v1/groups/rules/{rule}", path, json={**body, "name": "Staff"})
        await self.tell("DELETE /api/v1/groups/rules/{rule}", path)
        await self.tell("DELETE /api/v1/groups/{group}", f"{groups}/{group}")

    async def apps(self):
        body = {
            "name": "bookmark",
            "label": "Canteen",
            "signOnMode": "BOOKMARK",
            "settings": {"app": {"requestIntegration": False, "url": "https://canteen.example.com"}},
        }
        app = (await self.tell("POST /api/v1/apps", json=body))["id"]
        path = f"/api/v1/apps/{app}"
        wei, sales = self.org.user("wei.chen").id, self.org.group_by_name("Sales").id
        await self.tell("PUT /api/v1/apps/{app}", path, json={**body, "label": "Kitchen"})
        await self.tell("POST /api/v1/apps/{app}/users", f"{path}/users", json={"id": wei, "scope": "USER"})
        changed = {"credentials": {"userName": "wei"}}
        await self.tell("POST /api/v1/apps/{app}/users/{user}", f"{path}/users/{wei}", json=changed)
        await self.tell("DELETE /api/v1/apps/{app}/users/{user}", f"{path}/users/{wei}")
        await self.tell("PUT /api/v1/apps/{app}/groups/{group}", f"{path}/groups/{sales}", json={})
        await self.tell("DELETE /api/v1/apps/{app}/groups/{group}", f"{path}/groups/{sales}")
        await self.tell("POST /api/v1/apps/{app}/lifecycle/deactivate", f"{path}/lifecycle/deactivate")
        await self.tell("POST /api/v1/apps/{app}/lifecycle/activate", f"{path}/lifecycle/activate")
        await self.tell("POST /api/v1/apps/{app}/lifecycle/deactivate", f"{path}/lifecycle/deactivate")
        await self.tell("DELETE /api/v1/apps/{app}", path)

    async def meta(self):
        types = "/api/v1/meta/types/user"
        body = {"name": "guest", "displayName": "Guest", "description": "Stays a night"}
        kind = (await self.tell(f"POST {types}", json=body))["id"]
        change = {"displayName": "Visitor"}
        await self.tell("POST /api/v1/meta/types/user/{type}", f"{types}/{kind}", json=change)
        await self.tell("PUT /api/v1/meta/types/user/{type}", f"{types}/{kind}", json={**body, **change})
        await self.tell("DELETE /api/v1/meta/types/user/{type}", f"{types}/{kind}")
        schema = {"definitions": {"custom": {"properties": {"size": {"title": "Size", "type": "string"}}}}}
        await self.tell("POST /api/v1/meta/schemas/user/{schema}", "/api/v1/meta/schemas/user/default", json=schema)
        await self.tell("POST /api/v1/meta/schemas/group/default", json=schema)
        realm = (await self.tell("POST /api/v1/realms", json={"profile": {"name": "North"}}))["id"]
        renamed = {"profile": {"name": "South"}}
        await self.tell("PUT /api/v1/realms/{realm}", f"/api/v1/realms/{realm}", json=renamed)
        await self.tell("DELETE /api/v1/realms/{realm}", f"/api/v1/realms/{realm}")

    async def oauth(self):
        body = {"client_name": "Phone", "application_type": "native"}
        client = (await self.tell("POST /oauth2/v1/clients", json=body))["client_id"]
        grant = {"scopeId": "okta.users.read", "issuer": "http://localhost"}
        await self.tell("POST /api/v1/apps/{app}/grants", f"/api/v1/apps/{client}/grants", json=grant)
        role = {"type": "HELP_DESK_ADMIN"}
        await self.tell("POST /oauth2/v1/clients/{client}/roles", f"/oauth2/v1/clients/{client}/roles", json=role)
        form = {"client_id": client, "scope": "okta.users.read"}
        await self.tell("POST /oauth2/v1/device/authorize", data=form, headers={"Authorization": ""})
        # Nobody has confirmed: no token yet, but the grant remembers who asked.
        waiting = {
            "client_id": client,
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": next(iter(self.org.oauth.devices)),
        }
        await self.tell("POST /oauth2/v1/token", data=waiting, headers={"Authorization": ""}, status=400)
        token = {"client_id": client, "token": "none"}
        await self.tell("POST /oauth2/v1/introspect", data=token, headers={"Authorization": ""})
        await self.tell("POST /oauth2/v1/revoke", data=token, headers={"Authorization": ""})


READS = ("GET", "HEAD")
CHANGING = {f"{method} /api/v1{path}" for method, path, _ in ROUTES if method not in READS} | {
    f"{method} {path}" for method, path, _ in OAUTH_ROUTES if method not in READS
}
OPTIONS = {"realms": True, "rate_limits": dict.fromkeys(("users", "user", "user changes", "other", "apps"), 100_000)}


async def test_after_every_request_that_changes_something_a_restart_finds_the_same_state(path):
    with dying(path, **OPTIONS) as sandbox:
        async with client_of(sandbox) as okta:
            story = Story(okta, sandbox.org)
            await story.whole()
        assert story.told == CHANGING
        before, token = digest(sandbox), sandbox.api_token
        issued = sandbox.org.ids.mark()[0]
        entries = count(path, "log")
    assert entries > len(CHANGING)
    with dying(path, **OPTIONS) as sandbox:
        assert (digest(sandbox), sandbox.api_token) == (before, token)
        assert sandbox.org.ids.mark()[0] == issued
    # Out of the snapshot of an orderly end, and once more.
    for _ in range(2):
        with kept_sandbox(path, **OPTIONS) as sandbox:
            assert digest(sandbox) == before
        assert count(path, "log") == 0


def count(path, table):
    """Count the rows of a file that another connection holds: in a copy of what is on disk."""
    copy = path.with_name("copy.state")
    for end in ("", "-wal"):
        source = Path(f"{path}{end}")
        Path(f"{copy}{end}").unlink(missing_ok=True)
        if source.exists():
            Path(f"{copy}{end}").write_bytes(source.read_bytes())
    connection = sqlite3.connect(copy)
    try:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        connection.close()


async def test_reads_are_not_written_down_and_take_no_secret_of_later(path):
    with dying(path) as sandbox:
        async with client_of(sandbox) as okta:
            for _ in range(5):
                await okta.get("/api/v1/users?limit=3")
            await okta.get("/api/v1/users/nobody")
        # The first of them is the first use of the token.
        assert count(path, "log") == 1
        ids = {entry.request_id for entry in sandbox.journal}
    with dying(path) as sandbox:
        async with client_of(sandbox) as okta:
            await okta.post("/api/v1/users/wei.chen/lifecycle/suspend")
        assert sandbox.journal[-1].request_id not in ids


async def test_a_token_in_use_stays_good_over_restarts(path, clock):
    for _ in range(4):
        with dying(path, clock=clock) as sandbox:
            async with client_of(sandbox) as okta:
                assert (await okta.get("/api/v1/users/me")).status_code == 200
            clock.forward(days=20)
    clock.forward(days=20)
    with dying(path, clock=clock) as sandbox:
        async with client_of(sandbox) as okta:
            assert (await okta.get("/api/v1/users/me")).status_code == 401


async def test_what_was_begun_in_the_background_is_finished_after_a_restart(path, clock):
    with dying(path, clock=clock, asynchronous=60) as sandbox:
        async with client_of(sandbox) as okta:
            await okta.post("/api/v1/users/greta.lund/lifecycle/activate")
            assert (await okta.get("/api/v1/users/greta.lund")).json()["status"] == "STAGED"
            clock.forward(seconds=61)
            await okta.get("/api/v1/users/greta.lund")
            await okta.post("/api/v1/users/wei.chen/lifecycle/suspend")
            before = digest(sandbox)
    with dying(path, clock=clock, asynchronous=60) as sandbox:
        assert digest(sandbox) == before
        assert sandbox.org.user("greta.lund").status != "STAGED"


async def test_a_request_the_gate_refused_is_not_handled_later(path):
    with dying(path, rate_limits={"groups": 1}) as sandbox:
        async with client_of(sandbox) as okta:
            answers = [await okta.post("/api/v1/groups", json={"profile": {"name": name}}) for name in "ab"]
            sandbox.fail("POST", "/api/v1/users", status=500)
            answers.append(await okta.post("/api/v1/users/wei.chen/lifecycle/suspend"))
        assert [answer.status_code for answer in answers] == [200, 429, 500]
    with dying(path, rate_limits={"groups": 1}) as sandbox:
        assert sandbox.org.group_by_name("a") is not None
        assert sandbox.org.group_by_name("b") is None
        assert sandbox.org.user("wei.chen").status == "ACTIVE"


async def test_a_change_whose_answer_was_lost_is_kept_like_the_others(path):
    with dying(path) as sandbox:
        async with client_of(sandbox) as okta:
            sandbox.fail("POST", "/api/v1/users", disconnect="after")
            with pytest.raises(ConnectionResetError):
                await okta.post("/api/v1/users/wei.chen/lifecycle/suspend")
            before = digest(sandbox)
    with dying(path) as sandbox:
        assert sandbox.org.user("wei.chen").status == "SUSPENDED"
        assert digest(sandbox) == before


async def test_slow_requests_are_kept_in_the_order_they_took_effect(path):
    with dying(path) as sandbox:
        sandbox.fail("POST", "/api/v1/groups", delay=0.05)
        async with client_of(sandbox) as okta, anyio.create_task_group() as tasks:
            for name in ("slow", "quick"):
                tasks.start_soon(lambda name=name: okta.post("/api/v1/groups", json={"profile": {"name": name}}))
        names = [group.name for group in list(sandbox.org.groups.values())[-2:]]
        before = digest(sandbox)
    assert names == ["quick", "slow"]
    with dying(path) as sandbox:
        assert digest(sandbox) == before


async def test_orders_of_the_control_plane_are_kept(path, clock):
    with dying(path, clock=clock, control=True) as sandbox:
        async with client_of(sandbox) as okta:
            await okta.post("/api/v1/users/wei.chen/lifecycle/suspend")
            await okta.post("/sandbox/snapshots", json={"name": "quiet"})
            await okta.post("/sandbox/clock", json={"advance": 86_400})
            await okta.post("/api/v1/users/wei.chen/lifecycle/unsuspend")
            await okta.post("/sandbox/faults", json={"kind": "error", "status": 500})
            token = (await okta.post("/sandbox/tokens", json={"login": "wei.chen@example.com"})).json()["token"]
            before, time = digest(sandbox), sandbox.clock()
    with dying(path, clock=clock, control=True) as sandbox:
        assert (digest(sandbox), sandbox.clock()) == (before, time)
        assert token in sandbox.org.tokens
        async with client_of(sandbox) as okta:
            assert (await okta.post("/sandbox/snapshots/quiet/restore")).status_code == 200
            assert (await okta.get("/api/v1/users/wei.chen")).json()["status"] == "SUSPENDED"
            await okta.post("/sandbox/reset", json={})
            before = digest(sandbox)
    with kept_sandbox(path, clock=clock, control=True) as sandbox:
        assert digest(sandbox) == before
        assert sandbox.org.user("wei.chen").status == "ACTIVE"
        assert [kept.name for kept in sandbox.snapshots] == ["quiet"]


async def test_what_is_done_without_a_request_is_kept_with_the_next(path):
    with dying(path) as sandbox:
        secret = sandbox.issue_token("wei.chen@example.com")
        async with client_of(sandbox) as okta:
            await okta.post("/api/v1/groups", json={"profile": {"name": "a"}})
            before = digest(sandbox)
    with dying(path) as sandbox:
        assert secret in sandbox.org.tokens
        assert digest(sandbox) == before


async def test_after_so_many_changes_the_whole_state_is_written_anew(path):
    with dying(path, entries_before_snapshot=4) as sandbox:
        async with client_of(sandbox) as okta:
            for number in range(10):
                await okta.post("/api/v1/groups", json={"profile": {"name": f"g{number}"}})
            before = digest(sandbox)
        assert count(path, "log") == 2
    with dying(path, entries_before_snapshot=4) as sandbox:
        assert digest(sandbox) == before


async def test_a_change_that_cannot_be_written_is_not_answered_and_nothing_after_it(path):
    with StateFile.opened(path) as file:
        keeper = Keeper(file, utc_now, 100)
        sandbox = Sandbox(clock=keeper.clock, keeper=keeper)
        keeper.start(sandbox)
        file.begun_with(None)
        async with client_of(sandbox) as okta:
            await okta.post("/api/v1/groups", json={"profile": {"name": "a"}})
            before = digest(sandbox)
            file._connection.execute("PRAGMA query_only = ON")
            for name in ("b", "c"):
                with pytest.raises(StateError, match="could not be written down"):
                    await okta.post("/api/v1/groups", json={"profile": {"name": name}})
        keeper.finish()
    with dying(path) as sandbox:
        assert digest(sandbox) == before


def test_a_second_process_is_refused(path):
    with kept_sandbox(path):
        code = "import sys; from pathlib import Path; from okta_mcp.sandbox.state import *\n"
        code += "with kept_sandbox(Path(sys.argv[1])): pass"
        second = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "is in use by another process; stop that one first" in second.stderr
        with pytest.raises(StateError, match="in use"), kept_sandbox(path):
            raise AssertionError
    with kept_sandbox(path) as sandbox:
        assert sandbox.org.user("wei.chen").password.matches(SEEDED)


def foreign_text(path):
    path.write_text("Dear diary, " * 100)


def foreign_database(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE diary (page TEXT)")
    connection.close()


def newer(path):
    with kept_sandbox(path):
        pass
    run(path, f"PRAGMA user_version = {FORMAT + 1}")


def of_another_shape(path):
    with kept_sandbox(path):
        pass
    run(path, "UPDATE meta SET value = 'round' WHERE name = 'shape'")


def with_code_in_it(path):
    import zlib

    with kept_sandbox(path):
        pass
    run(path, "UPDATE snapshot SET state = ?", zlib.compress(pickle.dumps(os.getcwd)))


def run(path, statement, *values):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (foreign_text, "is no state file of okta-mcp; it has been left as it is"),
        (foreign_database, "is no state file of okta-mcp; it has been left as it is"),
        (newer, rf"has format {FORMAT + 1} and was written by a newer version of okta-mcp; this one reads"),
        (of_another_shape, "written by another version of okta-mcp"),
        (with_code_in_it, "written by another version of okta-mcp"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_alone(path, prepare, message):
    prepare(path)
    before = path.read_bytes()
    with pytest.raises(StateError, match=message), kept_sandbox(path):
        raise AssertionError
    assert path.read_bytes() == before


def test_a_place_where_no_file_can_be_is_named(tmp_path):
    with pytest.raises(StateError, match="cannot be opened"), kept_sandbox(tmp_path / "nowhere" / "org.state"):
        raise AssertionError


@pytest.mark.parametrize(
    "code",
    [
        b"cos\nsystem\n.",
        b"cokta_mcp.sandbox.state.file\nsqlite3\n.",
        b"cokta_mcp.sandbox.seed\nseeded_org\n.",
        b"I1\n.",
    ],
)
def test_nothing_but_the_objects_of_a_state_is_read(code):
    with pytest.raises(pickle.UnpicklingError, match=r"no part of a state|instead of a state"):
        read_whole(code)


async def test_a_log_that_leads_elsewhere_is_refused(path):
    with dying(path) as sandbox:
        async with client_of(sandbox) as okta:
            await okta.post("/api/v1/groups", json={"profile": {"name": "a"}})
    run(path, "UPDATE log SET status = 201")
    with pytest.raises(StateError, match="does not lead where it led before: POST /api/v1/groups"), kept_sandbox(path):
        raise AssertionError


def test_the_size_of_the_company_belongs_to_the_file(path):
    with kept_sandbox(path, size=(40, 30, 5)) as sandbox:
        before = digest(sandbox)
    with kept_sandbox(path) as sandbox:
        assert digest(sandbox) == before
        assert len(sandbox.org.users) == 40
    with (
        pytest.raises(StateError, match="begun with 40 users, 30 groups and seed 5; leave the sizes out"),
        kept_sandbox(path, size=(41, 30, 5)),
    ):
        raise AssertionError


def moments(path):
    """Return when a killed process has left what: names of users and groups, and the last nickname."""
    with kept_sandbox(path) as sandbox:
        org = sandbox.org
        names = {user.profile["firstName"] for user in org.users.values()} | {one.name for one in org.groups.values()}
        return names, org.user("wei.chen").profile.get("nickName"), digest(sandbox)


@pytest.mark.timeout(60 + ROUNDS * WRITES // 10)
def test_a_process_that_is_killed_while_writing_loses_nothing_it_has_answered(path):
    draw = random.Random(1)
    acknowledged, nickname, lost = set(), None, 0
    for lap in range(ROUNDS):
        kill_after = draw.randrange(WRITES // 10, WRITES)
        process = subprocess.Popen(
            [sys.executable, str(WRITER), str(path), str(WRITES), str(lap), "150"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "open\n"
        answered = [process.stdout.readline().strip() for _ in range(kill_after)]
        process.kill()
        answered.extend(line for line in process.stdout.read().split("\n")[:-1] if line != "done")
        process.wait()
        process.stdin.close()
        process.stdout.close()
        for name in filter(None, answered):
            if int(name.partition("n")[2]) % 3 == 2:
                nickname = name
            else:
                acknowledged.add(name)
        names, found, state = moments(path)
        lost += len(acknowledged - names)
        # The change under way when the process was killed may be there or not.
        assert order(found) >= order(nickname)
        assert moments(path)[2] == state
    assert lost == 0
    assert len(acknowledged) > ROUNDS * WRITES / 30


def order(name):
    lap, _, number = (name or "r-1n-1")[1:].partition("n")
    return int(lap), int(number)


@contextmanager
def commanded(*arguments):
    """Run `okta-mcp sandbox`; yield the process, address and token."""
    command = [sys.executable, "-m", "okta_mcp", "sandbox", "--port", "0", *arguments]
    # A shell lets commands in the background ignore Ctrl-C; the test shall not depend on how it is run.
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, preexec_fn=heeding, **pipes) as process:  # noqa: PLW1509 - no other threads here
        try:
            url = process.stdout.readline().strip().removeprefix("OKTA_ORG_URL=")
            token = process.stdout.readline().strip().removeprefix("OKTA_API_TOKEN=")
            yield process, url, {"Authorization": f"SSWS {token}"}
        finally:
            process.kill()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_command_keeps_the_org_however_it_ends(path, end):
    size = ("--users", "60", "--groups", "25", "--seed", "3")
    with commanded(*size, "--state", str(path)) as (process, url, headers):
        body = {"profile": {"name": "Choir"}}
        assert httpx2.post(f"{url}/api/v1/groups", json=body, headers=headers).status_code == 200
        process.send_signal(end)
        said = process.stderr.read()
        status = process.wait(20)
    assert f"what was changed stays in {path}" in said
    assert "Traceback" not in said
    assert status == {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGKILL: -9}[end]
    with commanded("--state", str(path)) as (_, url, again):
        groups = httpx2.get(f"{url}/api/v1/groups", headers=again).json()
    assert again == headers
    assert len(groups) == 26
    assert groups[-1]["profile"]["name"] == "Choir"


def test_the_command_says_what_is_wrong_with_a_file_and_with_sizes(path):
    foreign_text(path)
    for arguments, status, message in (
        (["--state", str(path)], 1, "is no state file of okta-mcp"),
        (["--users", "0"], 2, "a company has from 1 to 1,000,000 users, not 0"),
    ):
        command = [sys.executable, "-m", "okta_mcp", "sandbox", "--port", "0", *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stdout) == (status, "")
        assert message in ended.stderr
        assert "Traceback" not in ended.stderr
