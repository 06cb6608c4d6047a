"""What is shown of a run before somebody agrees to it: what it does as a whole, what is lost, and how many more."""

# ruff: noqa: E501 - questions are quoted whole
import re

import pytest
from inline_snapshot import snapshot
from mcp.types import ElicitResult

ADA, CHLOE, WEI = "ada.byrne@example.com", "chloe.bennett@example.com", "wei.chen@example.com"


@pytest.fixture
async def asked(org_with):
    """Open an org whose client has a person that declines everything; return it with the questions they were asked."""
    messages = []

    async def person(context, params):
        messages.append(params.message)
        return ElicitResult(action="decline")

    async def opened(**settings):
        return await org_with(person=person, settings=settings), messages

    return opened


def people(org, count):
    users = sorted(org.box.org.users.values(), key=lambda one: one.login)
    return [one.login for one in users if one.status == "ACTIVE" and one.login != "admin@example.com"][:count]


async def test_a_long_run_is_told_by_its_effects_its_losses_and_its_first_rows(asked):
    org, messages = await asked(confirm="destructive")
    staged = await org.person_in("STAGED")
    rows = [{"user": login} for login in [*people(org, 11), staged.login]]
    answer = await org.call("run_bulk", tool="deactivate_user", rows=rows)
    assert answer.is_error, answer.text
    (message,) = messages
    lines = message.split("\n")
    assert lines[:7] == snapshot(
        [
            "Run for many: Deactivate user, 12 rows.",
            '- 11: status: "ACTIVE" → "DEPROVISIONED"',
            '- 1: status: "STAGED" → "DEPROVISIONED"',
            "What comes of it:",
            "- 12: The password is destroyed for good.",
            "- 12: Direct app assignments (not counted) end for good; those through groups return on activation.",
            "The first of 12:",
        ]
    )
    assert len([one for one in lines if one.startswith("Deactivate user: ")]) == 10
    assert lines[-2:] == snapshot(["and 2 more of the kinds above.", "Nothing is done before you confirm."])
    assert re.search(r"Direct app assignments end for good: \d", message)
    assert org.changes == []


async def test_a_preview_says_how_many_rows_it_does_not_show(org_with):
    org = await org_with(settings={"confirm": "destructive"})
    rows = [{"user": login} for login in people(org, 54)]
    answer = await org.call("run_bulk", tool="deactivate_user", rows=rows)
    assert "Deactivate user, 54 rows." in answer.text
    assert '- 54: status: "ACTIVE" → "DEPROVISIONED"' in answer.text
    assert "- 54: The password is destroyed for good." in answer.text
    assert "and 44 more of the kinds above." in answer.text


async def test_rows_that_need_no_yes_by_themselves_are_counted(asked):
    org, messages = await asked(confirm="destructive")
    rows = [{"user": ADA, "profile": {"email": "ada.two@example.com"}}, {"user": WEI, "profile": {"title": "Lead"}}]
    await org.call("run_bulk", tool="update_user", rows=rows)
    assert messages == snapshot(
        [
            """\
Run for many: Update user, 2 rows. Rows that need the yes: 1; others, carried out with them: 1.
Update user: "Ada Byrne" (ada.byrne@example.com), ACTIVE. email: "ada.byrne@example.com" → "ada.two@example.com". Links to a new password go to the new address.
Nothing is done before you confirm.\
"""
        ]
    )


async def test_rows_where_it_is_so_already_are_counted_apart(asked):
    org, messages = await asked(confirm="destructive")
    rows = [{"user": one} for one in (ADA, "olivia.grant@example.com")]
    await org.call("run_bulk", tool="deactivate_user", rows=rows)
    assert messages[0].startswith(
        "Run for many: Deactivate user, 2 rows. Rows where it is so already, and nothing is sent: 1."
    )
    assert "Olivia" not in messages[0]


async def test_a_run_of_creations_is_counted_by_mail_groups_and_passwords(asked):
    org, messages = await asked(confirm="writes")
    rows = [
        {"profile": {"firstName": f"Hire{n}", "lastName": "Marlow", "email": f"hire{n}.marlow@example.com"}}
        for n in range(12)
    ]
    rows[0]["password"] = "Corr3ct-canary-9"
    await org.call("run_bulk", tool="create_user", shared={"groups": ["Sales"]}, rows=rows)
    (message,) = messages
    assert message.split("\n")[:7] == snapshot(
        [
            "Run for many: Create user, 12 rows.",
            '- 12: joins the group "Sales"',
            "- 11: new: Okta mails an activation link",
            "- 1: new: ACTIVE at once, can sign in; no mail",
            "- 1: A password is set (not shown)",
            "The first of 12:",
            'Create user: "Hire0 Marlow" (hire0.marlow@example.com). Groups: "Sales". A password is set (not shown). ACTIVE at once, can sign in; no mail.',
        ]
    )
    assert "canary" not in message


@pytest.mark.parametrize(("rows", "told"), [(10, "Suspend user: "), (11, "and 1 more of the kinds above.")])
async def test_ten_rows_are_told_whole(asked, rows, told):
    org, messages = await asked(confirm="writes")
    await org.call("run_bulk", tool="suspend_user", rows=[{"user": login} for login in people(org, rows)])
    (message,) = messages
    assert message.count("Suspend user: ") == 10
    assert told in message
    assert ("more" in message) is (rows > 10)


async def test_a_dry_run_of_many_counts_what_it_would_do(org_with):
    org = await org_with(settings={"dry_run": True})
    rows = [{"user": login} for login in people(org, 12)]
    answer = await org.call("run_bulk", tool="suspend_user", rows=rows)
    assert answer.data["note"] == snapshot("""\
Dry run: nothing was done, and no run was begun.
- 12: status: "ACTIVE" → "SUSPENDED"\
""")
    assert org.changes == []


async def test_a_dry_run_says_where_it_is_so_already(org_with):
    org = await org_with(settings={"dry_run": True})
    rows = [{"user": one} for one in (ADA, "olivia.grant@example.com")]
    answer = await org.call("run_bulk", tool="deactivate_user", rows=rows)
    assert "would: nothing, it is so already" in answer.text
    assert answer.data["failed"] == 0
    assert org.changes == []


async def test_after_a_yes_the_people_of_a_long_run_are_read_anew_by_the_fifty(org_with):
    async def person(context, params):
        return ElicitResult(action="accept", content={"confirm": True})

    org = await org_with(mode="legacy", person=person, settings={"confirm": "writes"})
    rows = [{"user": login} for login in people(org, 12)]
    answer = await org.call("run_bulk", tool="suspend_user", rows=rows)
    assert answer.data["done"] == 12
    # Whom the rows mean, and how they are after the yes; then each just before the write and after it.
    assert org.requests.count("GET /users") == 2
    assert org.requests.count("GET /users/{id}") == 24
