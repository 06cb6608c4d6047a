"""A stand-in for Okta's wire: a function from request to response, and a client that never really sleeps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress, Timeouts

CANARY = "00canaryTOKENcanaryTOKENcanaryTOKENcanary1"
NOW = "Mon, 05 Jan 2026 09:00:00 GMT"
NOW_EPOCH = 1767603600


@dataclass
class Wire:
    """What went over the wire, and what comes back: an answer for each request, the last for all more."""

    answers: list[httpx2.Response | Exception]
    requests: list[httpx2.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    @property
    def targets(self) -> list[str]:
        """Method and raw target of every request."""
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]


@pytest.fixture
def canary() -> str:
    """A token that must turn up nowhere but in the Authorization header."""
    return CANARY


@pytest.fixture
def now() -> tuple[str, int]:
    """The stand-in's clock: as a Date header and in epoch seconds."""
    return NOW, NOW_EPOCH


@pytest.fixture
def wired() -> Callable[..., tuple[OktaClient, Wire]]:
    """A client with the answers it will get."""

    def make(
        answers: Iterable[httpx2.Response | Exception], *, max_wait: float = 30.0, total: float = 60.0
    ) -> tuple[OktaClient, Wire]:
        wire = Wire(list(answers))
        client = OktaClient(
            OrgAddress("https://example.okta.com", ()),
            SecretStr(CANARY),
            transport=httpx2.MockTransport(wire),
            timeouts=Timeouts(total=total),
            max_wait=max_wait,
            sleep=wire.sleep,
            clock=lambda: NOW_EPOCH + sum(wire.slept),
            jitter=lambda: 0.25,
        )
        return client, wire

    return make
