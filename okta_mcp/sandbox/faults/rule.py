"""A rule: which requests meet a fault, and which one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

__all__ = ["FaultRule", "Kind", "When", "rule_of", "rules_in"]


class Kind(StrEnum):
    """What goes wrong."""

    LATENCY = "latency"
    ERROR = "error"
    RATE_LIMIT = "rate_limit"
    CONCURRENCY_LIMIT = "concurrency_limit"
    CUT = "cut"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    HTML = "html"
    STALE = "stale"
    DRIP = "drip"


class When(StrEnum):
    """Whether the fault keeps the request from being carried out, or hides that it was."""

    BEFORE = "before"
    AFTER = "after"


_BEFORE_OR_AFTER = frozenset({Kind.ERROR, Kind.CUT, Kind.HTML})
_LIMITS = frozenset({Kind.RATE_LIMIT, Kind.CONCURRENCY_LIMIT})
_METHOD = re.compile(r"\*|[A-Za-z]+")
_WILD = re.compile(r"(\*\*|\*|\{[^{}/]*\})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """Requests that match meet a fault.

    Which requests:

    Args:
        method: HTTP method; `*` for any.
        path: `*` stands for anything within a segment, as does `{name}` for a whole one; `**` for anything at all.
        nth: only the nth request that matches, counted from 1.
        every: only every nth request that matches.
        probability: of those, only this share, by a generator that `seed` makes the same in every run.
        seed: of the generator.
        times: how many requests meet the fault before the rule is used up; without end when None.

    Which fault:

    Args:
        kind: what goes wrong.
        delay: seconds of real time before the request is handled, whatever the kind.
        status: HTTP status of `error` (500 when None) and `html` (503).
        code: Okta's error code of `error` and the limits; the usual one for `status` when None.
        when: whether `error`, `cut` and `html` come before the request is carried out, or after it was.
        lag: seconds by which the index of `search`, `filter` and `q` is behind, for `stale`.
        chunk: bytes of a piece of the answer, for `drip`.
        pause: seconds of real time before each piece, for `drip`.

    Raises:
        ValueError: for a rule that could not mean anything.
    """

    # Read by the control plane, which refuses what it does not know.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    kind: Kind
    method: str = "*"
    path: str = "**"
    nth: int | None = None
    every: int | None = None
    probability: float | None = None
    seed: int = 0
    times: int | None = None
    delay: float = 0.0
    status: int | None = None
    code: str | None = None
    when: When = When.BEFORE
    lag: float = 2.0
    chunk: int = 64
    pause: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what makes no sense; take the plain text of a kind for the kind."""
        object.__setattr__(self, "kind", Kind(self.kind))
        object.__setattr__(self, "when", When(self.when))
        for complaint, applies in (
            (f"method must be an HTTP method or *, not {self.method!r}", not _METHOD.fullmatch(self.method)),
            ("path must begin with / or *", not self.path.startswith(("/", "*"))),
            ("give nth or every, not both", self.nth is not None and self.every is not None),
            ("nth, every and times count from 1", any((n or 1) < 1 for n in (self.nth, self.every, self.times))),
            ("nth, every and times count from 1", 0 in (self.nth, self.every, self.times)),
            ("probability is a share from 0 to 1", not 0 <= (self.probability or 0) <= 1),
            ("delay, lag and pause are seconds from 0 up", not min(self.delay, self.lag, self.pause) >= 0),
            ("chunk is a number of bytes from 1 up", self.chunk < 1),
            ("latency needs a delay", self.kind is Kind.LATENCY and not self.delay),
            (f"{self.kind} has no status", self.status is not None and self.kind not in (Kind.ERROR, Kind.HTML)),
            ("code belongs to an error", self.code is not None and self.kind not in (Kind.ERROR, *_LIMITS)),
            (
                f"{self.kind} cannot come {self.when}",
                self.when is When.AFTER and self.kind not in _BEFORE_OR_AFTER,
            ),
            ("an error has a status from 400 to 599", self.kind is Kind.ERROR and not 400 <= self.error_status < 600),
            ("a page has a status from 200 to 599", self.kind is Kind.HTML and not 200 <= self.page_status < 600),
        ):
            if applies:
                raise ValueError(f"{complaint}.")

    @property
    def error_status(self) -> int:
        """Status of the error answered."""
        if self.kind in _LIMITS:
            return 429
        return 500 if self.status is None else self.status

    @property
    def page_status(self) -> int:
        """Status of the page answered."""
        return 503 if self.status is None else self.status

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request is one of those that the rule is about."""
        return self.method.upper() in (method, "*") and _pattern(self.path).fullmatch(path) is not None


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _pattern(path: str) -> re.Pattern[str]:
    if path not in _PATTERNS:
        wild = {"**": ".*", "*": "[^/]*"}
        parts = (
            wild.get(part, "[^/]+") if _WILD.fullmatch(part) else re.escape(part) for part in _WILD.split(path) if part
        )
        _PATTERNS[path] = re.compile("".join(parts), re.DOTALL)
    return _PATTERNS[path]


def rule_of(document: Mapping[str, Any]) -> FaultRule:
    """Read a rule from JSON, as a file of faults and the control plane give it.

    Raises:
        ValueError: for a field that a rule does not have, a value of the wrong type, or a rule without meaning.
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - only rules from outside need checking

    known = [field.name for field in fields_of(FaultRule)]
    unknown = document.keys() - set(known)
    if unknown:
        raise ValueError(f"a fault has no {', '.join(sorted(unknown))}; it has {', '.join(known)}.")
    try:
        return TypeAdapter(FaultRule).validate_python(dict(document))
    except ValidationError as failure:
        first = failure.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
        raise ValueError(f"{place}: {said}." if place else f"{said}.") from None


def rules_in(path: Path) -> list[FaultRule]:
    """Read the rules of a file, which holds a JSON array of them.

    Raises:
        ValueError: for a file that is no such array, or a rule in it that is none; the text names the rule.
        OSError: the file cannot be read.
    """
    try:
        documents = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as failure:
        raise ValueError(f"{path} is no JSON: {failure}") from None
    if not isinstance(documents, list) or not all(isinstance(document, dict) for document in documents):
        raise ValueError(f'{path} must hold a list of rules, such as [{{"kind": "error", "path": "/api/v1/logs"}}]')
    rules = []
    for number, document in enumerate(documents, 1):
        try:
            rules.append(rule_of(document))
        except ValueError as failure:
            raise ValueError(f"{path}, rule {number}: {failure}") from None
    return rules
