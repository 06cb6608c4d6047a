"""A person who signs in for their own use: device authorization, and refresh tokens that are each used once."""

import os
from datetime import UTC, datetime, timedelta

import anyio
import httpx2
import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend
from mcp import Client

from okta_mcp.cli import main
from okta_mcp.cli.login import sign_in
from okta_mcp.okta import CredentialsRefused, OktaClient, OktaError, OrgAddress
from okta_mcp.okta.credentials import InKeyring, InMemory, Person, SignInNeeded, keeping
from okta_mcp.okta.identity import identify
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server
from okta_mcp.settings import load_settings

URL = "https://sandbox.okta.example"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCOPES = ("okta.users.read", "okta.groups.read")
ADMIN = "admin@example.com"


class Rings(KeyringBackend):
    """A keyring in memory, which may be locked."""

    priority = 9

    def __init__(self):
        super().__init__()
        self.kept = {}
        self.locked = False

    def _open(self):
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")

    def get_password(self, service, username):
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self._open()
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("none")
        del self.kept[service, username]


@pytest.fixture
def ring():
    before, ring = keyring.get_keyring(), Rings()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


class Desk:
    """An org with a native app, and as many processes of one person's server as are wanted."""

    def __init__(self):
        self.box = Sandbox(origin=URL, clock=lambda: NOON)
        self.app = self.box.register_native_app("Desk", scopes=SCOPES)

    def process(self, kept=None, transport=None):
        return OktaClient(
            OrgAddress.parse(URL),
            Person(self.app.id, SCOPES, kept or InMemory()),
            transport=transport or httpx2.ASGITransport(app=self.box.app),
            clock=lambda: self.box.clock().timestamp(),
        )

    def forward(self, **passed):
        self.box.clock.advance(timedelta(**passed))

    @property
    def tokens(self):
        return [one.status for one in self.box.journal if one.path == "/oauth2/v1/token"]


async def invited(okta):
    with pytest.raises(SignInNeeded) as raised:
        await okta.get("users", params={"limit": 1})
    return raised.value


async def signed_in(desk, okta, login=ADMIN):
    invitation = (await invited(okta)).invitation
    desk.box.approve_device(invitation.user_code, login)
    desk.forward(seconds=6)
    assert (await okta.get("users", params={"limit": 1})).status == 200


@pytest.fixture
def desk():
    return Desk()


async def test_whoever_is_not_signed_in_is_told_where_to_and_then_it_works(desk):
    async with desk.process() as okta:
        told = await invited(okta)
        code = told.invitation.user_code
        assert str(told) == f"Nobody is signed in. Open {URL}/activate and enter the code {code}, then try again."
        assert told.invitation.device_code not in repr(told.invitation)
        assert (await invited(okta)).invitation.user_code == code
        desk.box.approve_device(code, ADMIN)
        desk.forward(seconds=6)
        identity = await identify(okta)
        assert identity.user.login == ADMIN
        assert await okta.scopes() == {*SCOPES, "offline_access"}
    # While nobody had approved, Okta was asked no more often than it wants.
    assert desk.tokens == [200]


async def test_it_asks_no_faster_than_okta_wants(desk):
    async with desk.process() as okta:
        for _ in range(60):
            await invited(okta)
            desk.forward(seconds=1)
    assert desk.tokens == [400] * len(desk.tokens)
    assert 8 <= len(desk.tokens) <= 12
    assert not any(grant.interval > 5 for grant in desk.box.org.oauth.devices.values())


async def test_a_code_that_ran_out_is_replaced_by_another(desk):
    async with desk.process() as okta:
        first = (await invited(okta)).invitation.user_code
        desk.forward(minutes=11)
        assert (await invited(okta)).invitation.user_code != first


async def test_whoever_refuses_is_believed_and_may_think_again(desk):
    async with desk.process() as okta:
        desk.box.deny_device((await invited(okta)).invitation.user_code)
        desk.forward(seconds=6)
        with pytest.raises(CredentialsRefused, match="access_denied"):
            await okta.get("users")
        desk.forward(seconds=6)
        await signed_in(desk, okta)


async def test_refresh_tokens_are_each_used_once_and_nobody_signs_in_again(desk):
    kept = InMemory()
    async with desk.process(kept) as okta:
        await signed_in(desk, okta)
        seen = []
        for _ in range(5):
            seen.append(await kept.load(URL, desk.app.id))
            desk.forward(hours=1)
            assert (await okta.get("users", params={"limit": 1})).status == 200
    assert len(set(seen)) == 5
    tokens = desk.box.org.oauth.refresh_tokens
    assert [token.used is not None for token in tokens.values()] == [True] * 5 + [False]
    assert not any(token.revoked for token in tokens.values())


