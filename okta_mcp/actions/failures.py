"""Why an action failed, told to the reader: what happened, what Okta said, and what to do next."""

import math
import re
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import ArgumentError, arguments_of
from okta_mcp.actions.confirmation import Declined
from okta_mcp.actions.picking import NotPicked
from okta_mcp.actions.refusals import meaning
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.states import Explanation, Failed, Named, gone, uneditable
from okta_mcp.directory import GroupName, Person, Unresolved
from okta_mcp.guard import Refused, neutral_text, quoted
from okta_mcp.okta import (
    Conflict,
    ConnectionLost,
    CredentialsRefused,
    Forbidden,
    Group,
    InvalidRequest,
    LimitReached,
    NotFound,
    OktaApiError,
    OktaError,
    OktaTimeout,
    OktaUnreachable,
    PoolBusy,
    RateLimited,
    ServerFault,
    Unauthorized,
    UnsafePath,
    User,
)
from okta_mcp.okta.credentials import SignInNeeded

_NARROWER = {
    "list_users": "with a narrower `search` (eq or sw instead of co, one condition more) or a smaller `limit`",
    "list_groups": "with a narrower `search`, without `expand`, or with a smaller `limit`",
    "get_system_log_events": "with `since` and `until` closer together, a narrower `filter`, or a smaller `limit`",
    "list_group_users": "with a smaller `limit`",
    "list_user_applications": "with a smaller `limit`",
    "find_user": "for a login, an email or a full name",
    "find_group": "for the whole name",
}
"""How to ask for less. Okta gives up on what takes it too long, after half a minute, with an internal error."""

_SENT_AS = {"Realm": "realmId", "UserType": "userTypeId", "UserGroup": "groups"}
"""The arguments that hold ids of what Okta calls so in a 404."""

_KIND = re.compile(r"\((\w{1,60})\)\s*$")


def explain(error: Exception, action: Action, named: Named, given: Mapping[str, Any] | None = None) -> str:
    """Return the text of a failed call.

    Args:
        error: what was raised: ArgumentError, Unresolved, NotPicked, Declined, Refused or OktaError.
        action: what was asked for.
        named: the objects that were already resolved.
        given: the arguments as the client sent them, where they are at hand.
    """
    if isinstance(error, ArgumentError):
        return f"{action.name} was not called: {error}{'' if str(error).endswith('?') else '.'}"
    if isinstance(error, Unresolved):
        references = arguments_of(action).references.items()
        return error.explain(next((to_camel(name) for name, one in references if one.kind == error.kind), error.kind))
    if isinstance(error, NotPicked):
        return _not_picked(error, action)
    if isinstance(error, Declined):
        return _declined(error, action)
    if isinstance(error, Refused):
        return f"{error.reason}.\nNext: {error.remedy}"
    told = _okta(error, Failed(action, named, _published(given or {}, action)))
    in_doubt = action.writes and isinstance(error, OktaError) and error.maybe_applied
    lines = [told.happened]
    if action.writes:
        lines.append("It is not known whether the change was made." if in_doubt else "Nothing was changed.")
    lines.append(f"Next: {_verification(action) if in_doubt else told.next_step}")
    if isinstance(error, OktaApiError):
        lines.append(_quote(error))
    return "\n".join(lines)


def _not_picked(error: NotPicked, action: Action) -> str:
    kind, said = error.question.kind, quoted(error.question.said)
    if error.how == "strange":
        return (
            f"The answer to which {kind} is meant by {said} is not one of those offered. Nothing was done.\n"
            f"Next: call {action.name} again and choose from the list, or send the id."
        )
    did = "declined to choose" if error.how == "decline" else "closed the question without choosing"
    return (
        f"The person was asked which {kind} is meant by {said} and {did}. Nothing was done.\n"
        f"Next: leave it at that, unless the person names the {kind} more precisely."
    )


def _declined(error: Declined, action: Action) -> str:
    if error.how == "strange":
        return (
            f"The person was asked whether to go on, and the answer is neither yes nor no. Nothing was done.\n"
            f"Next: call {action.name} again, and let the person check the box or decline."
        )
    did = "declined" if error.how == "decline" else "closed the question without an answer"
    return (
        f"The person was asked whether to go on and {did}. Nothing was done.\n"
        "Next: leave it at that, unless the person asks for it anew."
    )


def _quote(error: OktaApiError) -> str:
    ids = [f"{name} {value}" for name, value in (("error id", error.error_id), ("request", error.request_id)) if value]
    behind = f" ({neutral_text(', '.join(ids), limit=200) or 'no ids'})"
    said = "; ".join([error.summary, *error.causes])
    # The ids come last and are what support asks for: long causes must not push them out.
    before = neutral_text(
        " ".join(filter(None, ["Okta:", str(error.status), error.code, said])), limit=1500 - len(behind)
    )
    return before + behind


def _published(given: Mapping[str, Any], action: Action) -> Mapping[str, Any]:
    try:
        return respell(given, arguments_of(action))
    except ArgumentError:
        return {}


@singledispatch
def _okta(error: Exception, failed: Failed) -> Explanation:
    message = error.message if isinstance(error, OktaError) else type(error).__name__
    return Explanation(message, "the operator should run `okta-mcp check` and look at OKTA_ORG_URL.")


@_okta.register
def _unreachable(error: OktaUnreachable, failed: Failed) -> Explanation:
    return Explanation(error.message, "try again shortly; if it stays so, the operator runs `okta-mcp check`.")


