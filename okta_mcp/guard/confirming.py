"""Which calls are confirmed before they are done, and by whom."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from okta_mcp.records import record


class Weighty(Protocol):
    """What this rule needs to know of an action."""

    @property
    def writes(self) -> bool:
        """Whether it can change anything in the org."""

    @property
    def made_of_others(self) -> bool:
        """Whether it only performs other actions, each of them confirmed by itself."""

    def irreversible_with(self, arguments: Mapping[str, Any]) -> bool:
        """Tell whether a call with these arguments and objects does what no further call brings back."""

    @property
    def may_be_irreversible(self) -> bool:
        """Whether there are such arguments."""


@record
class Confirming:
    """The operator's choice.

    Args:
        what: `destructive` for what no further call brings back, `writes` for every change, `never`.
        by: who confirms where the client cannot ask its person: the caller by repeating the call with a `code`, or
            nobody but the `person`, so that the call is refused.
    """

    what: Literal["destructive", "writes", "never"] = "destructive"
    by: Literal["code", "person"] = "code"

    def wants(self, action: Weighty, arguments: Mapping[str, Any]) -> bool:
        """Tell whether a call is confirmed."""
        if self.what == "never" or not action.writes or action.made_of_others:
            return False
        return self.what == "writes" or action.irreversible_with(arguments)

    def may_want(self, action: Weighty) -> bool:
        """Tell whether some call of an action is confirmed, whatever its arguments and objects."""
        return self.what != "never" and (self.what == "writes" or action.may_be_irreversible)

    def takes_code(self, action: Weighty) -> bool:
        """Tell whether a call of this action may come with a code."""
        if self.what == "never" or self.by == "person" or not action.writes:
            return False
        return self.what == "writes" or action.may_be_irreversible or action.made_of_others
