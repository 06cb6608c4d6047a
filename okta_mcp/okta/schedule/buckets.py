"""Which of Okta's buckets a request counts in."""

__all__ = ["Buckets", "published_bucket"]

# Whatever else stands first in a path counts in the bucket of all the rest.
_OWN_BUCKETS = frozenset({"users", "groups", "apps", "logs"})
_REST = "everything else"


def published_bucket(method: str, path: str) -> str:
    """Name the bucket in which Okta's published rules count a request.

    The exact path decides, then the longest prefix: the collections `users`, `groups`, `apps` and `logs` have buckets
    of their own, so have their single members, and all deeper paths share one. Of a user, reading and writing are
    counted apart.

    Args:
        method: HTTP method.
        path: path template, such as `/api/v1/users/{id}`.

    Source: Okta "Rate limits", management endpoints.
    """
    resource, *further = path.removeprefix("/api/v1/").split("/")
    if resource not in _OWN_BUCKETS or len(further) > 1:
        return _REST
    if not further:
        return resource
    if resource == "users":
        return "read users/{id}" if method in {"GET", "HEAD"} else "change users/{id}"
    return f"{resource}/{{id}}"


class Buckets:
    """The buckets as an org really has them: the published rules, corrected by the limits that answers report.

    Requests that report different limits cannot share a bucket, so one that disagrees with the others of its bucket
    gets another, and comes back when it agrees again, as when an administrator has changed a limit for all of them.
    """

    def __init__(self) -> None:
        self._limit: dict[tuple[str, str], int] = {}
        self._apart: dict[tuple[str, str], str] = {}

    def of(self, method: str, path: str) -> str:
        """Name the bucket of a request."""
        return self._apart.get((method, path)) or published_bucket(method, path)

    def learn(self, method: str, path: str, limit: int) -> str:
        """Take a reported limit to heart; return the name of the bucket that it is about."""
        request, home = (method, path), published_bucket(method, path)
        self._limit[request] = limit
        others = [known for one, known in self._limit.items() if one != request and self.of(*one) == home]
        if not others or limit in others:
            self._apart.pop(request, None)
        else:
            self._apart[request] = f"{home}, {limit} a minute"
        return self.of(method, path)
