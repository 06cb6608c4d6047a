"""A sandbox with a clock that a test can move, and HTTP clients that speak to it in the same process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.lifecycle import lock

PASSWORD = "Corr3ct-horse"
BASE_URL = "https://sandbox.okta.example"


class MovableClock:
    """A clock that stands still until it is told to move on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **passed: float) -> None:
        self.time += timedelta(**passed)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def sandbox(clock: MovableClock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
async def okta(sandbox: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    """A client with the administrator's API token."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app),
        base_url=BASE_URL,
        headers={"Authorization": f"SSWS {sandbox.api_token}"},
    ) as client:
        yield client


PersonIn = Callable[[str], Awaitable[str]]


@pytest.fixture
def person_in(okta: httpx2.AsyncClient, sandbox: Sandbox) -> PersonIn:
    """Make a person in a status, with a recovery question, and with a password where that is possible."""

    async def make(status: str) -> str:
        login = f"{status.lower().replace('_', '.')}@example.com"
        credentials = {"recovery_question": {"question": "Favourite lunch?", "answer": "Ravioli"}}
        if status != "PROVISIONED":
            credentials["password"] = {"value": PASSWORD}
        made = await okta.post(
            "/api/v1/users",
            params={"activate": "false" if status == "STAGED" else "true"},
            json={
                "profile": {"firstName": "Robin", "lastName": "Vale", "login": login, "email": login},
                "credentials": credentials,
            },
        )
        user_id = made.json()["id"]
        steps = {
            "RECOVERY": "reset_password?sendEmail=true",
            "PASSWORD_EXPIRED": "expire_password",
            "SUSPENDED": "suspend",
            "DEPROVISIONED": "deactivate",
        }
        if status in steps:
            await okta.post(f"/api/v1/users/{user_id}/lifecycle/{steps[status]}")
        if status == "LOCKED_OUT":
            lock(Change(sandbox.org, sandbox.org.now()), sandbox.org.users[user_id])
        return user_id

    return make
