"""What is told of a user before somebody agrees to the creation."""

# ruff: noqa: E501 - questions are quoted whole
import re

import pytest
from inline_snapshot import snapshot
from mcp.types import ElicitResult

NEW = {"profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}}
CANARY = "Corr3ct/canary+9Corr3ct/canary+9Corr3ct/caA="  # as well formed as the digest of a hash has to be
ARRIVALS = {
    "by mail": (
        {},
        snapshot("""\
Create user: "Nora Quist" (nora.quist@example.com). Okta mails an activation link to "nora.quist@example.com".
Nothing is done before you confirm.\
"""),
    ),
    "with much": (
        {
            "profile": {
                **NEW["profile"],
                "login": "nq@example.com",
                "title": "Lead",
                "department": "Sales",
                "managerId": "Ada Byrne",
            },
            "groups": ["Sales", "VPN Users"],
            "password": CANARY,
            "recoveryQuestion": {"question": "Which?", "answer": CANARY},
        },
        snapshot("""\
Create user: "Nora Quist" (nq@example.com). email: "nora.quist@example.com"; title: "Lead"; department: "Sales"; managerId: "Ada Byrne" (ada.byrne@example.com); manager: "Ada Byrne". Groups: "Sales", "VPN Users". A password is set (not shown). A recovery question is set, with its answer (not shown). ACTIVE at once, can sign in; no mail.
Nothing is done before you confirm.\
"""),
    ),
    "staged": (
        {"activate": False},
        snapshot("""\
Create user: "Nora Quist" (nora.quist@example.com). Not activated: STAGED, cannot sign in yet; no mail.
Nothing is done before you confirm.\
"""),
    ),
    "with a password to be changed": (
        {"password": CANARY, "nextLogin": "changePassword"},
        snapshot("""\
Create user: "Nora Quist" (nora.quist@example.com). A password is set (not shown). Can sign in at once, and has to change the password then; no mail.
Nothing is done before you confirm.\
"""),
    ),
    "from elsewhere": (
        {"provider": {"type": "FEDERATION"}},
        snapshot("""\
Create user: "Nora Quist" (nora.quist@example.com). ACTIVE at once, signs in by FEDERATION; no mail.
Nothing is done before you confirm.\
"""),
    ),
    "with a hash": (
        {"passwordHash": {"algorithm": "SHA-256", "value": CANARY}, "groups": ["Sales"], "activate": False},
        snapshot("""\
Create user: "Nora Quist" (nora.quist@example.com). Groups: "Sales". A password is set, as another system hashed it (not shown). Not activated: STAGED, cannot sign in yet; no mail.
Nothing is done before you confirm.\
"""),
    ),
}


@pytest.mark.parametrize(("more", "told"), ARRIVALS.values(), ids=ARRIVALS)
async def test_who_is_to_be_created_is_told_with_everything_but_the_secrets(served, more, told):
    forms = []

    async def person(context, params):
        forms.append(params)
        return ElicitResult(action="decline")

    front = await served(person=person, confirm="writes")
    await front.client.call_tool("create_user", {**NEW, **more})
    (form,) = forms
    assert re.sub(r"00u\w+", "<id>", form.message) == told
    for settings in ({"confirm": "writes"}, {"dry_run": True}):
        front = await served(**settings)
        result = await front.client.call_tool("create_user", {**NEW, **more})
        story = form.message.removesuffix("\nNothing is done before you confirm.")
        assert re.sub(r"00u\w+", "<id>", story) in re.sub(r"00u\w+", "<id>", result.content[0].text)
        assert CANARY not in result.content[0].text + form.message + str(result.structured_content)
        assert [one for one in front.asked if not one.startswith("GET ")] == []
