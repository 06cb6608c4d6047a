"""The errors of the sandbox, in the shape of Okta's error object."""

from collections.abc import Mapping, Sequence


class ApiError(Exception):
    """An answer that Okta would give instead of a result.

    Args:
        status: HTTP status code.
        code: Okta's `errorCode`, such as `E0000007`.
        summary: Okta's `errorSummary`.
        causes: one `errorSummary` for each entry of `errorCauses`.
        headers: response headers that belong to this error.

    Source: Okta Management API, "Error object".
    """

    def __init__(
        self,
        status: int,
        code: str,
        summary: str,
        causes: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code} {summary}")
        self.status = status
        self.code = code
        self.summary = summary
        self.causes = tuple(causes)
        self.headers = dict(headers or {})


def not_found(object_id: str, kind: str) -> ApiError:
    """404 for an object of `kind` (`User`, `UserGroup`, `AppInstance`, ...) that is not there."""
    return ApiError(404, "E0000007", f"Not found: Resource not found: {object_id} ({kind})")


def validation_failed(field: str, *causes: str) -> ApiError:
    """400 for a body or parameter that Okta refuses; `field` is named in the summary."""
    return ApiError(400, "E0000001", f"Api validation failed: {field}", causes)


def invalid_search(*causes: str) -> ApiError:
    """400 for a `search` or `filter` expression that Okta refuses."""
    return ApiError(400, "E0000031", "Invalid search criteria.", causes)