@_okta.register(OktaTimeout)
@_okta.register(ConnectionLost)
def _cut(error: OktaTimeout | ConnectionLost, failed: Failed) -> Explanation:
    narrower = _NARROWER.get(failed.action.name)
    if narrower is None or isinstance(error, PoolBusy | ConnectionLost):
        return Explanation(error.message, "try again.")
    return Explanation(error.message, f"ask {narrower}.")


@_okta.register
def _unsendable(error: UnsafePath, failed: Failed) -> Explanation:
    return Explanation(error.message, "call again with a shorter or plainer value.")


@_okta.register
def _busy(error: Conflict, failed: Failed) -> Explanation:
    return meaning(error, failed) or Explanation(
        "Okta is still busy with another change of the same object.", "try again in a minute."
    )


@_okta.register
def _fault(error: ServerFault, failed: Failed) -> Explanation:
    if (told := meaning(error, failed) if error.status != 500 else None) is not None:
        return told
    if error.status in (503, 504):
        return Explanation("Okta is not available at the moment.", "try again in a minute.")
    if (narrower := _NARROWER.get(failed.action.name)) is not None:
        return Explanation(
            "Okta had an internal error, as it has when something takes it too long.",
            f"ask {narrower}; if it stays, quote the request id to Okta.",
        )
    return Explanation(
        "Okta had an internal error.", "try again in a minute; quote the request id to Okta if it stays."
    )


@_okta.register
def _limited(error: RateLimited, failed: Failed) -> Explanation:
    return _too_many("simultaneous requests" if error.concurrency else "requests per minute", error.wait_seconds)


@_okta.register
def _not_sent(error: LimitReached, failed: Failed) -> Explanation:
    return _too_many("requests per minute", error.wait_seconds)


def _too_many(limit: str, seconds: float) -> Explanation:
    return Explanation(f"Okta's limit on {limit} is used up.", f"try again in {max(1, math.ceil(seconds))} seconds.")


@_okta.register
def _unauthorized(error: Unauthorized, failed: Failed) -> Explanation:
    return meaning(error, failed) or Explanation(
        "Okta does not accept this server's credentials.", "the operator runs `okta-mcp check`."
    )


@_okta.register
def _signed_out(error: SignInNeeded, failed: Failed) -> Explanation:
    address, code = neutral_text(error.invitation.address), neutral_text(error.invitation.user_code)
    return Explanation(
        "Nobody is signed in to Okta for this server.", f"open {address}, enter the code {code}, and call again."
    )


@_okta.register
def _refused_credentials(error: CredentialsRefused, failed: Failed) -> Explanation:
    return Explanation(f"Okta gives this server no access token ({error.code}).", f"the operator: {error.advice}.")


@_okta.register
def _missing(error: NotFound, failed: Failed) -> Explanation:
    if (told := meaning(error, failed)) is not None:
        return told
    user = failed.named.get("user")
    if failed.action.name == "deactivate_user" and isinstance(user, User) and user.status == "DEPROVISIONED":
        return gone(user)
    if (lost := _lost(error, failed.named)) is not None:
        label, kind = (Person.of(lost).label, "user") if isinstance(lost, User) else (GroupName.of(lost).label, "group")
        return Explanation(
            f"Okta no longer finds {label}, though it did a moment ago: deleted meanwhile, or so new that not all of "
            "Okta knows of it.",
            f"wait ten seconds and call again; if it stays, find_{kind} tells whether the {kind} is there.",
        )
    kind = match[1] if (match := _KIND.search(error.summary)) else ""
    if (argument := _SENT_AS.get(kind)) in arguments_of(failed.action).names:
        return Explanation(f"Okta knows no {kind} with an id that was sent.", f"send another `{argument}`.")
    return Explanation(
        "Okta does not find it (any more), or these credentials may not see it.", "look it up again by name."
    )


def _lost(error: NotFound, named: Named) -> User | Group | None:
    """Return the object of a call that Okta had a moment ago and now says it has not."""
    things = [
        one
        for value in named.values()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, User | Group)
    ]
    meant = [one for one in things if one.id and one.id in error.summary]
    return next(iter(meant or (things if len(things) == 1 else [])), None)


@_okta.register
def _forbidden(error: Forbidden, failed: Failed) -> Explanation:
    if (told := meaning(error, failed)) is not None:
        return told
    scopes = failed.action.needs
    if error.code == "insufficient_scope":
        return Explanation(
            f"This server's app was not granted a scope that this needs ({scopes}).",
            "the operator grants it in the Admin Console (Applications, the app, Okta API Scopes).",
        )
    if error.code not in ("", "E0000006"):
        return Explanation("Okta does not allow this.", "act on the reason that stands below.")
    return uneditable(failed.named) or Explanation(
        f"The credentials of this server may not do this ({scopes}).",
        "the operator gives the token's admin the role for it; `okta-mcp check` shows what is allowed."
        + (
            " Only a super administrator changes other administrators."
            if failed.action.writes and failed.action.toolset == "users"
            else ""
        ),
    )


@_okta.register
def _invalid(error: InvalidRequest, failed: Failed) -> Explanation:
    return meaning(error, failed) or Explanation(
        "Okta does not accept a value.", "mend what the causes below name, then call again."
    )


def _verification(action: Action) -> str:
    if action.name == "create_user":
        return "look with get_user for the login before creating the user again."
    if action.name == "forgot_password":
        return "look with get_system_log_events whether it was started; to start it again does no harm."
    if action.toolset == "groups":
        return "look with list_user_groups before trying again."
    return "look with get_user before trying again."
