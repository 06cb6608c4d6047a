"""What the present state of a user or group does not allow, told with the way out."""

from dataclasses import replace

import pytest

from okta_mcp.okta import (
    Forbidden,
    NotFound,
    ServerFault,
)

from .explaining import UNCHANGED, ada, answered, group, refused_suspension, told

# What Okta answered, the tool, the status of the person; the first line and the beginning of the next step.
STATES = [
    ("activate_user", "E0000016", "ACTIVE", "works in STAGED, PROVISIONED or", "the user is ACTIVE already"),
    ("activate_user", "E0000038", "SUSPENDED", "works in STAGED, PROVISIONED or", "unsuspend_user restores"),
    ("suspend_user", "E0000001", "STAGED", "works in ACTIVE", "nothing; a user who was never activated"),
    ("suspend_user", "E0000001", "DEPROVISIONED", "works in ACTIVE", "nothing; a deactivated user"),
    ("unsuspend_user", "E0000001", "ACTIVE", "works in SUSPENDED", "the user is ACTIVE already"),
    ("unsuspend_user", "E0000001", "LOCKED_OUT", "works in SUSPENDED", "too many failed sign-ins; reset_password"),
    ("expire_password", "E0000038", "STAGED", "works in ACTIVE or PASSWORD_EXPIRED", "the user was never activated"),
    ("expire_password", "E0000038", "PROVISIONED", "works in ACTIVE or", "the user has yet to use the activation"),
    ("reset_password", "E0000017", "SUSPENDED", "works in ACTIVE, PASSWORD_EXPIRED", "unsuspend_user restores"),
    ("reset_password", "E0000017", "DEPROVISIONED", "works in ACTIVE, PASS", "the user is deactivated; activate_user"),
    ("forgot_password", "E0000034", "RECOVERY", "works in ACTIVE", "a password reset is under way"),
    ("forgot_password", "E0000034", "PASSWORD_EXPIRED", "works in ACTIVE", "the user chooses a new password"),
    ("update_user", "E0000038", "DEPROVISIONED", "works in any status but DEPROVISIONED", "the user is deactivated"),
    ("assign_user_to_group", "E0000038", "DEPROVISIONED", "works in any status but DEPROVISIONED", "the user is"),
]


@pytest.mark.parametrize(("action", "code", "status", "works", "step"), STATES)
def test_a_status_that_does_not_allow_it_is_named_with_the_way_out(action, code, status, works, step):
    error = refused_suspension() if code == "E0000001" else answered(Forbidden, 403, code)
    first, unchanged, following, okta = told(error, action, user=ada(status))
    assert first.startswith(f'"Ada Byrne" (ada.byrne@example.com) is {status}; {action} {works}')
    assert unchanged == UNCHANGED
    assert following.startswith(f"Next: {step}")
    assert okta.startswith(f"Okta: {error.status} {code} ")
    assert okta.endswith("(error id oae1, request req1)")


def test_a_status_that_changed_in_between_is_not_told_as_the_reason():
    first, _, following, _ = told(refused_suspension(), "suspend_user", user=ada("ACTIVE"))
    assert "is ACTIVE; suspend_user works in" not in first
    assert "get_user" in following


def test_a_deactivated_user_who_is_deactivated_again_needs_nothing():
    lines = told(answered(NotFound, 404, "E0000007"), "deactivate_user", user=ada("DEPROVISIONED"))
    assert lines[0] == '"Ada Byrne" (ada.byrne@example.com) is already deactivated.'
    assert lines[2] == "Next: nothing; the user is DEPROVISIONED."


def test_a_user_without_a_way_to_recover_is_told_from_a_wrong_status():
    lines = told(answered(Forbidden, 403, "E0000034"), "forgot_password", user=ada())
    assert lines[0] == "The user has no recovery question or other way to recover the password."
    assert "reset_password" in lines[2]


@pytest.mark.parametrize(
    ("kind", "first", "step"),
    [
        (
            "APP_GROUP",
            '"Sales" is imported from another directory; its members cannot be changed in Okta.',
            "change them in the directory or app it comes from, or choose a group of type OKTA_GROUP.",
        ),
        (
            "BUILT_IN",
            '"Sales" is built into Okta; its members cannot be changed.',
            "choose a group of type OKTA_GROUP.",
        ),
    ],
)
@pytest.mark.parametrize(
    "error", [answered(Forbidden, 403, "E0000006"), answered(ServerFault, 501, "E0000060", maybe_applied=False)]
)
def test_a_group_that_cannot_be_edited_is_the_reason(kind, first, step, error):
    lines = told(error, "assign_user_to_group", user=ada(), group=group(kind))
    assert lines[:3] == [first, UNCHANGED, f"Next: {step}"]


