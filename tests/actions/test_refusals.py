"""Every error of Okta's that is known here, sent by the sandbox and told by a tool."""

import pytest

from okta_mcp.sandbox.errors import SUMMARIES
from okta_mcp.sandbox.faults import FaultRule, Kind

CHLOE = "chloe.bennett@example.com"
CALLS = {
    "create_user": {"profile": {"firstName": "Robin", "lastName": "Vale", "email": "robin.vale@example.com"}},
    "update_user": {"user": CHLOE, "profile": {"title": "Pilot"}},
    "suspend_user": {"user": CHLOE},
    "activate_user": {"user": CHLOE},
    "reset_password": {"user": CHLOE, "sendEmail": True},
    "expire_password": {"user": CHLOE},
    "forgot_password": {"user": CHLOE},
    "assign_user_to_group": {"user": CHLOE, "group": "Finance"},
    "list_users": {"search": 'status eq "ACTIVE"', "after": "x"},
    "list_groups": {"filter": 'type eq "OKTA_GROUP"'},
    "get_system_log_events": {"filter": 'severity eq "INFO"', "since": "2026-03-01T00:00:00Z"},
}
WRITES = {"create_user": "POST", "assign_user_to_group": "PUT"}
READS = {"list_users": "/api/v1/users", "list_groups": "/api/v1/groups", "get_system_log_events": "/api/v1/logs"}

TOKEN = "Okta does not accept this server's API token"
A_NEW_TOKEN = "the operator makes a new token"
FORM, TELL = "Okta does not accept the form of the request", "tell the operator"
A_MOMENT_AGO = '"Chloe Bennett" (chloe.bennett@example.com) was ACTIVE a moment ago'
LOOK = "look with get_user at the present status"

