"""The trail read as what was done: an intent and its outcome as one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okta_mcp.guard.audit.files import Files
from okta_mcp.guard.audit.reading import lines_of
from okta_mcp.guard.audit.sealing import Unsealed, taken_apart
from okta_mcp.guard.neutral import neutral_text


@dataclass
class Deed:
    """A write that was asked for.

    Args:
        entry: its intent, or the entry that says it was refused.
        outcome: what became of it; empty where it was refused, and where nobody knows.
    """

    entry: Mapping[str, Any]
    outcome: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Its place in the trail."""
        return int(self.entry["n"])

    @property
    def at(self) -> datetime:
        """When it was asked for."""
        return instant(str(self.entry.get("at")))

    @property
    def tool(self) -> str:
        """The tool's name."""
        return str(self.entry.get("tool"))

    @property
    def result(self) -> str:
        """How it ended: `refused`, `dry run`, `in doubt` where no outcome was written, or what the outcome says."""
        if self.entry.get("kind") == "refused":
            return "dry run" if self.entry.get("rule") == "dry run" else "refused"
        return str(self.outcome.get("result")) if self.outcome else "in doubt"

    @property
    def who(self) -> Mapping[str, Any]:
        """Who asked: `id`, `name`, `kind`, `client`."""
        return _object(self.entry.get("who"))

    @property
    def on(self) -> list[Mapping[str, Any]]:
        """On whom: `kind`, `id`, `name`."""
        return [_object(one) for one in (*self.entry.get("on", ()), *self.outcome.get("on", ()))]

    @property
    def requests(self) -> list[Mapping[str, Any]]:
        """The changing requests to Okta: `method`, `path`, `status`, `id`."""
        return [_object(one) for one in self.outcome.get("okta", ())]

    def __str__(self) -> str:
        who = _of(self.who, "name", "id")
        client = self.entry.get("client")
        parts = [f"{self.entry.get('at')}  {self.number}  {self.tool}"]
        parts.append(f"on {', '.join(_of(one, 'name', 'id') for one in self.on)}" if self.on else "")
        parts.append(f"by {who}{f' with {client}' if client else ''}: {self.result}")
        line = neutral_text(" ".join(filter(None, parts)))
        return "\n".join([line, *(f"    {neutral_text(one, limit=300)}" for one in self._details())])

    def _details(self) -> Iterator[str]:
        if "rule" in self.entry:
            yield f"refused: {self.entry['rule']}"
        agreed = self.entry.get("confirmation")
        if agreed:
            yield f"agreed to by {agreed.get('by', 'somebody')}: {agreed.get('how')}"
        for change in self.outcome.get("changes", ()):
            yield f"{change.get('field')}: {change.get('before')} → {change.get('after')}"
        if "error" in self.outcome:
            yield f"{self.outcome['error']}"
        for request in self.requests:
            yield f"Okta: {request.get('method')} {request.get('path')}, {request.get('status', 'no answer')}" + (
                f", request {request['id']}" if "id" in request else ""
            )


def deeds_of(path: Path) -> list[Deed]:
    """Return what a trail tells of, in its order. Whether it is true, `verify` finds out.

    Args:
        path: of its first file.

    Raises:
        OSError: a file cannot be read.
    """
    files, found = Files(path), dict[int, Deed]()
    for number in files.present():
        for line in lines_of(files.numbered(number)):
            try:
                entry, _, _ = taken_apart(line.content)
            except Unsealed:
                continue
            if entry.get("kind") in {"intent", "refused"}:
                found[entry["n"]] = Deed(entry)
            elif entry.get("kind") == "outcome" and entry.get("of") in found:
                found[entry["of"]].outcome = entry
    return list(found.values())


def instant(text: str) -> datetime:
    """Return a moment that is written as ISO 8601; without a zone it is UTC.

    Raises:
        ValueError: it is not.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _of(named: Mapping[str, Any], *keys: str) -> str:
    said = [str(named[key]) for key in keys if named.get(key)]
    return f"{said[0]} ({said[1]})" if len(said) == 2 and said[0] != said[1] else "".join(said[:1]) or "somebody"