def test_a_group_of_oktas_own_is_not_taken_for_the_reason():
    lines = told(answered(Forbidden, 403, "E0000006"), "assign_user_to_group", user=ada(), group=group())
    assert lines[0].startswith("The credentials of this server may not do this")


def test_without_a_known_user_the_status_is_left_open():
    lines = told(answered(Forbidden, 403, "E0000038"), "update_user")
    assert lines[0].startswith("The user's status does not allow this; it works in any status but DEPROVISIONED")


# What checks the password, whether Okta has one, the tool, how Okta refuses; the first line and the next step.
NOT_AT_OKTA = [
    (
        {"provider": {"type": "ACTIVE_DIRECTORY", "name": "corp.example.com"}},
        "expire_password",
        "E0000038",
        (
            'The password of "Ada Byrne" (ada.byrne@example.com) is kept in Active Directory "corp.example.com", '
            "not at Okta."
        ),
        "have it changed in that directory.",
    ),
    (
        {"provider": {"type": "LDAP", "name": "LDAP"}},
        "reset_password",
        "E0000023",
        'The password of "Ada Byrne" (ada.byrne@example.com) is kept in an LDAP directory, not at Okta.',
        "have it changed in that directory.",
    ),
    (
        {"provider": {"type": "FEDERATION", "name": "FEDERATION"}},
        "forgot_password",
        "E0000034",
        (
            '"Ada Byrne" (ada.byrne@example.com) signs in through another identity provider (FEDERATION) and has '
            "no password "
            "at Okta."
        ),
        "have the password changed at that provider; reset_password makes it a sign-in by a password at Okta.",
    ),
    (
        {"provider": {"type": "SOCIAL", "name": "GOOGLE"}},
        "reset_password",
        "E0000017",
        (
            '"Ada Byrne" (ada.byrne@example.com) signs in through another identity provider (SOCIAL "GOOGLE") '
            "and has no "
            "password at Okta."
        ),
        "have the password changed at that provider.",
    ),
    (
        {"provider": {"type": "OKTA", "name": "OKTA"}},
        "expire_password",
        "E0000038",
        '"Ada Byrne" (ada.byrne@example.com) has no password at Okta.',
        "there is nothing to expire; reset_password sends a link to choose one.",
    ),
    (
        {"provider": {"type": "OKTA", "name": "OKTA"}},
        "forgot_password",
        "E0000034",
        '"Ada Byrne" (ada.byrne@example.com) has no password at Okta.',
        "reset_password sends a link to choose one.",
    ),
    (
        {"provider": {"type": "OKTA", "name": "OKTA"}, "password": {}},
        "forgot_password",
        "E0000034",
        "The user has no recovery question or other way to recover the password.",
        "reset_password sends a link all the same; update_user sets a `recoveryQuestion`.",
    ),
]


@pytest.mark.parametrize(("credentials", "action", "code", "first", "step"), NOT_AT_OKTA)
def test_a_password_that_is_not_at_okta_is_told_with_where_it_is(credentials, action, code, first, step):
    user = replace(ada(), credentials=credentials)
    lines = told(answered(Forbidden, 403, code), action, user=user)
    assert lines[:3] == [first, UNCHANGED, f"Next: {step}"]


def test_a_status_that_does_not_allow_it_comes_before_where_the_password_is():
    user = replace(ada("SUSPENDED"), credentials={"provider": {"type": "LDAP", "name": "LDAP"}})
    assert "is SUSPENDED" in told(answered(Forbidden, 403, "E0000038"), "expire_password", user=user)[0]


def test_an_update_speaks_of_the_password_only_where_it_sets_one():
    user = replace(ada(), credentials={"provider": {"type": "LDAP", "name": "LDAP"}})
    refused = answered(Forbidden, 403, "E0000023")
    assert "is mastered in another system" in told(refused, "update_user", {"profile": {}}, user=user)[0]
    assert "is kept in an LDAP directory" in told(refused, "update_user", {"password": "x"}, user=user)[0]