async def test_a_call_that_is_cancelled_while_its_token_is_renewed_leaves_the_person_signed_in(desk):
    kept, answered, go_on = InMemory(), anyio.Event(), anyio.Event()

    class Late(httpx2.AsyncBaseTransport):
        inner = httpx2.ASGITransport(app=desk.box.app)

        async def handle_async_request(self, request):
            answer = await self.inner.handle_async_request(request)
            if request.url.path == "/oauth2/v1/token":
                answered.set()
                await go_on.wait()
            return answer

    async with desk.process(kept) as okta:
        await signed_in(desk, okta)
    before = await kept.load(URL, desk.app.id)
    async with desk.process(kept, Late()) as okta, anyio.create_task_group() as tasks:
        call = anyio.CancelScope()

        async def called():
            with call:
                await okta.get("users", params={"limit": 1})

        tasks.start_soon(called)
        await answered.wait()
        call.cancel()
        await anyio.wait_all_tasks_blocked()
        go_on.set()
    assert await kept.load(URL, desk.app.id) != before
    async with desk.process(kept) as okta:
        assert (await okta.get("users", params={"limit": 1})).status == 200


async def test_a_keyring_keeps_the_sign_in_for_the_next_process(desk, ring):
    async with desk.process(keeping()) as okta:
        await signed_in(desk, okta)
    async with desk.process(keeping()) as okta:
        assert (await okta.get("users", params={"limit": 1})).status == 200
        assert okta.facts()["Signed in to"] == f"app {desk.app.id}, kept in the keyring"
    assert list(ring.kept) == [("okta-mcp", f"{desk.app.id} {URL}")]


async def test_two_processes_with_one_keyring_do_not_end_each_other_s_sign_in(desk, ring):
    async with desk.process(keeping()) as one, desk.process(keeping()) as other:
        await signed_in(desk, one)
        for _ in range(6):
            for okta in (one, other):
                assert (await okta.get("users", params={"limit": 1})).status == 200
                desk.forward(minutes=50)
    assert not any(token.revoked for token in desk.box.org.oauth.refresh_tokens.values())


async def test_a_token_that_another_process_used_up_is_looked_up_again(desk, ring):
    first, second = InKeyring(keyring), InKeyring(keyring)
    async with desk.process(first) as one:
        await signed_in(desk, one)
    stale = await second.load(URL, desk.app.id)

    class Behind(InKeyring):
        """Reads before the other process writes, the first time."""

        asked = 0

        async def load(self, origin, client_id):
            self.asked += 1
            return stale if self.asked == 1 else await super().load(origin, client_id)

    desk.box.org.oauth.refresh_tokens[stale].revoked = True
    text = next(iter(desk.box.org.oauth.refresh_tokens))
    token = desk.box.org.oauth.refresh_tokens[text]
    desk.box.org.oauth.refresh_tokens["newer"] = type(token)(token.client_id, token.user_id, token.scopes, "other")
    await second.save(URL, desk.app.id, "newer")
    async with desk.process(Behind(keyring)) as other:
        assert (await other.get("users", params={"limit": 1})).status == 200


async def test_a_keyring_that_locks_in_the_middle_leaves_the_process_signed_in(desk, ring):
    kept = keeping()
    async with desk.process(kept) as okta:
        await signed_in(desk, okta)
        before = await kept.load(URL, desk.app.id)
        desk.forward(hours=1)
        real, ring.set_password = ring.set_password, lambda *_: ring.__class__._open(locked)
        locked = Rings()
        locked.locked = True
        assert (await okta.get("users", params={"limit": 1})).status == 200
        ring.set_password = real
        assert await kept.load(URL, desk.app.id) not in (None, before)
        assert "keyring could not be written" in okta.facts()["Signed in to"]
    assert ring.kept == {}


async def test_a_sign_in_that_ended_is_forgotten_and_another_is_asked_for(desk, ring):
    async with desk.process(keeping()) as okta:
        await signed_in(desk, okta)
        for token in desk.box.org.oauth.refresh_tokens.values():
            token.revoked = True
        desk.forward(hours=2)
        await invited(okta)
    assert ring.kept == {}


