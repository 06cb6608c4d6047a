"""What a call to Okta can raise.

::

    OktaError                    every failure of a call
    ├── OktaApiError             Okta answered with an error
    │   ├── InvalidRequest       400, and any other 4xx not named below
    │   ├── Unauthorized         401
    │   ├── Forbidden            403
    │   ├── NotFound             404
    │   ├── Conflict             409, 412, 423
    │   ├── RateLimited          429, after as much waiting as was allowed
    │   └── ServerFault          5xx
    ├── CredentialsRefused       Okta gives no access token: nothing was sent
    ├── LimitReached             a rate limit is used up for longer than may be waited: nothing was sent
    ├── OktaUnreachable          no connection: nothing was sent
    ├── OktaTimeout              no answer in time
    │   └── PoolBusy             no free connection in time: nothing was sent
    ├── ConnectionLost           the connection died after the request was sent
    ├── NotOkta                  the answer is not one of Okta's API
    │   └── UnreadableLink       there is a next page, but its cursor cannot be read
    └── UnsafePath               an argument that cannot be part of a URL (also a ValueError)

The text of each is meant to be shown to a person. None holds a token, a request body or a query.
"""

import math
from collections.abc import Sequence

IN_DOUBT = "The change may have been made: look before trying again."


class OktaError(Exception):
    """The base of everything this package raises on a call.

    Attributes:
        message: one or two sentences that say what happened.
        maybe_applied: whether a write may have been carried out all the same. Any failure can be of this kind:
            a request that was cut off, sent again, and then refused may have done its work the first time.
        sent: False when it is certain that the request this is about never went out.
    """

    sent = True

    def __init__(self, message: str, *, maybe_applied: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.maybe_applied = maybe_applied

    def __str__(self) -> str:
        return f"{self.message} {IN_DOUBT}" if self.maybe_applied else self.message


class OktaApiError(OktaError):
    """An error object of Okta's.

    Attributes:
        status: HTTP status code.
        code: Okta's `errorCode` such as `E0000007`, `insufficient_scope`, or "" when none was given.
        summary: Okta's `errorSummary`.
        causes: one text for each entry of `errorCauses`.
        error_id: Okta's `errorId`.
        request_id: `X-Okta-Request-Id`, the `transaction.id` of the System Log.
        method: HTTP method of the request.
        path: path of the request with `{id}` in place of identifiers, without the query.

    Source: Okta Management API, "Error object".
    """

    def __init__(
        self,
        *,
        status: int,
        code: str,
        summary: str,
        causes: Sequence[str] = (),
        error_id: str | None = None,
        request_id: str | None = None,
        maybe_applied: bool = False,
        method: str,
        path: str,
    ) -> None:
        self.status = status
        self.code = code
        self.summary = summary
        self.causes = tuple(causes)
        self.error_id = error_id
        self.request_id = request_id
        self.method = method
        self.path = path
        super().__init__(self._sentence(), maybe_applied=maybe_applied)

    def _sentence(self) -> str:
        answer = f"{self.status} {self.code}".rstrip()
        text = f"Okta answered {answer} to {self.method} {self.path}: {self.summary}"
        if self.causes:
            text += f" ({'; '.join(self.causes)})"
        ids = [f"error id {self.error_id}"] if self.error_id else []
        ids += [f"request id {self.request_id}"] if self.request_id else []
        return f"{text} [{', '.join(ids)}]" if ids else text


class InvalidRequest(OktaApiError):
    """400, or a 4xx that has no class of its own: Okta refuses the request as it was put."""


class Unauthorized(OktaApiError):
    """401: the credentials are wrong, expired or revoked."""


class Forbidden(OktaApiError):
    """403: the credentials do not reach this far, or the object's state forbids it."""


class NotFound(OktaApiError):
    """404: no such object, or none that these credentials may see."""


class Conflict(OktaApiError):
    """409, 412 or 423: the object is being changed by someone else at this moment."""


class RateLimited(OktaApiError):
    """429: the request was not carried out.

    Attributes:
        wait_seconds: how long from now until Okta accepts requests again (an estimate for `concurrency`).
        concurrency: whether the limit was on simultaneous requests, not on requests per minute.
    """

    def __init__(
        self,
        *,
        wait_seconds: float,
        concurrency: bool,
        status: int = 429,
        code: str,
        summary: str,
        causes: Sequence[str] = (),
        error_id: str | None = None,
        request_id: str | None = None,
        method: str,
        path: str,
    ) -> None:
        self.wait_seconds = wait_seconds
        self.concurrency = concurrency
        super().__init__(
            status=status,
            code=code,
            summary=summary,
            causes=causes,
            error_id=error_id,
            request_id=request_id,
            method=method,
            path=path,
        )

    def _sentence(self) -> str:
        limit = "simultaneous requests" if self.concurrency else "requests per minute"
        return (
            f"{super()._sentence()}. The limit on {limit} is used up and this request was not carried out. "
            f"Try again in {math.ceil(self.wait_seconds)} seconds."
        )


class LimitReached(OktaError):
    """A rate limit is used up, and its window ends later than the call may wait: nothing was sent.

    Attributes:
        wait_seconds: how long from now until Okta accepts requests again.
    """

    sent = False

    def __init__(self, wait_seconds: float, *, method: str, path: str) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(
            f"Okta's limit on requests per minute is used up, so {method} {path} was not sent. "
            f"Try again in {math.ceil(wait_seconds)} seconds."
        )


class ServerFault(OktaApiError):
    """5xx: the fault is on Okta's side."""


class CredentialsRefused(OktaError):
    """Okta gives no access token; the request it was for was not sent.

    Attributes:
        code: OAuth's `error`, such as `invalid_client`.
        description: OAuth's `error_description`.
        advice: what an administrator can do about it.
        status: HTTP status code.
        request_id: `X-Okta-Request-Id`.

    Source: RFC 6749 section 5.2.
    """

    sent = False

    def __init__(self, code: str, description: str, advice: str, *, status: int, request_id: str | None = None) -> None:
        self.code = code
        self.description = description
        self.advice = advice
        self.status = status
        self.request_id = request_id
        ids = f" [request id {request_id}]" if request_id else ""
        super().__init__(f"Okta gives no access token ({status} {code}: {description}){ids}. To mend it: {advice}.")


class OktaUnreachable(OktaError):
    """There was no connection (name, refusal, TLS, proxy): nothing was sent.

    Attributes:
        permanent: whether trying again is pointless until someone changes a setting.
    """

    sent = False

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class OktaTimeout(OktaError):
    """No answer came in time."""


class PoolBusy(OktaTimeout):
    """No connection of the pool became free in time: nothing was sent."""

    sent = False


class ConnectionLost(OktaError):
    """The connection died after the request was sent."""


class NotOkta(OktaError):
    """The answer is not one of Okta's API: a redirect, a page, something that is not JSON."""


class UnreadableLink(NotOkta):
    """The answer names a next page in a way that cannot be followed."""


class UnsafePath(OktaError, ValueError):
    """An argument that cannot be part of a URL: nothing was sent."""

    sent = False
