"""Which expressions each endpoint accepts, as data."""

import difflib
import re
from collections.abc import Iterable
from datetime import datetime

from okta_mcp.expressions.errors import GrammarError
from okta_mcp.expressions.tree import OPERATORS, And, Comparison, Expression, Not, Or, comparisons
from okta_mcp.records import record

_EQ = frozenset({"eq"})
_ORDERED = frozenset({"eq", "gt", "ge", "lt", "le"})
_ALL = frozenset(OPERATORS)


@record
class Rule:
    """The operators that go with some attributes.

    Args:
        attributes: exact names, or prefixes written `profile.*`.
        operators: those allowed for these attributes.
        dates: whether they are compared with dates alone.
    """

    attributes: tuple[str, ...]
    operators: frozenset[str]
    dates: bool = False

    def covers(self, attribute: str) -> bool:
        """Tell whether the rule is about `attribute`."""
        return any(
            attribute.startswith(name[:-1]) and len(attribute) >= len(name)
            if name.endswith(".*")
            else attribute == name
            for name in self.attributes
        )


@record
class Grammar:
    """What one query parameter of one endpoint accepts.

    Args:
        name: for messages, such as `users search`.
        rules: what is allowed, the first rule that covers an attribute deciding.
        case_sensitive: for `evaluate`: whether case counts in values, or the operators for which it does.
        allows_not: whether `not (…)` is understood.
        allows_several: whether comparisons can be joined with `and` and `or`.
        alone: attributes that can only be asked for on their own.

    Source: Okta Management API, listUsers, listGroups, listApplications, listLogEvents.
    """

    name: str
    rules: tuple[Rule, ...]
    case_sensitive: bool | frozenset[str]
    allows_not: bool = False
    allows_several: bool = True
    alone: tuple[str, ...] = ()

    def check(self, expression: Expression) -> None:
        """Accept `expression` or say why the endpoint would refuse it.

        Raises:
            GrammarError: the first thing, from left to right, that is not allowed.
        """
        self._check_joints(expression)
        every = tuple(comparisons(expression))
        for comparison in every:
            self._check_comparison(comparison)
        for comparison in every:
            if comparison.attribute in self.alone and len(every) > 1:
                raise GrammarError(
                    f"In {self._article().lower()} {self.name}, `{comparison.attribute}` "
                    "cannot be combined with other comparisons.",
                    comparison.position,
                    reason="syntax",
                    attribute=comparison.attribute,
                )

    def operators(self, attribute: str) -> frozenset[str]:
        """Return the operators that `attribute` may be compared with; none when it is unknown."""
        rule = self._rule(attribute)
        return rule.operators if rule else frozenset()

    def dates(self, attribute: str) -> bool:
        """Tell whether `attribute` is compared with dates alone."""
        rule = self._rule(attribute)
        return rule is not None and rule.dates

    def _rule(self, attribute: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.covers(attribute)), None)

    def _check_joints(self, expression: Expression) -> None:
        match expression:
            case Not(operand=operand, position=position):
                if not self.allows_not:
                    message = f"{self._article()} {self.name} does not understand `not`; {self._instead_of_not()}."
                    raise GrammarError(message, position, reason="not")
                self._check_joints(operand)
            case And(operands=operands) | Or(operands=operands):
                if not self.allows_several:
                    second = next(comparisons(operands[1]))
                    raise GrammarError(
                        f"{self._article()} {self.name} takes a single comparison, without `and` or `or`.",
                        second.position,
                        reason="syntax",
                    )
                for operand in operands:
                    self._check_joints(operand)
            case Comparison():
                return

    def _check_comparison(self, comparison: Comparison) -> None:
        attribute, operator = comparison.attribute, comparison.operator
        rule = self._rule(attribute)
        if rule is None:
            raise GrammarError(
                f"{self._article()} {self.name} does not know `{attribute}`; {self.nearest(attribute)}.",
                comparison.position,
                reason="attribute",
                attribute=attribute,
                operator=operator,
            )
        if operator not in rule.operators:
            allowed = rule.operators
            usable = _listed(name for name in OPERATORS if name in allowed)
            elsewhere = [name for rule in self.rules if operator in rule.operators for name in rule.attributes]
            only = f" (`{operator}` works only on {_listed(elsewhere)})" if 0 < len(elsewhere) <= 6 else ""
            unlike = f', as in `({attribute} lt "X" or {attribute} gt "X")` for "not X"'
            raise GrammarError(
                f"In {self._article().lower()} {self.name}, `{attribute}` cannot be compared with "
                f"`{operator}`{only}; use {usable}{unlike if operator == 'ne' and {'lt', 'gt'} <= allowed else ''}.",
                comparison.position,
                reason="operator",
                attribute=attribute,
                operator=operator,
            )
        if rule.dates and operator != "pr" and not _is_date(comparison.value):
            raise GrammarError(
                f"In {self._article().lower()} {self.name}, `{attribute}` is compared with a date in quotes, such as "
                '"2026-01-31T09:00:00.000Z".',
                comparison.position,
                reason="value",
                attribute=attribute,
                operator=operator,
            )

    def _instead_of_not(self) -> str:
        if "lt" in self.operators("status"):
            return 'write `(status lt "X" or status gt "X")` for "not X"'
        return "ask for the values that are wanted"

    def _article(self) -> str:
        return "An" if self.name[0] in "aeio" else "A"

    def nearest(self, attribute: str) -> str:
        """Return a clause that says what an attribute that is not known may have been meant for."""
        known = [name for rule in self.rules for name in rule.attributes]
        folded = {name.casefold(): name for name in known}
        near = difflib.get_close_matches(attribute.casefold(), folded, n=1, cutoff=0.75)
        if near:
            return f"did you mean `{folded[near[0]]}`"
        inner = next((name for name in known if name.endswith(f".{attribute}")), None)
        if inner:
            return f"did you mean `{inner}`"
        if "profile.*" in known and "." not in attribute:
            return f"did you mean `profile.{attribute}`"
        return f"it knows {_listed(known)}" if len(known) <= 12 else "names are case-sensitive"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not _DATE.match(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:  # a 13th month, a 31st of June
        return False
    return True


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_USER_DATES = ("created", "activated", "statusChanged", "lastUpdated")
_GROUP_DATES = ("created", "lastUpdated", "lastMembershipUpdated")
_SEARCHED = _ORDERED | {"sw", "pr"}

USERS_SEARCH = Grammar(
    "users search",
    (
        Rule(("profile.firstName", "profile.lastName", "profile.email", "profile.login"), _SEARCHED | {"co"}),
        Rule(("profile.*", "id", "status", "type.id", "realmId"), _SEARCHED),
        Rule(_USER_DATES, _ORDERED | {"pr"}, dates=True),
        Rule(("classification.type",), _EQ),
    ),
    case_sensitive=False,
    alone=("classification.type",),
)

USERS_FILTER = Grammar(
    "users filter",
    (
        Rule(
            ("status", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName"),
            _EQ,
        ),
        Rule(("lastUpdated",), _ORDERED, dates=True),
    ),
    case_sensitive=True,
)

GROUPS_SEARCH = Grammar(
    "groups search",
    (
        Rule(("profile.name", "profile.description"), frozenset({"eq", "sw", "co"})),
        Rule(("profile.*", "id", "type", "source.id"), frozenset({"eq", "sw"})),
        Rule(_GROUP_DATES, _ORDERED, dates=True),
    ),
    case_sensitive=False,
)

GROUPS_FILTER = Grammar(
    "groups filter",
    (Rule(("id", "type"), _EQ), Rule(("lastUpdated", "lastMembershipUpdated"), _ORDERED, dates=True)),
    case_sensitive=True,
)

APPS_FILTER = Grammar(
    "apps filter",
    (
        Rule(
            (
                "id",
                "status",
                "name",
                "credentials.signing.kid",
                "settings.slo.enabled",
                "user.id",
                "group.id",
            ),
            _EQ,
        ),
    ),
    case_sensitive=True,
    allows_several=False,
)

_PLACE = ("city", "state", "country", "postalCode", "geolocation.lat", "geolocation.lon")

LOGS_FILTER = Grammar(
    "System Log filter",
    (
        Rule(("debugContext.debugData.url", "debugContext.debugData.requestUri"), _ALL - {"co"}),
        Rule(("uuid", "eventType", "version", "severity", "displayMessage", "legacyEventType"), _ALL),
        Rule(("actor.id", "actor.type", "actor.alternateId", "actor.displayName", "actor.detailEntry.*"), _ALL),
        Rule(
            ("target.id", "target.type", "target.alternateId", "target.displayName", "target.detailEntry.*"),
            _ALL,
        ),
        Rule(("outcome.result", "outcome.reason"), _ALL),
        Rule(("client.id", "client.ipAddress", "client.device", "client.zone"), _ALL),
        Rule(("client.userAgent.rawUserAgent", "client.userAgent.os", "client.userAgent.browser"), _ALL),
        Rule(tuple(f"client.geographicalContext.{name}" for name in _PLACE), _ALL),
        Rule(("device.*",), _ALL),
        Rule(
            (
                "authenticationContext.authenticationProvider",
                "authenticationContext.credentialProvider",
                "authenticationContext.credentialType",
                "authenticationContext.issuer.id",
                "authenticationContext.issuer.type",
                "authenticationContext.interface",
                "authenticationContext.authenticationStep",
                "authenticationContext.rootSessionId",
                "authenticationContext.externalSessionId",
            ),
            _ALL,
        ),
        Rule(
            (
                *(f"securityContext.{name}" for name in ("asNumber", "asOrg", "isp", "domain", "isProxy")),
                "securityContext.ipDetails.*",
                "securityContext.risk.*",
                "securityContext.userBehaviors.*",
                "securityContext.botProtection.*",
            ),
            _ALL,
        ),
        Rule(("debugContext.debugData.*",), _ALL),
        Rule(("transaction.id", "transaction.type", "transaction.detail.*"), _ALL),
        Rule(("request.ipChain.ip", "request.ipChain.version", "request.ipChain.source"), _ALL),
        Rule(tuple(f"request.ipChain.geographicalContext.{name}" for name in _PLACE), _ALL),
    ),
    # Okta's documentation gives no case rule here; this is the reading its users rely on.
    case_sensitive=frozenset({"eq", "ne", "gt", "ge", "lt", "le"}),
    allows_not=True,
)
