"""A server that shows no one-time link and no temporary password."""

import pytest

HANNAH = "hannah.cole@example.com"
WITHHOLDING = {"withhold_secrets": True}


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("reset_password", {"sendEmail": False}),
        ("forgot_password", {"sendEmail": False}),
        ("activate_user", {"sendEmail": False}),
        ("expire_password", {"temporaryPassword": True}),
    ],
)
async def test_a_call_that_asks_for_a_secret_is_refused_before_anything_is_done(org_with, tool, arguments):
    org = await org_with(settings=WITHHOLDING)
    answer = await org.call(tool, user=HANNAH, **arguments)
    assert answer.is_error
    assert "`sendEmail` true" in answer.text
    assert "nothing was changed" in answer.text
    assert org.requests == []


@pytest.mark.parametrize(
    ("tool", "arguments"), [("reset_password", {"sendEmail": True}), ("forgot_password", {}), ("expire_password", {})]
)
async def test_a_call_that_asks_for_none_is_done(org_with, tool, arguments):
    org = await org_with(settings=WITHHOLDING)
    assert not (await org.call(tool, user=HANNAH, **arguments)).is_error
    assert len(org.changes) == 1


async def test_without_the_option_the_link_is_shown_to_whoever_asks_for_it(org_with):
    org = await org_with()
    answer = await org.call("reset_password", user=HANNAH, sendEmail=False)
    assert answer.data["resetPasswordLink"] in answer.text
