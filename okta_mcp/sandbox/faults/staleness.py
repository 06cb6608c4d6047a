"""The org as it was a moment ago, for a search index that lags behind."""

import pickle
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from okta_mcp.sandbox.org import Org

__all__ = ["Hindsight"]

_INDEXED_PATHS = frozenset({"/api/v1/users", "/api/v1/groups", "/api/v1/apps"})
_INDEXED_QUERIES = frozenset({"search", "filter", "q"})


class Hindsight:
    """Keeps former states of the org while a rule wants answers out of them.

    A state is a copy of the whole org, made before each request that may change it: simple and exact, but some
    milliseconds of work for each, and much memory for a large org. What happened before the rule was made, and
    what was changed past the API, is never hidden.

    Args:
        org: the org.
    """

    def __init__(self, org: Org) -> None:
        self._org = org
        # When each state ended, and the state; in order of time.
        self._former: list[tuple[datetime, bytes]] = []

    def remember(self, longest_lag: float | None) -> None:
        """Keep the present state, which is about to change, and drop what nobody can ask for any more.

        Args:
            longest_lag: seconds by which an answer may be behind; None when all are up to date.
        """
        if longest_lag is None:
            self._former.clear()
            return
        now = self._org.now()
        oldest = now - timedelta(seconds=longest_lag)
        self._former = [kept for kept in self._former if kept[0] > oldest]
        # Of a moment in which much happened, only what was before it can be asked for.
        if not self._former or self._former[-1][0] != now:
            self._former.append((now, pickle.dumps(self._org)))

    def forget(self) -> None:
        """Keep nothing."""
        self._former.clear()

    def org_before(self, lag: float) -> Org:
        """Return the org as it was `lag` seconds ago; changes to it would be lost."""
        wanted = self._org.now() - timedelta(seconds=lag)
        state = next((state for ended, state in self._former if ended > wanted), None)
        if state is None:
            return self._org
        former: Org = pickle.loads(state)  # noqa: S301 - our own bytes
        former.follow(self._org)
        return former

    @staticmethod
    def concerns(method: str, path: str, query: str) -> bool:
        """Tell whether a request is answered out of the index."""
        return method == "GET" and path in _INDEXED_PATHS and not _INDEXED_QUERIES.isdisjoint(parse_qs(query))
