"""What is left of the limits, for people, for models and for whoever draws curves of it."""

from okta_mcp.records import record

__all__ = ["Standing"]

_SCARCE = 0.1


@record
class Standing:
    """One bucket of Okta's rate limits at this moment, as far as it is known.

    Attributes:
        bucket: its name, such as `read users/{id}`.
        limit: requests in a window of a minute.
        left: how many may still be sent in this one, without the share of others; the whole share when none is open.
        usable: how many may be sent in a whole window.
        ends_in: seconds until the window is over; 0 when none is known to be open.
        under_way: requests without an answer.
        people: calls of people that wait for their turn.
        bulk: requests of bulk work that wait for theirs.
    """

    bucket: str
    limit: int
    left: int
    usable: int
    ends_in: float
    under_way: int
    people: int
    bulk: int

    @property
    def is_scarce(self) -> bool:
        """Whether little is left, for some time still."""
        return self.ends_in > 0 and self.left <= self.usable * _SCARCE

    def __str__(self) -> str:
        left = f"{self.left} of {self.usable} requests left"
        return f"{self.bucket}: {left} for {self.ends_in:.0f} s" if self.ends_in else f"{self.bucket}: {left}"
