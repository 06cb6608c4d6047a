"""Answers that would hold a secret: a one-time link, a temporary password."""

from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Action
from okta_mcp.guard import Refused

HANDED_OUT: Mapping[tuple[str, str], bool] = {
    ("activate_user", "send_email"): False,
    ("reset_password", "send_email"): False,
    ("forgot_password", "send_email"): False,
    ("expire_password", "temporary_password"): True,
}
"""Arguments, by tool, that ask for a link or a temporary password in the answer, and the value that does."""


def require_withheld(action: Action, values: Mapping[str, Any]) -> None:
    """Stop a call whose answer would hold a secret.

    It is stopped before anything is done: a temporary password that is set and shown to nobody locks somebody out.

    Args:
        action: what was called.
        values: its checked arguments, by parameter.

    Raises:
        Refused: saying how the person gets it otherwise.
    """
    for (name, argument), asks in HANDED_OUT.items():
        if name == action.name and values.get(argument) is asks:
            what = "temporary password" if argument == "temporary_password" else "one-time link"
            mail = "Okta mails the person a link"
            raise Refused(
                f"{name} was not called: with `{to_camel(argument)}` {str(asks).lower()} the answer would hold a "
                f"{what}, and this server shows none (OKTA_MCP_WITHHOLD_SECRETS); nothing was changed",
                f"call it with `sendEmail` true: {mail}."
                if argument == "send_email"
                else f"call reset_password with `sendEmail` true: {mail} to choose a new password.",
            )
