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


_NOT_CREATED = "Could not create user. To create a user and expire their password immediately"

_BAD_DATE = "Bad request. Invalid date. Dates must be of the form"

# Errors without a variable part: code -> (HTTP status, errorSummary).
SUMMARIES: Mapping[str, tuple[int, str]] = {
    "E0000002": (400, "The request was not valid: illegal argument"),
    "E0000003": (400, "The request body was not well-formed."),
    "E0000004": (401, "Authentication failed"),
    "E0000005": (403, "Invalid session"),
    "E0000006": (403, "You do not have permission to perform the requested action"),
    "E0000008": (404, "The requested path was not found"),
    "E0000009": (500, "Internal Server Error"),
    "E0000010": (503, "Service is in read only mode"),
    "E0000011": (401, "Invalid token provided"),
    "E0000012": (404, "Unsupported media type"),
    "E0000013": (403, "Invalid client app id"),
    "E0000014": (403, "Update of credentials failed"),
    "E0000015": (401, "You do not have permission to access the feature you are requesting"),
    "E0000016": (403, "Activation failed because the user is already active"),
    "E0000017": (403, "Password reset failed"),
    "E0000018": (400, "Bad request. Accept and/or Content-Type headers are likely not set."),
    "E0000019": (400, "Bad request. Accept and/or Content-Type headers likely do not match supported values."),
    "E0000020": (400, "Bad request."),
    "E0000021": (
        400,
        "Bad request. Accept and/or Content-Type headers likely do not match supported values.",
    ),
    "E0000022": (405, "The endpoint does not support the provided HTTP method"),
    "E0000023": (403, "Operation failed because user profile is mastered under another system"),
    "E0000028": (400, "The request is missing a required parameter."),
    "E0000029": (400, "Invalid paging request."),
    "E0000030": (
        400,
        f"{_BAD_DATE} yyyy-MM-dd'T'HH:mm:ss.SSSZZ, e.g. 2013-01-01T12:00:00.000-07:00.",
    ),
    "E0000031": (400, "Invalid search criteria."),
    "E0000032": (403, "Unlock is not allowed for this user."),
    "E0000033": (400, "Bad request. Can't specify a search query and filter in the same request."),
    "E0000034": (403, "Forgot password not allowed on specified user."),
    "E0000035": (403, "Change password not allowed on specified user."),
    "E0000036": (403, "Change recovery question not allowed on specified user."),
    "E0000037": (400, "Type mismatch exception."),
    "E0000038": (403, "This operation is not allowed in the user's current status."),
    "E0000039": (403, "Operation on application settings failed."),
    "E0000047": (429, "API call exceeded rate limit due to too many requests."),
    "E0000053": (400, "Invalid SCIM filter."),
    "E0000056": (403, "Delete application forbidden."),
    "E0000060": (501, "Unsupported operation."),
    "E0000063": (400, "Invalid combination of parameters specified."),
    "E0000064": (401, "Password is expired and must be changed."),
    "E0000069": (403, "User Locked"),
    "E0000080": (403, "The password does not meet the complexity requirements of the current password policy."),
    "E0000087": (403, "The recovery question answer did not match our records."),
    "E0000093": (400, "Target count limit exceeded"),
    "E0000094": (400, "The provided filter is unsupported."),
    "E0000100": (503, "Unable to perform search query."),
    "E0000111": (403, "Cannot modify the group object because it is read-only."),
    "E0000112": (
        409,
        "Cannot update this user because they are still being activated. Please try again in a few minutes.",
    ),
    "E0000117": (403, "Cannot assign apps or update app profiles for an inactive user."),
    "E0000124": (400, f"{_NOT_CREATED}, a password must be specified."),
    "E0000125": (400, f"{_NOT_CREATED}, `activate` must be true."),
    # The catalogue gives no text for these; it is ours.
    "E0000178": (400, "The realm cannot be deleted: it is the default realm, or has users."),
    "E0000221": (403, "No more realms can be created."),
    "E0000231": (412, "The If-Match header does not match the current state of the resource."),
    "E0000242": (400, "The If-Match header is not a valid ETag."),
    "E0000239": (423, "Policy priorities are being reconciled. Please try again later."),
    "E0000256": (414, "The headers of the answer would be too large."),
}


def error(code: str, *causes: str) -> ApiError:
    """Build the error of Okta's catalogue that has the code `code`."""
    status, summary = SUMMARIES[code]
    return ApiError(status, code, summary, causes)


def not_found(object_id: str, kind: str) -> ApiError:
    """404 for an object of `kind` (`User`, `UserGroup`, `AppInstance`, ...) that is not there."""
    return ApiError(404, "E0000007", f"Not found: Resource not found: {object_id} ({kind})")


def validation_failed(field: str, *causes: str) -> ApiError:
    """400 for a body or parameter that Okta refuses; `field` is named in the summary."""
    return ApiError(400, "E0000001", f"Api validation failed: {field}", causes)


def not_writable(field: str, mutability: str) -> ApiError:
    """403 for an attribute whose `mutability` is READ_ONLY or IMMUTABLE."""
    code, what = ("E0000078", "immutable") if mutability == "IMMUTABLE" else ("E0000077", "read-only")
    return ApiError(403, code, f"Cannot modify the {field} attribute because it is {what}")


def duplicate(field: str) -> ApiError:
    """400 for a value that must be unique and is taken."""
    return validation_failed(field, f"{field}: An object with this field already exists in the current organization")


def invalid_search(*causes: str) -> ApiError:
    """400 for a `search` or `filter` expression that Okta refuses."""
    return error("E0000031", *causes)


def type_mismatch(parameter: str) -> ApiError:
    """400 for a query parameter that is no number or no boolean."""
    return ApiError(400, "E0000037", f"Type mismatch exception. {parameter}")