async def test_signing_out_forgets_it_here_and_at_okta(desk, ring):
    async with desk.process(keeping()) as okta:
        await signed_in(desk, okta)
        assert await okta.credentials.sign_out(okta.wire)
        assert not await okta.credentials.sign_out(okta.wire)
    assert ring.kept == {}
    assert all(token.revoked for token in desk.box.org.oauth.refresh_tokens.values())


async def test_without_a_keyring_it_is_said_and_kept_by_the_process_alone(desk):
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    try:
        kept = keeping()
    finally:
        keyring.set_keyring(before)
    assert (type(kept), kept.outlasts) == (InMemory, False)
    assert "for this process only" in kept.place


async def test_no_secret_of_a_sign_in_is_shown(desk, caplog):
    caplog.set_level("DEBUG")
    kept = InMemory()
    async with desk.process(kept) as okta:
        await signed_in(desk, okta)
        told = [repr(okta.credentials), str(okta.facts()), repr(vars(okta))]
        secret = await kept.load(URL, desk.app.id)
        desk.app.scopes.clear()
        desk.forward(hours=2)
        desk.box.org.apps[desk.app.id].status = "INACTIVE"
        with pytest.raises(OktaError) as raised:
            await okta.get("users")
        told += [str(raised.value), repr(raised.value.__cause__), caplog.text]
    assert secret is not None
    assert all(secret not in text for text in told)


async def test_login_shows_where_to_sign_in_once_and_says_who_came(desk, ring, capsys):
    waited = []
    async with desk.process(keeping()) as okta:

        async def sleep(seconds):
            waited.append(seconds)
            desk.forward(seconds=seconds)
            if len(waited) == 3:
                (grant,) = desk.box.org.oauth.devices.values()
                desk.box.approve_device(grant.user_code, ADMIN)

        assert await sign_in(okta, okta.credentials, sleep=sleep) == 0
        first, last = capsys.readouterr().out.splitlines()
        assert first.startswith(f"Open {URL}/activate and enter the code ")
        assert last == f"Signed in as {ADMIN}; kept in the keyring."
        assert await sign_in(okta, okta.credentials) == 0
        assert capsys.readouterr().out == f"{last}\n"
    assert desk.tokens.count(200) == 1


async def test_login_is_of_no_use_without_a_keyring_and_says_so(desk, capsys):
    async with desk.process() as okta:
        assert await sign_in(okta, okta.credentials) == 1
    assert "There is no keyring here" in capsys.readouterr().out
    assert desk.tokens == []


async def test_login_that_is_refused_says_so(desk, ring, capsys):
    async with desk.process(keeping()) as okta:

        async def sleep(seconds):
            desk.forward(seconds=seconds)
            for grant in desk.box.org.oauth.devices.values():
                grant.denied = True

        assert await sign_in(okta, okta.credentials, sleep=sleep) == 1
    assert "access_denied" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["login", "logout"])
def test_there_is_nothing_to_sign_in_to_with_a_token(command, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("OKTA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OKTA_API_TOKEN", "00c4nary")
    assert main([command, "--org-url", URL]) == 2
    assert capsys.readouterr().err.startswith("There is nothing to sign in to with OKTA_API_TOKEN")


def test_a_person_s_sign_in_is_not_served_over_http(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("OKTA_")]:
        monkeypatch.delenv(name)
    assert main(["serve", "--transport", "http", "--port", "0", "--org-url", URL, "--client-id", "0oa1NATIVE"]) == 2
    assert "serves that person over stdio" in capsys.readouterr().err


async def test_a_call_says_where_to_sign_in_and_works_when_that_is_done(desk):
    async with desk.process() as okta, Client(create_server(load_settings({}, env_file=None), okta)) as client:
        refused = await client.call_tool("get_user", {"user": "Ada Byrne"})
        code = next(iter(desk.box.org.oauth.devices.values())).user_code
        assert refused.content[0].text == (
            "Nobody is signed in to Okta for this server.\n"
            f"Next: open {URL}/activate, enter the code {code}, and call again."
        )
        desk.box.approve_device(code, ADMIN)
        desk.forward(seconds=6)
        assert not (await client.call_tool("get_user", {"user": "Ada Byrne"})).is_error


async def test_whose_scopes_do_not_reach_their_own_account_is_nobody_to_the_server(desk):
    desk.app.scopes.intersection_update({"okta.groups.read"})
    async with desk.process() as okta:
        told = await invited(okta)
        desk.box.approve_device(told.invitation.user_code, "ada.byrne@example.com")
        desk.forward(seconds=6)
        assert (await okta.scopes()) == {"okta.groups.read", "offline_access"}
        assert (await identify(okta)).user is None
