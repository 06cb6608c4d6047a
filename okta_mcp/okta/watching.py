"""What is seen of every request to Okta: a line in the log, a span, and whoever counts.

Only what may be known of a directory: paths are templates, and nothing of a query, a body or an error's text is kept.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.trace import SpanKind, StatusCode, get_tracer

from okta_mcp.okta.errors import OktaError

log = logging.getLogger("okta_mcp.okta")

_tracer = get_tracer("okta_mcp")


@dataclass(slots=True)
class Attempt:
    """One request to Okta.

    Attributes:
        method: of HTTP.
        path: its template, `/api/v1/users/{id}`.
        number: 1, and one more for each repetition.
        status: of the answer; None without one.
        request_id: `X-Okta-Request-Id`.
        failure: the kind of failure when there was no answer.
        seconds: until the whole answer was read.
    """

    method: str
    path: str
    number: int
    status: int | None = None
    request_id: str | None = None
    failure: str | None = None
    seconds: float = 0.0

    def answered(self, status: int, request_id: str | None) -> None:
        """Note the answer."""
        self.status, self.request_id = status, request_id

    @property
    def outcome(self) -> dict[str, str | int]:
        """What came of it, in OpenTelemetry's words."""
        outcome: dict[str, str | int] = {}
        if self.status is not None:
            outcome["http.response.status_code"] = self.status
        if self.failure is not None:
            outcome["error.type"] = self.failure
        elif self.status is not None and self.status >= 400:
            outcome["error.type"] = str(self.status)
        return outcome


Watcher = Callable[[Attempt], None]


@contextmanager
def watched(attempt: Attempt, host: str, watchers: Iterable[Watcher]) -> Iterator[Attempt]:
    """Watch a request while it is sent and answered.

    Args:
        attempt: what is sent; the answer is to be noted in it.
        host: the org's.
        watchers: told of it when it is over, whatever came of it.
    """
    about = {"http.request.method": attempt.method, "url.template": attempt.path, "server.address": host}
    started = time.perf_counter()
    with _tracer.start_as_current_span(
        f"{attempt.method} {attempt.path}",
        kind=SpanKind.CLIENT,
        attributes=about,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield attempt
        except OktaError as error:
            attempt.failure = type(error).__name__
            raise
        except BaseException as error:
            attempt.failure = "Cancelled" if not isinstance(error, Exception) else type(error).__name__
            raise
        finally:
            attempt.seconds = time.perf_counter() - started
            if span.is_recording():
                outcome = attempt.outcome
                span.set_attributes({**outcome, "http.request.resend_count": attempt.number - 1})
                if attempt.request_id:
                    span.set_attribute("okta.request_id", attempt.request_id)
                if "error.type" in outcome:
                    span.set_status(StatusCode.ERROR)
            _say(attempt)
            for watcher in watchers:
                watcher(attempt)


def _say(attempt: Attempt) -> None:
    if not log.isEnabledFor(logging.DEBUG):
        return
    milliseconds = attempt.seconds * 1000
    facts = {
        "http_method": attempt.method,
        "path": attempt.path,
        "status": attempt.status,
        "failure": attempt.failure,
        "milliseconds": round(milliseconds, 1),
        "okta_request_id": attempt.request_id,
    }
    came = attempt.failure if attempt.status is None else attempt.status
    log.debug(
        "%s %s %s %.0f ms %s",
        attempt.method,
        attempt.path,
        came,
        milliseconds,
        attempt.request_id or "",
        extra={"facts": {name: value for name, value in facts.items() if value is not None}},
    )
