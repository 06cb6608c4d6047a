"""What each call costs in Okta requests: the page that says so is written here, and every line of it is a test."""

import os
from pathlib import Path

import pytest

from okta_mcp.actions import ACTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "requests.md"
ADA, TESS, FELIX = "ada.byrne@example.com", "tess.vandermeer@example.com", "felix.hartmann@example.com"
NORA = {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}
KEY, NAME = "GET /users/{login}", ["GET /users?search", "GET /users/{id}"]
GROUP, STATE, GROUPS = "GET /groups?search", "GET /users/{id}", "GET /users/{id}/groups"
APPS = "GET /apps"


def lifecycle(operation):
    return f"POST /users/{{id}}/lifecycle/{operation}"


# The call in words, the tool, its arguments, and its requests in their order.
CALLS = [
    ("a person by login", "get_user", {"user": ADA}, [KEY]),
    ("a person by name", "get_user", {"user": "Ada Byrne"}, NAME),
    ("a page of people", "list_users", {"search": 'profile.department eq "Sales"'}, ["GET /users?search"]),
    ("a new person", "create_user", {"profile": NORA}, ["POST /users"]),
    ("with groups", "create_user", {"profile": NORA, "groups": ["Sales", "Contractors"]}, [GROUP, "POST /users"]),
    (
        "with a manager by name, the first in ten minutes",
        "create_user",
        {"profile": {**NORA, "managerId": "Ada Byrne"}},
        ["GET /users?search", "GET /users?search", *NAME, "POST /users"],
    ),
    ("an attribute", "update_user", {"user": ADA, "profile": {"title": "Pilot"}}, [KEY, "POST /users/{id}"]),
    (
        "one of the org's own, the first in five minutes",
        "update_user",
        {"user": ADA, "profile": {"badgeNumber": 7}},
        [KEY, "GET /meta/schemas/user/{id}", "POST /users/{id}"],
    ),
    ("", "activate_user", {"user": TESS}, [KEY, lifecycle("activate"), STATE]),
    (
        "another link in place of a lost one",
        "activate_user",
        {"user": "hugo.ferreira@example.com"},
        [KEY, lifecycle("reactivate"), STATE],
    ),
    ("", "deactivate_user", {"user": ADA}, [KEY, lifecycle("deactivate"), STATE]),
    ("", "suspend_user", {"user": ADA}, [KEY, lifecycle("suspend"), STATE]),
    ("", "unsuspend_user", {"user": "SUSPENDED"}, [KEY, lifecycle("unsuspend"), STATE]),
    ("", "expire_password", {"user": ADA}, [KEY, lifecycle("expire_password")]),
    (
        "with a temporary password",
        "expire_password",
        {"user": ADA, "temporaryPassword": True},
        [KEY, lifecycle("expire_password_with_temp_password"), STATE],
    ),
    ("", "reset_password", {"user": FELIX, "sendEmail": True}, [KEY, lifecycle("reset_password"), STATE]),
    ("", "forgot_password", {"user": "RECOVERABLE"}, [KEY, "POST /users/{id}/credentials/forgot_password"]),
    ("", "list_user_groups", {"user": ADA}, [KEY, GROUPS]),
    ("", "list_user_applications", {"user": ADA}, [KEY, APPS]),
    ("", "list_groups", {"search": 'type eq "OKTA_GROUP"'}, [GROUP]),
    ("", "list_group_users", {"group": "Sales"}, [GROUP, "GET /groups/{id}/users"]),
    (
        "",
        "assign_user_to_group",
        {"user": ADA, "group": "Contractors"},
        [KEY, GROUP, GROUPS, "PUT /groups/{id}/users/{id}"],
    ),
    (
        "",
        "remove_user_from_group",
        {"user": ADA, "group": "Sales"},
        [KEY, GROUP, GROUPS, "DELETE /groups/{id}/users/{id}"],
    ),
    ("", "get_system_log_events", {}, ["GET /logs"]),
    ("", "find_user", {"query": "Ada in Sales"}, ["GET /users?search"]),
    ("", "find_group", {"query": "Sales"}, ["GET /groups?search"]),
    (
        "for two people",
        "run_bulk",
        {
            "tool": "assign_user_to_group",
            "shared": {"group": "Contractors"},
            "rows": [{"user": ADA}, {"user": TESS}],
        },
        [GROUP, "GET /users?search", *[STATE, GROUPS, "PUT /groups/{id}/users/{id}"] * 2],
    ),
    ("", "get_bulk_run", {}, []),
]


def shown(org):
    """Return the requests as the page has them."""
    told = []
    for request, entry in zip(org.requests, org.sent, strict=True):
        line = request if "@" not in request else f"GET /users/{{login}}{request.partition('@')[2].partition('/')[2]}"
        told.append(f"{line}?search" if "search=" in entry.query else line)
    return told


@pytest.mark.parametrize(
    ("words", "tool", "arguments", "requests"), CALLS, ids=[f"{c[1]} {c[0]}".strip() for c in CALLS]
)
async def test_a_call_makes_these_requests_and_no_more(org_with, words, tool, arguments, requests):
    org = await org_with(settings={"confirm": "never"})
    if arguments.get("user") in {"SUSPENDED", "RECOVERABLE"}:
        await org.person_in("SUSPENDED" if arguments["user"] == "SUSPENDED" else "ACTIVE")
        arguments = {"user": "robin.vale@example.com"}
    answer = await org.send(tool, arguments)
    assert not answer.is_error, answer.text
    # What is asked together may come in either order.
    assert sorted(shown(org)) == sorted(requests)


@pytest.mark.parametrize("user", [ADA, "Ada Byrne"])
async def test_a_name_said_again_is_not_looked_for_again(org, user):
    await org.call("get_user", user=user)
    await org.call("get_user", user=user)
    assert len(org.sent) == 1


HEAD = """# Okta requests, call by call

Okta's rate limits are what a team runs out of, so what a call costs is part of its contract. This page is written by
`tests/actions/test_request_counts.py` (`UPDATE_TABLES=1`), and every line of it is a test there. The person is named
by login unless said otherwise; a name costs one request more, and a name said again within a minute no search. A write
reads the person first, because what it may do depends on the status, and again where Okta answers a change with
nothing, to tell the status there is now.

| Tool | Call | Requests | Which |
|---|---|---|---|
"""


def written():
    lines = [
        f"| `{tool}` | {words} | {len(requests)} | {', '.join(f'`{one}`' for one in requests)} |"
        for words, tool, _, requests in CALLS
    ]
    return HEAD + "\n".join(lines) + "\n"


def test_the_page_about_requests_is_current():
    if os.environ.get("UPDATE_TABLES") == "1":
        PAGE.write_text(written(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written()


def test_every_tool_is_on_the_page():
    assert {tool for _, tool, _, _ in CALLS} == {action.name for action in ACTIONS}
