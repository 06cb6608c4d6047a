"""What actions answer: one model each, shown twice, as text for reading and as typed data."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Self, get_type_hints

from pydantic import BaseModel, ConfigDict, WithJsonSchema
from pydantic.alias_generators import to_camel

from okta_mcp.actions.schemas import publish
from okta_mcp.directory import GroupName, Person
from okta_mcp.guard import Neutral, neutral


class Result(BaseModel, ABC):
    """The answer of an action."""

    # Some answers hold a link or a temporary password, which the text of a failed validation would repeat.
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, hide_input_in_errors=True, defer_build=True
    )

    @abstractmethod
    def text(self) -> str:
        """Return the answer as compact text."""

    @property
    def touched(self) -> tuple[str, str] | None:
        """Id and login of the user that a write has made or changed."""
        return None

    @property
    def to_the_letter(self) -> tuple[str, ...]:
        """What stands in the text for somebody to use as it is: a link, a password."""
        return ()

    def data(self) -> dict[str, Any]:
        """Return the answer as JSON data; what is not known is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Change(BaseModel):
    """One fact that a write changed. A secret is named, its value is not shown."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    field: str
    before: Any = None
    after: Any = None

    @classmethod
    def between(cls, before: dict[str, Any], after: dict[str, Any], fields: Iterable[str]) -> list[Self]:
        """Return the fields that differ, in the order given."""
        return [
            cls(field=name, before=neutral(before.get(name)), after=neutral(after.get(name)))
            for name in fields
            if before.get(name) != after.get(name)
        ]

    def __str__(self) -> str:
        return f"{self.field}: {told(self.before)} → {told(self.after)}"


Done = Annotated[Literal[False] | None, WithJsonSchema({"type": "boolean"})]
"""False in the answer of a write that was only rehearsed; absent in any other."""


class Written(Result):
    """The answer of a write to a user: what was done, on whom, what changed, and Okta's id of the request."""

    summary: Neutral
    user: Person
    changes: tuple[Change, ...] = ()
    request_id: str | None = None
    next_step: str | None = None
    done: Done = None

    def text(self) -> str:
        """Return the summary, the changes, whatever the action adds, and the request id."""
        lines = [self.summary, *(f"- {change}" for change in self.changes), *self.details()]
        request = f", Okta request {self.request_id}" if self.request_id else ""
        lines.append(f"User id {self.user.id}, status {self.user.status}{request}.")
        if self.next_step:
            lines.append(f"Next: {self.next_step}")
        return "\n".join(lines)

    @property
    def touched(self) -> tuple[str, str]:
        """Id and login of the user it was done to."""
        return self.user.id, self.user.login

    def details(self) -> list[str]:
        """Return the lines that only this kind of write has."""
        return []


class Membership(Written):
    """The answer of a change of membership."""

    group: GroupName

    def details(self) -> list[str]:
        """Return the line that names the group."""
        return [f"Group id {self.group.id}."]


class Count(BaseModel):
    """How many have a value; without `value`, how many have none."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    value: str | None = None
    count: int


class Table(Result):
    """A page of rows, with a cursor that resumes exactly after the last of them."""

    complete: bool
    after: str | None = None
    note: str | None = None

    @abstractmethod
    def rows(self) -> Sequence[BaseModel]:
        """Return the rows of this page."""

    @abstractmethod
    def heading(self) -> str:
        """Return the words before the count's end of sentence, such as `12 users`."""

    def text(self) -> str:
        """Return a line that says how much this is, a header, and one line a row, columns parted by tabs."""
        lines = [f"{self.heading()}{'' if self.complete else ', not all'}."]
        if self.note:
            lines.append(self.note)
        rows = [row.model_dump(by_alias=True, exclude_none=True) for row in self.rows()]
        columns = list(dict.fromkeys(name for row in rows for name in row))
        if rows:
            lines.append("\t".join(columns))
            lines.extend("\t".join(cell(row.get(name, "")) for name in columns) for row in rows)
        if self.after:
            lines.append(f"More: call again with the same arguments and after={self.after}")
        return "\n".join(lines)


class CountableTable(Table):
    """A page of rows, or how many rows there are by one of their attributes."""

    counted: int | None = None
    counts: list[Count] | None = None

    @property
    def number(self) -> int:
        """How many rows there are, or were counted."""
        return len(self.rows()) if self.counted is None else self.counted

    def text(self) -> str:
        """Return the text of a table; of a count one line a value."""
        if self.counts is None:
            return super().text()
        lines = [f"{self.heading()}{'' if self.complete else ', not all'}."]
        if self.note:
            lines.append(self.note)
        lines.extend(f"{'(none)' if one.value is None else one.value}\t{one.count}" for one in self.counts)
        if self.after:
            lines.append(f"More: call again with the same arguments and after={self.after}, and add up")
        return "\n".join(lines)


@cache
def result_schema(run: Callable[..., Any]) -> dict[str, Any]:
    """Return the schema of what an action answers, read from its return type."""
    return publish(get_type_hints(run)["return"])


def counted(number: int, noun: str) -> str:
    """Return `1 user`, `2 users`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def cell(value: Any) -> str:
    """Return a value as it stands in a line of text."""
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value)
    if isinstance(value, dict):
        return " ".join(f"{key}={cell(item)}" for key, item in value.items())
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    # Instants are read to the minute; the typed data keeps them whole.
    return text[:16] if text.endswith(".000Z") else text


def told(value: Any) -> str:
    """Return a value of a profile as it stands in a sentence."""
    if value is None or value == "":
        return "(empty)"
    return cell(value) if not isinstance(value, str) else f'"{value}"'
