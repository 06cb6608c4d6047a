"""Attributes whose values are of a closed set or of one form, and values that can match nothing.

Okta answers a comparison with a value that nobody has by an empty list, which reads like an answer.
"""

import difflib
import re
from collections.abc import Mapping

from okta_mcp.expressions.evaluation import instant
from okta_mcp.expressions.grammars import Grammar
from okta_mcp.expressions.tree import Comparison, Expression, comparisons
from okta_mcp.records import record

_NEAR = 0.7
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@record
class Words:
    """The values of an attribute.

    Args:
        known: all of them, as far as Okta's documentation goes; it may get more.
        also: other words for them, upper-case with `_` between parts, and what is meant.
    """

    known: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]


_USER_STATUS = Words(
    ("STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"),
    {
        "LOCKED": ("LOCKED_OUT",),
        "EXPIRED": ("PASSWORD_EXPIRED",),
        "DEACTIVATED": ("DEPROVISIONED",),
        "TERMINATED": ("DEPROVISIONED",),
        "DELETED": ("DEPROVISIONED",),
        "DISABLED": ("DEPROVISIONED", "SUSPENDED"),
        "INACTIVE": ("DEPROVISIONED", "SUSPENDED"),
        "BLOCKED": ("LOCKED_OUT", "SUSPENDED"),
        "ENABLED": ("ACTIVE",),
        "PENDING": ("PROVISIONED", "STAGED"),
        "PENDING_ACTIVATION": ("PROVISIONED", "STAGED"),
        "PENDING_USER_ACTION": ("PROVISIONED",),
        "INVITED": ("PROVISIONED",),
        "PASSWORD_RESET": ("RECOVERY",),
    },
)
_GROUP_TYPE = Words(
    ("OKTA_GROUP", "APP_GROUP", "BUILT_IN"),
    {
        "OKTA": ("OKTA_GROUP",),
        "APP": ("APP_GROUP",),
        "AD": ("APP_GROUP",),
        "LDAP": ("APP_GROUP",),
        "ACTIVE_DIRECTORY": ("APP_GROUP",),
        "IMPORTED": ("APP_GROUP",),
        "SYSTEM": ("BUILT_IN",),
    },
)
_OUTCOME = Words(
    (
        *("SUCCESS", "FAILURE", "SKIPPED", "ALLOW", "DENY", "CHALLENGE", "UNKNOWN"),
        *("RATE_LIMIT", "DEFERRED", "SCHEDULED", "ABANDONED", "UNANSWERED"),
    ),
    {
        "FAIL": ("FAILURE",),
        "FAILED": ("FAILURE",),
        "ERROR": ("FAILURE",),
        "OK": ("SUCCESS",),
        "SUCCEEDED": ("SUCCESS",),
        "DENIED": ("DENY",),
        "BLOCKED": ("DENY", "FAILURE"),
        "ALLOWED": ("ALLOW",),
    },
)
_SEVERITY = Words(("DEBUG", "INFO", "WARN", "ERROR"), {"WARNING": ("WARN",), "CRITICAL": ("ERROR",)})

_WORDS: Mapping[str, Mapping[str, Words]] = {
    "users": {"status": _USER_STATUS},
    "groups": {"type": _GROUP_TYPE},
    "System": {"outcome.result": _OUTCOME, "severity": _SEVERITY},
}
"""By what is asked for, the first word of a grammar's name. Source: Okta Management API, User, Group and LogEvent."""


@record
class Doubt:
    """A value that nothing is known to have.

    Args:
        attribute: what it is compared with.
        value: the value, as it was written.
        near: what may have been meant instead, as it has to be written; empty when that is anybody's guess.
        known: all values there are; empty where there are too many to name.
    """

    attribute: str
    value: str
    near: tuple[str, ...]
    known: tuple[str, ...] = ()


def doubts(expression: Expression, grammar: Grammar) -> list[Doubt]:
    """Return the values in an expression that nothing is known to have, from left to right.

    Args:
        expression: a tree from `parse`.
        grammar: of the parameter that it is for.
    """
    about = grammar.name.partition(" ")[0]
    found = (_doubt(one, grammar, about) for one in comparisons(expression) if isinstance(one.value, str))
    return [doubt for doubt in found if doubt is not None]


def _doubt(comparison: Comparison, grammar: Grammar, about: str) -> Doubt | None:
    attribute, value = comparison.attribute, str(comparison.value)
    if grammar.dates(attribute):
        if instant(value) is not None:
            return None
        meant = f"{value}T00:00:00.000Z"
        return Doubt(attribute, value, (meant,) if _DAY.fullmatch(value) and instant(meant) else ())
    words = _WORDS[about].get(attribute) if about in _WORDS else None
    if words is None or comparison.operator not in ("eq", "ne"):
        return None
    sensitive = grammar.case_sensitive
    exact = sensitive if isinstance(sensitive, bool) else comparison.operator in sensitive
    return None if (value if exact else value.upper()) in words.known else _word(attribute, value, words)


def _word(attribute: str, value: str, words: Words) -> Doubt:
    spelled = "_".join(re.findall(r"[A-Z]+", value.upper()))
    if spelled in words.known:
        near: tuple[str, ...] = (spelled,)
    else:
        near = words.also.get(spelled) or tuple(difflib.get_close_matches(spelled, words.known, n=1, cutoff=_NEAR))
    return Doubt(attribute, value, near, words.known)
