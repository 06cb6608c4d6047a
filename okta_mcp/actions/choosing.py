"""Who settles what words mean, where they name several."""

from collections.abc import Iterable
from typing import Protocol

from okta_mcp.directory import Unresolved

Problems = Iterable[tuple[str, Unresolved]]
"""Each place that is unclear, and what makes it so."""


class Chooser(Protocol):
    """Settles what words mean where they name several, as a person picks from a list.

    Attributes:
        chosen: id that was picked, by place.
    """

    @property
    def chosen(self) -> dict[str, str]:
        """The choices so far."""

    async def ask(self, problems: Problems, /) -> None:
        """Have somebody choose, so that `chosen` holds an id for every place; see `Picker.ask`."""


class Nobody:
    """A chooser for calls behind which nobody sits: what is unclear stays so."""

    def __init__(self) -> None:
        self.chosen: dict[str, str] = {}

    async def ask(self, problems: Problems, /) -> None:
        """Raise what is unclear first."""
        for _, error in problems:
            raise error
