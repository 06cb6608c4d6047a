"""How many requests may be under way at once."""

from okta_mcp.okta.schedule.parties import Priority

__all__ = ["MOST", "Gate"]

MOST = 20
"""As many as there are connections."""
_ALL = 30
"""Of all servers together: Okta's smallest plans allow an org 35 at once."""


class Gate:
    """Bounds the requests under way: each answer raises the bound a little, each refusal halves it.

    Okta tells nothing of its limit on simultaneous requests but that it was met. Bulk work leaves a quarter free, so
    that a person's request finds a connection.
    """

    def __init__(self) -> None:
        self._most = MOST
        self._bound = float(MOST)
        self._under_way = 0
        self._admitted = 0
        self._cut_at = 0

    def divide(self, replicas: int) -> None:
        """Keep to this server's part of what the org allows.

        Args:
            replicas: how many servers there are.
        """
        self._most = max(1, min(MOST, _ALL // replicas))
        self._bound = min(self._bound, self._most)

    @property
    def bound(self) -> int:
        """Requests that may be under way at once."""
        return int(self._bound)

    @property
    def under_way(self) -> int:
        """Requests that are under way."""
        return self._under_way

    def free(self, priority: Priority) -> int:
        """Count the requests that may be sent now."""
        bound = self.bound
        if priority is Priority.BULK and bound > 1:
            bound -= max(1, bound // 4)
        return max(0, bound - self._under_way)

    def enter(self) -> int:
        """Count one more; return its number, for `leave`."""
        self._under_way += 1
        self._admitted += 1
        return self._admitted

    def leave(self, number: int, *, refused: bool) -> None:
        """Count one less.

        Args:
            number: as `enter` returned it.
            refused: whether Okta found that there were too many.
        """
        if not refused:
            self._bound = min(self._most, self._bound + 1 / self._bound)
        elif number > self._cut_at:
            # Whatever was sent before the bound was lowered says nothing new when it is refused as well.
            self._bound = max(1.0, min(self._bound, self._under_way) / 2)
            self._cut_at = self._admitted
        self.turn_back()

    def turn_back(self) -> None:
        """Count one less that was not sent after all."""
        self._under_way -= 1
