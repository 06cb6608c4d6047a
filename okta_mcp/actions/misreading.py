"""An expression that Okta did not understand: which argument it was in, what is wrong with it, and what holds there."""

import difflib
from collections.abc import Mapping

from okta_mcp.actions.profile import ATTRIBUTES
from okta_mcp.actions.states import Explanation, Failed
from okta_mcp.expressions import (
    GROUPS_FILTER,
    GROUPS_SEARCH,
    LOGS_FILTER,
    USERS_FILTER,
    USERS_SEARCH,
    Expression,
    ExpressionError,
    Grammar,
    GrammarError,
    comparisons,
    parse,
)
from okta_mcp.guard import neutral_text

GRAMMARS: Mapping[tuple[str, str], Grammar] = {
    ("list_users", "search"): USERS_SEARCH,
    ("list_users", "filter"): USERS_FILTER,
    ("list_groups", "search"): GROUPS_SEARCH,
    ("list_groups", "filter"): GROUPS_FILTER,
    ("get_system_log_events", "filter"): LOGS_FILTER,
}
"""What is understood in each argument that holds an expression."""

_EXAMPLES = {
    ("list_users", "search"): 'attributes as profile.department, e.g. status eq "ACTIVE" and profile.department eq '
    '"Sales"; operators eq sw gt ge lt le pr, and co on names, login and email',
    ("list_users", "filter"): "only status, lastUpdated, id, profile.login, profile.email and names, e.g. status eq "
    '"ACTIVE"; operator eq, and gt ge lt le on lastUpdated. `search` knows all attributes',
    ("list_groups", "search"): 'e.g. type eq "OKTA_GROUP" and profile.name sw "Sales"; operators eq sw gt ge lt le, '
    "and co on profile.name and profile.description",
    ("list_groups", "filter"): 'only id, type, lastUpdated and lastMembershipUpdated, e.g. type eq "OKTA_GROUP"; '
    "operator eq, and gt ge lt le on dates. `search` knows all attributes",
    ("get_system_log_events", "filter"): 'e.g. eventType eq "user.session.start" and outcome.result eq "FAILURE"; '
    "operators eq ne sw ew co gt ge lt le pr, and not ( )",
}
"""What an expression looks like. Okta API, "Filter" and "Search"."""


_INSTEAD = {
    "list_users": {
        "lastLogin": "each row of a list shows it, and get_system_log_events when somebody signed in",
        "passwordChanged": "get_user shows it",
        "group": "list_group_users lists the members of a group",
        "groups": "list_group_users lists the members of a group",
        "name": "profile.firstName and profile.lastName are the names, and find_user takes whole ones",
    },
    "get_system_log_events": {
        "published": "the arguments `since` and `until` bound the time",
        "user": "actor.alternateId is the login of who did it, target.alternateId of whom it was done to",
        "actor.email": "actor.alternateId is the login of who did it",
        "actor.login": "actor.alternateId is the login of who did it",
        "target.email": "target.alternateId is the login of whom it was done to",
        "target.login": "target.alternateId is the login of whom it was done to",
    },
}
"""What leads to what somebody wanted with an attribute that cannot be asked for."""


def misread(failed: Failed) -> Explanation:
    """Say why Okta did not understand the expression of a call, as exactly as can be told here.

    Okta says no more than that it is wrong; our own reading of the same grammar says what, where the two agree.
    """
    given, tool = failed.given, failed.action.name
    argument = next((name for of, name in GRAMMARS if of == tool and given.get(name)), None)
    if argument is None:
        return Explanation(
            "Okta does not understand the search that these words lead to.",
            "use plainer words, or send the id or login.",
        )
    grammar, happened = GRAMMARS[tool, argument], f"Okta does not understand `{argument}`."
    try:
        expression = parse(str(given[argument]))
        grammar.check(expression)
    except GrammarError as error:
        instead = _INSTEAD.get(tool, {}).get(error.attribute) if error.reason == "attribute" else None
        told = f"`{error.attribute}` cannot be asked for; {instead}." if instead else str(error)
        if error.reason == "attribute" and not instead and "names are case-sensitive" in told:
            told = f"{told} What holds there: {_EXAMPLES[tool, argument]}."
        if argument == "filter" and _is_for(GRAMMARS.get((tool, "search")), str(given[argument])):
            told = f"{told} Sent as `search`, it is understood as it stands."
        return Explanation(happened, neutral_text(told, limit=600))
    except ExpressionError as error:
        told = f"{error} What holds there: {_EXAMPLES[tool, argument]}."
        return Explanation(happened, neutral_text(told, limit=900))
    order = str(given.get("sortBy") or "")
    if order and not grammar.operators(order):
        nearest = neutral_text(grammar.nearest(order), limit=300)
        return Explanation("Okta does not understand `sortBy`.", f"{nearest}{'?' if 'did you' in nearest else '.'}")
    example = f"values in double quotes, {_EXAMPLES[tool, argument]}."
    return Explanation(happened, _misspelt(expression) or example)


def _is_for(grammar: Grammar | None, text: str) -> bool:
    if grammar is None:
        return False
    try:
        grammar.check(parse(text))
    except ExpressionError:
        return False
    return True


def _misspelt(expression: Expression) -> str:
    """Say which attribute of the profile may not exist; empty where all are known, or there is none."""
    for comparison in comparisons(expression):
        first, _, name = comparison.attribute.partition(".")
        if first == "profile" and name not in ATTRIBUTES:
            folded = {known.casefold(): known for known in ATTRIBUTES}
            near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.75)
            meant = f"did you mean `profile.{folded[near[0]]}`?" if near else "get_user shows those that one has."
            return f"the org may have no attribute `{neutral_text(name, limit=100)}`, whose case counts; {meant}"
    return ""