# The code, the tool that meets it, how the answer begins, and how the next step does.
REFUSALS = [
    ("E0000002", "update_user", "Okta does not accept a value.", "mend what the causes below name"),
    ("E0000003", "create_user", "Okta could not read the request.", "leave out emoji, and arguments that"),
    ("E0000004", "list_users", TOKEN, A_NEW_TOKEN),
    ("E0000005", "list_users", "Okta found no credentials of this server", "the operator runs `okta-mcp check`, and"),
    ("E0000006", "suspend_user", "The credentials of this server may not do this", "the operator gives the token's"),
    ("E0000008", "update_user", "Okta does not know the address", "tell the operator to check OKTA_ORG_URL"),
    ("E0000009", "list_groups", "Okta had an internal error", "ask with a narrower `search`, without `expand`"),
    ("E0000010", "suspend_user", "Okta is in read-only mode for maintenance", "make the change later"),
    ("E0000011", "suspend_user", TOKEN, A_NEW_TOKEN),
    ("E0000012", "update_user", FORM, TELL),
    ("E0000013", "list_users", "Okta does not accept this server's access token", "the operator checks that the app"),
    ("E0000014", "update_user", "Okta does not accept this password.", "choose one that meets the policy"),
    ("E0000015", "create_user", "This feature is not switched on in the org.", "leave the argument out"),
    (
        "E0000016",
        "activate_user",
        '"Chloe Bennett" (chloe.bennett@example.com) is ACTIVE;',
        "the user is ACTIVE already",
    ),
    ("E0000017", "reset_password", A_MOMENT_AGO, LOOK),
    ("E0000018", "update_user", FORM, TELL),
    ("E0000019", "update_user", FORM, TELL),
    ("E0000020", "update_user", "Okta does not accept a value.", "mend what the causes below name"),
    ("E0000021", "update_user", FORM, TELL),
    ("E0000022", "update_user", FORM, TELL),
    ("E0000023", "update_user", "This user's profile is mastered in another system.", "make the change there"),
    ("E0000028", "create_user", "Okta misses something that was not sent.", "send what is named below"),
    ("E0000029", "list_users", "Okta does not know this cursor.", "start again without `after`."),
    ("E0000030", "get_system_log_events", "Okta cannot read a date.", "send ISO 8601 with a zone"),
    ("E0000031", "list_groups", "Okta does not understand `filter`.", "values in double quotes, only id, type, lastUp"),
    ("E0000032", "suspend_user", A_MOMENT_AGO, LOOK),
    ("E0000033", "list_users", "Okta does not take these conditions together.", "put all of them into `search`"),
    ("E0000034", "forgot_password", "The user has no recovery question", "reset_password sends a link all the same"),
    ("E0000035", "update_user", A_MOMENT_AGO, LOOK),
    ("E0000036", "update_user", A_MOMENT_AGO, LOOK),
    ("E0000037", "create_user", "A value is of another kind than Okta wants.", "send text in quotes, and numbers"),
    ("E0000038", "expire_password", A_MOMENT_AGO, LOOK),
    ("E0000039", "update_user", "Okta does not allow this.", "act on the reason that stands below."),
    ("E0000053", "get_system_log_events", "Okta does not understand `filter`.", "values in double quotes, e.g. event"),
    ("E0000056", "update_user", "Okta does not allow this.", "act on the reason that stands below."),
    ("E0000060", "assign_user_to_group", "Okta does not support this.", "leave it."),
    ("E0000063", "list_groups", "Okta does not take these arguments together.", "leave one of them out"),
    ("E0000064", "list_users", TOKEN, A_NEW_TOKEN),
    ("E0000069", "reset_password", A_MOMENT_AGO, LOOK),
    ("E0000080", "update_user", "Okta does not accept this password.", "choose one that meets the policy"),
    ("E0000087", "update_user", "Okta does not allow this.", "act on the reason that stands below."),
    ("E0000093", "create_user", "These are too many groups at once.", "create the user with 20 groups at most"),
    ("E0000094", "list_groups", "Okta does not understand `filter`.", "values in double quotes, only id, type, lastUp"),
    ("E0000100", "list_users", "Okta could not carry out the search.", "try again in a minute; if it stays, ask for"),
    ("E0000111", "assign_user_to_group", "This object is read-only in Okta.", "change it in the system"),
    ("E0000112", "update_user", "Okta is still activating this user", "try again in a few minutes; get_user shows no"),
    ("E0000117", "assign_user_to_group", "The user is not active, and Okta assigns apps", "look with get_user at the"),
    ("E0000124", "create_user", "`nextLogin` needs a password.", "give `password`, or leave `nextLogin` out."),
    ("E0000125", "create_user", "`nextLogin` needs `activate` true.", "leave `activate` out, or `nextLogin`."),
    ("E0000178", "create_user", "Okta does not accept a value.", "mend what the causes below name"),
    ("E0000221", "create_user", "Okta does not allow this.", "act on the reason that stands below."),
    ("E0000231", "update_user", "The user was changed by somebody else", "look with get_user, then call again."),
    ("E0000239", "update_user", "Okta is still busy with another change", "try again in a minute."),
    ("E0000242", "update_user", FORM, TELL),
    ("E0000256", "list_users", "The search is too long for Okta.", "ask with fewer conditions"),
]


@pytest.mark.parametrize(("code", "tool", "first", "step"), REFUSALS)
async def test_an_error_of_oktas_is_told(library, code, tool, first, step):
    status = SUMMARIES[code][0]
    method, path = ("GET", READS[tool]) if tool in READS else (WRITES.get(tool, "POST"), "**")
    library.box.faults.add(FaultRule(kind=Kind.ERROR, status=status, code=code, method=method, path=path))
    before = library.state()
    answer = await library.call(tool, **CALLS[tool])
    library.box.faults.clear()

    assert answer.is_error
    lines = answer.story.splitlines()
    assert lines[0].startswith(first)
    assert [line for line in lines if line.startswith(f"Next: {step}")] != []
    assert lines[-1].startswith(f"Okta: {status} {code} ")
    assert ("Nothing was changed." in lines) is (tool not in READS)
    assert library.state() == before


def test_every_known_error_is_told():
    # E0000047, too many requests, is waited for first; what is told then stands in test_failures.
    assert {code for code, *_ in REFUSALS} == SUMMARIES.keys() - {"E0000047"}
