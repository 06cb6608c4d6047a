"""An org, the server in front of it and a client in front of that: what every test of an action works with."""

import copy
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent
from pydantic import SecretStr

from okta_mcp.guard.audit import Trail
from okta_mcp.okta import OktaClient, OrgAddress, Timeouts
from okta_mcp.okta import User as Person
from okta_mcp.sandbox import JournalEntry, Sandbox
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.company import Company
from okta_mcp.sandbox.lifecycle import lock
from okta_mcp.sandbox.records import Group, User
from okta_mcp.server import create_server
from okta_mcp.settings import OPTIONS, load_settings

URL = "https://sandbox.okta.example"
PASSWORD = "Corr3ct-horse"

_ID = re.compile(r"\b(?:00[ugoT]|0oa|oty|osc)[A-Za-z0-9]{14,17}\b")
_REQUEST = re.compile(r"\b[0-9a-f]{32}\b")
_ERROR = re.compile(r"\boae[A-Za-z0-9]{15,}\b")

Wrapping = Callable[[httpx2.AsyncBaseTransport], httpx2.AsyncBaseTransport]


class MovableClock:
    """A clock that stands still until it is told to move on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **passed: float) -> None:
        self.time += timedelta(**passed)


@dataclass(frozen=True)
class Answer:
    """What a call was answered with.

    Args:
        text: the text content as it came.
        story: the text with ids written as `<login>` and `<group name>`, Okta's request and error ids as
            `<request>` and `<error>`: the same whatever else the sample company holds.
        data: the structured content; None for an error.
        is_error: whether the call failed.
        progress: the messages that came before the answer.
    """

    text: str
    story: str
    data: dict[str, Any] | None
    is_error: bool
    progress: list[str]


@dataclass
class Org:
    """A sandbox org, reached only by MCP, and looked into directly.

    Args:
        box: the sandbox.
        clock: its clock; waiting moves it on.
        client: the MCP client, connected in this process.
        slept: seconds of every wait of the Okta client; nobody really waits.
    """

    box: Sandbox
    clock: MovableClock
    client: Client
    slept: list[float] = field(default_factory=list)
    _seen: int = 0

    async def call(self, tool: str, /, **arguments: Any) -> Answer:
        """Call a tool with these arguments; `requests` and `sent` then tell what it asked of Okta."""
        return await self.send(tool, arguments)

    async def send(self, tool: str, arguments: Mapping[str, Any]) -> Answer:
        """Call a tool with arguments whose names are no Python names."""
        messages: list[str] = []

        async def on_progress(progress: float, total: float | None, message: str | None) -> None:
            messages.append(message or "")

        self.mark()
        result = await self.client.call_tool(tool, dict(arguments), progress_callback=on_progress)
        assert isinstance(result, CallToolResult)
        text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
        story = _ERROR.sub("<error>", _REQUEST.sub("<request>", _ID.sub(self._named, text)))
        return Answer(text, story, result.structured_content, bool(result.is_error), messages)

    def _named(self, found: re.Match[str]) -> str:
        org = self.box.org
        key = found.group()
        if key in org.users:
            return f"<{org.users[key].login}>"
        if key in org.groups:
            return f"<{org.groups[key].name}>"
        if key in org.apps:
            return f"<{org.apps[key].label}>"
        return key

    def mark(self) -> None:
        """Forget the requests until now."""
        self._seen = len(self.box.journal)

    @property
    def sent(self) -> list[JournalEntry]:
        """The journal since the last call began."""
        return self.box.journal[self._seen :]

    @property
    def requests(self) -> list[str]:
        """`METHOD /path` of the journal since the last call began: without `/api/v1`, ids as `{id}`."""
        return [f"{one.method} {_ID.sub('{id}', one.path.removeprefix('/api/v1'))}" for one in self.sent]

    @property
    def changes(self) -> list[JournalEntry]:
        """The requests since the last call began that were no GET."""
        return [one for one in self.sent if one.method != "GET"]

    def user(self, login: str) -> User:
        """Return a user as the sandbox has it; KeyError when there is none."""
        found = self.box.org.user_by_login(login)
        if found is None:
            raise KeyError(login)
        return found

    def exists(self, login: str) -> bool:
        """Tell whether anybody has this login."""
        return self.box.org.user_by_login(login) is not None

    def group(self, name: str) -> Group:
        """Return a group as the sandbox has it; KeyError when there is none."""
        found = self.box.org.group_by_name(name)
        if found is None:
            raise KeyError(name)
        return found

    def groups_of(self, login: str) -> list[str]:
        """Return the names of a user's groups, Everyone left out."""
        return [group.name for group in self.box.org.groups_of(self.user(login)) if group.name != "Everyone"]

    def state(self) -> Any:
        """Return everything there is of users, groups and assignments, to be compared later."""
        org = self.box.org
        return copy.deepcopy((org.users, org.groups, org.apps))

    def events(self, event_type: str) -> list[Any]:
        """Return the System Log's events of a type, oldest first."""
        asked = {"filter": f'eventType eq "{event_type}"', "limit": "1000"}
        return list(self.box.org.log.query(asked, self.clock()).events)

    def admin(self) -> httpx2.AsyncClient:
        """Return an HTTP client with the administrator's token, to prepare the org past the server."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.box.app),
            base_url=URL,
            headers={"Authorization": f"SSWS {self.box.api_token}"},
        )

    async def person_in(self, status: str, login: str = "robin.vale@example.com") -> User:
        """Make Robin Vale, in a status, with a recovery question, and a password where that is possible."""
        credentials: dict[str, Any] = {"recovery_question": {"question": "Favourite lunch?", "answer": "Ravioli"}}
        if status != "PROVISIONED":
            credentials["password"] = {"value": PASSWORD}
        steps = {
            "RECOVERY": "reset_password?sendEmail=true",
            "PASSWORD_EXPIRED": "expire_password",
            "SUSPENDED": "suspend",
            "DEPROVISIONED": "deactivate",
        }
        async with self.admin() as okta:
            made = await okta.post(
                "/api/v1/users",
                params={"activate": "false" if status == "STAGED" else "true"},
                json={
                    "profile": {"firstName": "Robin", "lastName": "Vale", "login": login, "email": login},
                    "credentials": credentials,
                },
            )
            made.raise_for_status()
            user = self.user(login)
            if status in steps:
                done = await okta.post(f"/api/v1/users/{user.id}/lifecycle/{steps[status]}")
                done.raise_for_status()
        if status == "LOCKED_OUT":
            lock(Change(self.box.org, self.box.org.now()), user)
        assert user.status == status
        self.mark()
        return user


@asynccontextmanager
async def opened(
    *,
    mode: str = "auto",
    timeouts: Timeouts | None = None,
    max_wait: float = 30.0,
    rate_limits: Mapping[str, int] | None = None,
    asynchronous: float | None = None,
    as_user: str | None = None,
    wrapped: Wrapping | None = None,
    settings: Mapping[str, Any] | None = None,
    announced: bool = True,
    trail: Trail | None = None,
    person: Any = None,
    company: Company | None = None,
) -> AsyncIterator[Org]:
    """Open an org with the whole chain in front of it: client, server, HTTP, sandbox.

    Args:
        mode: of the MCP client: `auto`, `legacy`, or a protocol version.
        timeouts: of the Okta client.
        max_wait: seconds the Okta client may wait for a rate limit.
        rate_limits: of the sandbox.
        asynchronous: seconds that the sandbox takes for activations; None for none.
        as_user: login of the user whose token the server has; the administrator when None.
        wrapped: puts something between the Okta client and the sandbox.
        settings: options of the server. Nothing is confirmed unless they say so: these tests are about what actions do.
        announced: whether the server knows already whose token it has, as it does half a second after its start.
        trail: is told of the writes.
        person: answers the server's questions; None where the client has nobody.
        company: whose org it is; the sample company when None.
    """
    clock = MovableClock()
    box = Sandbox(company, clock=clock, rate_limits=rate_limits, asynchronous=asynchronous)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.forward(seconds=seconds)

    wire: httpx2.AsyncBaseTransport = httpx2.ASGITransport(app=box.app)
    token = box.api_token if as_user is None else box.issue_token(as_user)
    okta = OktaClient(
        OrgAddress.parse(URL),
        SecretStr(token),
        transport=wrapped(wire) if wrapped else wire,
        timeouts=timeouts or Timeouts(),
        max_wait=max_wait,
        sleep=sleep,
        clock=lambda: clock().timestamp(),
        jitter=lambda: 0.25,
    )
    given = {"org_url": URL, "api_token": token, "bulk_journal": "memory", "confirm": "never", **(settings or {})}
    server = create_server(load_settings(given, env_file=None), okta, trail)
    owner = box.org.user_by_login(as_user or "admin@example.com")
    if announced and owner is not None:
        server.owner.learn(Person(id=owner.id, status=owner.status.value, profile=owner.profile))
    async with okta, Client(server, mode=mode, elicitation_callback=person) as client:
        yield Org(box, clock, client, slept)


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> Iterator[None]:
    """Keep the settings of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for option in OPTIONS:
            patch.delenv(option.env, raising=False)
        yield


@pytest.fixture
async def org() -> AsyncIterator[Org]:
    """A fresh org for one test."""
    async with opened() as one:
        yield one


@pytest.fixture(scope="module")
async def library() -> AsyncIterator[Org]:
    """An org for all tests of a module that only read, or that only see writes refused before any request."""
    async with opened() as one:
        yield one


OrgWith = Callable[..., Awaitable[Org]]


@pytest.fixture
async def org_with() -> AsyncIterator[OrgWith]:
    """Open a fresh org with options; see `opened`."""
    async with AsyncExitStack() as stack:

        async def make(**options: Any) -> Org:
            return await stack.enter_async_context(opened(**options))

        yield make
