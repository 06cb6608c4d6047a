"""Expressions that Okta does not understand, and values that nothing has: what is wrong, and what to write instead."""

import pytest

from okta_mcp.sandbox.faults import FaultRule, Kind

# The tool, the arguments, which argument is named as wrong, and the whole of the next step.
MISREAD = [
    (
        "list_users",
        {"filter": 'profile.department eq "Sales"'},
        "filter",
        (
            "A users filter does not know `profile.department`; it knows `status`, `id`, `profile.login`, "
            "`profile.email`, "
            "`profile.firstName`, `profile.lastName`, `lastUpdated`. Sent as `search`, it is understood as it stands."
        ),
    ),
    (
        "list_users",
        {"filter": 'status co "ACT"'},
        "filter",
        "In a users filter, `status` cannot be compared with `co`; use `eq`.",
    ),
    (
        "list_users",
        {"search": 'status ne "ACTIVE"'},
        "search",
        (
            "In a users search, `status` cannot be compared with `ne`; use `eq`, `gt`, `ge`, `lt`, `le`, `sw`, "
            "`pr`, as in "
            '`(status lt "X" or status gt "X")` for "not X".'
        ),
    ),
    (
        "list_users",
        {"search": 'department eq "Sales"'},
        "search",
        "A users search does not know `department`; did you mean `profile.department`.",
    ),
    (
        "list_users",
        {"search": 'profile.departement eq "Sales"'},
        "search",
        "the org may have no attribute `departement`, whose case counts; did you mean `profile.department`?",
    ),
    (
        "list_users",
        {"search": 'profile.shoeSize eq "9"'},
        "search",
        "the org may have no attribute `shoeSize`, whose case counts; get_user shows those that one has.",
    ),
    (
        "list_users",
        {"search": 'lastLogin lt "2026-01-01T00:00:00Z"'},
        "search",
        (
            "`lastLogin` cannot be asked for; each row of a list shows it, and get_system_log_events when "
            "somebody signed "
            "in."
        ),
    ),
    (
        "list_users",
        {"search": 'status eq "ACTIVE"', "sortBy": "lastName"},
        "sortBy",
        "did you mean `profile.lastName`?",
    ),
    (
        "list_users",
        {"search": 'profile.department in ("Sales", "Support")'},
        "search",
        (
            "Expected an operator (eq, ne, gt, ge, lt, le, sw, co, ew, pr) after `profile.department` at column 19 but "
            'found `in`. What holds there: attributes as profile.department, e.g. status eq "ACTIVE" and '
            "profile.department eq "
            '"Sales"; operators eq sw gt ge lt le pr, and co on names, login and email.'
        ),
    ),
    (
        "list_groups",
        {"search": 'name sw "Sales"'},
        "search",
        "A groups search does not know `name`; did you mean `profile.name`.",
    ),
    (
        "list_groups",
        {"filter": 'profile.name eq "Sales"'},
        "filter",
        (
            "A groups filter does not know `profile.name`; it knows `id`, `type`, `lastUpdated`, "
            "`lastMembershipUpdated`. "
            "Sent as `search`, it is understood as it stands."
        ),
    ),
    (
        "get_system_log_events",
        {"filter": 'actor.email eq "ada.byrne@example.com"'},
        "filter",
        "`actor.email` cannot be asked for; actor.alternateId is the login of who did it.",
    ),
    (
        "get_system_log_events",
        {"filter": 'published gt "2026-01-01T00:00:00Z"'},
        "filter",
        "`published` cannot be asked for; the arguments `since` and `until` bound the time.",
    ),
]


@pytest.mark.parametrize(("tool", "arguments", "wrong", "step"), MISREAD)
async def test_what_is_wrong_with_an_expression_is_told_for_the_argument_it_is_in(
    library, tool, arguments, wrong, step
):
    answer = await library.call(tool, **arguments)
    first, following, okta = answer.story.splitlines()
    assert answer.is_error
    assert first == f"Okta does not understand `{wrong}`."
    assert following == f"Next: {step}"
    assert okta.startswith("Okta: 400 E00000")


# Okta may learn more than is known here, and may refuse what is right here: then an example has to do.
@pytest.mark.parametrize(
    ("tool", "arguments", "example"),
    [
        ("list_users", {"search": 'status eq "ACTIVE"'}, "attributes as profile.department, e.g."),
        ("list_users", {"filter": 'status eq "ACTIVE"'}, "only status, lastUpdated, id, profile.login, profile.email"),
        ("list_groups", {"search": 'type eq "OKTA_GROUP"'}, 'e.g. type eq "OKTA_GROUP" and profile.name sw "Sales"'),
        ("list_groups", {"filter": 'type eq "OKTA_GROUP"'}, "only id, type, lastUpdated and lastMembershipUpdated"),
        ("get_system_log_events", {"filter": 'severity eq "INFO"'}, 'e.g. eventType eq "user.session.start"'),
    ],
)
async def test_what_looks_right_is_answered_with_what_holds_for_that_argument(library, tool, arguments, example):
    library.box.faults.add(FaultRule(kind=Kind.ERROR, status=400, code="E0000031", times=1))
    answer = await library.call(tool, **arguments)
    assert answer.story.splitlines()[1].startswith(f"Next: values in double quotes, {example}")


async def test_words_that_no_search_can_be_made_of_are_told_as_words(library):
    library.box.faults.add(FaultRule(kind=Kind.ERROR, status=400, code="E0000031", times=1))
    answer = await library.call("find_user", query="Ada")
    assert answer.story.splitlines()[:2] == [
        "Okta does not understand the search that these words lead to.",
        "Next: use plainer words, or send the id or login.",
    ]


