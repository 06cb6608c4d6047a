"""Which expressions each endpoint takes."""

import pytest

from okta_mcp.expressions import (
    APPS_FILTER,
    GROUPS_FILTER,
    GROUPS_SEARCH,
    LOGS_FILTER,
    USERS_FILTER,
    USERS_SEARCH,
    ExpressionError,
    GrammarError,
    parse,
)


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (
            USERS_SEARCH,
            'profile.department eq "F" and (profile.city sw "P" or created lt "2025-12-01T00:00:00.000Z")',
        ),
        (USERS_SEARCH, 'profile.email co "@example.com" or profile.login co "a" or profile.firstName co "a"'),
        (USERS_SEARCH, 'profile.lastName co "a" and type.id eq "oty1" and id eq "00u1"'),
        (USERS_SEARCH, '(status lt "STAGED" or status gt "STAGED")'),
        (USERS_SEARCH, 'profile.skills eq "python" and profile.custom_1 pr and activated pr'),
        (USERS_SEARCH, 'statusChanged ge "2026-01-01" and lastUpdated le "2026-01-01" and realmId eq "guo1"'),
        (USERS_SEARCH, 'classification.type eq "LITE"'),
        (
            USERS_FILTER,
            'status eq "DEPROVISIONED" or profile.login eq "a" or profile.email eq "a" or id eq "a"',
        ),
        (
            USERS_FILTER,
            (
                'lastUpdated gt "2026-01-01" and lastUpdated le "2026-02-01T00:00:00Z" '
                'or lastUpdated ge "2026-01-01" and lastUpdated lt "2026-02-01"'
            ),
        ),
        (
            USERS_FILTER,
            'lastUpdated eq "2026-01-01T00:00:00+02:00" and profile.firstName eq "a" and profile.lastName eq "a"',
        ),
        (GROUPS_SEARCH, 'type eq "APP_GROUP" and source.id eq "0oa1" and profile.samAccountName sw "a"'),
        (GROUPS_SEARCH, 'profile.name co "a" or profile.description co "b" or lastMembershipUpdated gt "2026-01-01"'),
        (
            GROUPS_FILTER,
            'type eq "OKTA_GROUP" and (lastUpdated gt "2026-01-01" or lastMembershipUpdated le "2026-01-01")',
        ),
        (APPS_FILTER, 'user.id eq "00u1"'),
        (APPS_FILTER, 'status eq "ACTIVE"'),
        (APPS_FILTER, "settings.slo.enabled eq true"),
        (LOGS_FILTER, 'target.id eq "00g1" and target.type eq "UserGroup" and actor.id ne "00u1"'),
        (LOGS_FILTER, 'not (severity eq "INFO") or eventType ew "token" or eventType co "session"'),
        (LOGS_FILTER, 'client.ipAddress eq "203.0.113.9" and transaction.id eq "0" and outcome.reason pr'),
        (LOGS_FILTER, 'debugContext.debugData.requestUri sw "/api" and debugContext.debugData.factor co "x"'),
        (LOGS_FILTER, 'transaction.detail.requestApiTokenId eq "00T1" and device.name eq "x"'),
        (LOGS_FILTER, 'client.geographicalContext.country eq "France" and request.ipChain.ip sw "203."'),
    ],
)
def test_an_endpoint_accepts_what_okta_documents(grammar, text):
    assert grammar.check(parse(text)) is None