async def test_an_expression_inside_a_wrapper_is_found(library):
    answer = await library.send("list_users", {"params": {"filter": 'department eq "Sales"'}})
    assert answer.story.startswith("Okta does not understand `filter`.")


# Values that nothing has


# The tool, the argument, the expression, and what is said of it.
IMPOSSIBLE = [
    (
        "list_users",
        "search",
        'status eq "LOCKED"',
        'status with "LOCKED", which nothing has; did you mean "LOCKED_OUT"?',
    ),
    (
        "list_users",
        "search",
        "status eq locked out",
        'status with "locked out", which nothing has; did you mean "LOCKED_OUT"?',
    ),
    (
        "list_users",
        "search",
        'status eq "DEACTIVATED"',
        'status with "DEACTIVATED", which nothing has; did you mean "DEPROVISIONED"?',
    ),
    (
        "list_users",
        "search",
        'status eq "DEPROVISONED"',
        'status with "DEPROVISONED", which nothing has; did you mean "DEPROVISIONED"?',
    ),
    (
        "list_users",
        "search",
        'profile.department eq "Sales" and (status eq "INACTIVE" or status eq "ACTIVE")',
        'status with "INACTIVE", which nothing has; did you mean "DEPROVISIONED" or "SUSPENDED"?',
    ),
    ("list_users", "filter", 'status eq "active"', 'status with "active", which nothing has; did you mean "ACTIVE"?'),
    (
        "list_users",
        "search",
        'created gt "2026-01-01"',
        'created with "2026-01-01", which is no instant; write "2026-01-01T00:00:00.000Z".',
    ),
    (
        "list_users",
        "search",
        'lastUpdated lt "yesterday"',
        'lastUpdated with "yesterday", which is no instant; write one such as "2026-01-31T09:00:00.000Z".',
    ),
    ("list_groups", "search", 'type eq "OKTA"', 'type with "OKTA", which nothing has; did you mean "OKTA_GROUP"?'),
    (
        "list_groups",
        "filter",
        'type eq "app_group"',
        'type with "app_group", which nothing has; did you mean "APP_GROUP"?',
    ),
    (
        "list_groups",
        "search",
        'lastMembershipUpdated gt "2026-02-30"',
        'lastMembershipUpdated with "2026-02-30", which is no instant; write one such as "2026-01-31T09:00:00.000Z".',
    ),
    (
        "get_system_log_events",
        "filter",
        'eventType eq "user.session.start" and outcome.result eq "FAILED"',
        'outcome.result with "FAILED", which nothing has; did you mean "FAILURE"?',
    ),
    (
        "get_system_log_events",
        "filter",
        'severity eq "warning"',
        'severity with "warning", which nothing has; did you mean "WARN"?',
    ),
]


@pytest.mark.parametrize(("tool", "argument", "expression", "told"), IMPOSSIBLE)
async def test_a_value_that_nothing_has_is_refused_with_the_one_that_is_meant(
    library, tool, argument, expression, told
):
    for more in ({}, {"countBy": {"list_groups": "type", "list_users": "status"}.get(tool, "eventType")}):
        answer = await library.send(tool, {argument: expression, **more})
        assert answer.is_error
        assert answer.text == f"{tool} was not called: `{argument}` compares {told}"
        assert library.requests == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_users", {"search": 'status eq "active"'}),
        ("list_users", {"search": 'status sw "LOCK"'}),
        ("list_users", {"search": 'status lt "STAGED" or status gt "STAGED"'}),
        ("list_users", {"search": "status pr"}),
        ("list_users", {"search": 'created gt "2026-01-01T00:00:00Z"'}),
        ("list_users", {"search": 'profile.department eq "LOCKED"'}),
        ("list_users", {"search": 'profile.startDate ge "2026-01-01"'}),
        ("list_groups", {"search": 'type eq "built_in"'}),
        ("list_groups", {"search": 'profile.name eq "OKTA"'}),
        ("get_system_log_events", {"filter": 'outcome.result sw "FAIL"'}),
        ("get_system_log_events", {"filter": 'outcome.reason eq "FAILED"'}),
        ("get_system_log_events", {"filter": 'eventType eq "user.login"'}),
    ],
)
async def test_a_value_that_something_may_have_is_asked_for(library, tool, arguments):
    answer = await library.send(tool, arguments)
    assert not answer.is_error
    assert len(library.requests) == 1
    assert "is known" not in answer.text


@pytest.mark.parametrize(
    ("tool", "arguments", "note"),
    [
        (
            "list_users",
            {"search": 'status eq "FROZEN"'},
            (
                '"FROZEN" is no status that is known: STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, '
                "LOCKED_OUT, "
                "SUSPENDED, DEPROVISIONED."
            ),
        ),
        (
            "list_users",
            {"search": 'status eq "FROZEN"', "countBy": "profile.department"},
            '"FROZEN" is no status that is known: ',
        ),
        (
            "list_groups",
            {"filter": 'type eq "CLOUD"'},
            '"CLOUD" is no type that is known: OKTA_GROUP, APP_GROUP, BUILT_IN.',
        ),
        (
            "get_system_log_events",
            {"filter": 'outcome.result eq "PURPLE"'},
            '"PURPLE" is no outcome.result that is known: ',
        ),
    ],
)
async def test_a_value_that_okta_may_have_added_is_asked_for_and_noted(library, tool, arguments, note):
    answer = await library.send(tool, arguments)
    assert not answer.is_error
    assert note in answer.text
    assert note in answer.data["note"]


async def test_no_event_of_a_type_leads_to_the_types_there_are(library):
    answer = await library.call("get_system_log_events", filter='eventType eq "user.login"')
    assert answer.text.splitlines()[1].startswith("countBy eventType without filter shows which types of events there")
    found = await library.call("get_system_log_events", filter='eventType eq "user.session.start"')
    assert "countBy" not in found.text