@pytest.mark.parametrize(
    ("grammar", "text", "reason", "attribute", "position"),
    [
        (USERS_SEARCH, 'status eq "A" and profile.title co "x"', "operator", "profile.title", 18),
        (USERS_SEARCH, 'status ne "ACTIVE"', "operator", "status", 0),
        (USERS_SEARCH, 'profile.email ew "x"', "operator", "profile.email", 0),
        (USERS_SEARCH, 'created sw "2026"', "operator", "created", 0),
        (USERS_SEARCH, 'login eq "x"', "attribute", "login", 0),
        (USERS_SEARCH, 'Status eq "ACTIVE"', "attribute", "Status", 0),
        (USERS_SEARCH, 'id eq "x" or not (status eq "ACTIVE")', "not", "", 13),
        (
            USERS_SEARCH,
            'status eq "A" and classification.type eq "LITE"',
            "syntax",
            "classification.type",
            18,
        ),
        (USERS_FILTER, 'status gt "A"', "operator", "status", 0),
        (USERS_FILTER, "profile.login pr", "operator", "profile.login", 0),
        (USERS_FILTER, 'profile.login sw "a"', "operator", "profile.login", 0),
        (USERS_FILTER, 'profile.department eq "a"', "attribute", "profile.department", 0),
        (USERS_FILTER, 'created gt "x"', "attribute", "created", 0),
        (USERS_SEARCH, 'status eq "ACTIVE" and created gt "yesterday"', "value", "created", 23),
        (USERS_SEARCH, 'activated lt "2026-13-01T00:00:00.000Z"', "value", "activated", 0),
        (USERS_FILTER, "lastUpdated gt 20260101", "value", "lastUpdated", 0),
        (GROUPS_SEARCH, 'lastMembershipUpdated gt "20260101"', "value", "lastMembershipUpdated", 0),
        (GROUPS_FILTER, 'lastUpdated eq ""', "value", "lastUpdated", 0),
        (USERS_FILTER, 'not (status eq "A")', "not", "", 0),
        (GROUPS_SEARCH, 'profile.dn co "x"', "operator", "profile.dn", 0),
        (GROUPS_SEARCH, 'objectClass eq "x"', "attribute", "objectClass", 0),
        (GROUPS_FILTER, 'profile.name eq "x"', "attribute", "profile.name", 0),
        (GROUPS_FILTER, 'type sw "OKTA"', "operator", "type", 0),
        (APPS_FILTER, 'status eq "A" and name eq "b"', "syntax", "", 18),
        (APPS_FILTER, 'label eq "x"', "attribute", "label", 0),
        (APPS_FILTER, 'name sw "x"', "operator", "name", 0),
        (LOGS_FILTER, 'published gt "x"', "attribute", "published", 0),
        (LOGS_FILTER, 'target.changeDetails.from eq "x"', "attribute", "target.changeDetails.from", 0),
        (LOGS_FILTER, 'foo eq "x"', "attribute", "foo", 0),
        (LOGS_FILTER, 'debugContext.debugData.url co "x"', "operator", "debugContext.debugData.url", 0),
        (
            LOGS_FILTER,
            'debugContext.debugData.requestUri co "x"',
            "operator",
            "debugContext.debugData.requestUri",
            0,
        ),
    ],
)
def test_an_endpoint_refuses_what_okta_refuses(grammar, text, reason, attribute, position):
    with pytest.raises(GrammarError) as caught:
        grammar.check(parse(text))
    assert (caught.value.reason, caught.value.attribute, caught.value.position) == (
        reason,
        attribute,
        position,
    )
    assert isinstance(caught.value, ExpressionError)


@pytest.mark.parametrize(
    ("grammar", "text", "message"),
    [
        (
            USERS_SEARCH,
            'profile.title co "x"',
            (
                "In a users search, `profile.title` cannot be compared with `co` (`co` works only on "
                "`profile.firstName`, `profile.lastName`, `profile.email`, `profile.login`); "
                "use `eq`, `gt`, `ge`, `lt`, `le`, `sw`, `pr`."
            ),
        ),
        (USERS_SEARCH, 'login eq "x"', "A users search does not know `login`; did you mean `profile.login`."),
        (USERS_SEARCH, 'city eq "x"', "A users search does not know `city`; did you mean `profile.city`."),
        (
            USERS_SEARCH,
            'created gt "yesterday"',
            'In a users search, `created` is compared with a date in quotes, such as "2026-01-31T09:00:00.000Z".',
        ),
        (
            USERS_SEARCH,
            'lastupdated gt "x"',
            "A users search does not know `lastupdated`; did you mean `lastUpdated`.",
        ),
        (
            GROUPS_FILTER,
            'profile.name eq "x"',
            (
                "A groups filter does not know `profile.name`; it knows `id`, `type`, `lastUpdated`, "
                "`lastMembershipUpdated`."
            ),
        ),
        (
            USERS_SEARCH,
            'not (status eq "A")',
            'A users search does not understand `not`; write `(status lt "X" or status gt "X")` for "not X".',
        ),
        (
            APPS_FILTER,
            'name eq "a" or name eq "b"',
            "An apps filter takes a single comparison, without `and` or `or`.",
        ),
    ],
)
def test_a_refusal_says_what_to_write_instead(grammar, text, message):
    with pytest.raises(GrammarError) as caught:
        grammar.check(parse(text))
    assert str(caught.value) == message


def test_values_are_case_sensitive_in_filters_but_not_in_searches():
    assert [grammar.case_sensitive for grammar in (USERS_SEARCH, GROUPS_SEARCH)] == [False, False]
    assert [grammar.case_sensitive for grammar in (USERS_FILTER, GROUPS_FILTER, APPS_FILTER)] == [True] * 3
    assert LOGS_FILTER.case_sensitive == {"eq", "ne", "gt", "ge", "lt", "le"}
