"""Why an action failed, told to the reader: what happened, what Okta said, and what to do next."""

import math
from functools import singledispatch

from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import ArgumentError, arguments_of
from okta_mcp.actions.confirmation import Declined
from okta_mcp.actions.picking import NotPicked
from okta_mcp.actions.states import Explanation, Named, gone, no_recovery, uneditable, wrong_state
from okta_mcp.directory import Unresolved
from okta_mcp.guard import Refused, neutral_text, quoted
from okta_mcp.okta import (
    Conflict,
    ConnectionLost,
    CredentialsRefused,
    Forbidden,
    InvalidRequest,
    LimitReached,
    NotFound,
    OktaApiError,
    OktaError,
    OktaTimeout,
    OktaUnreachable,
    RateLimited,
    ServerFault,
    Unauthorized,
    UnsafePath,
    User,
)
from okta_mcp.okta.credentials import SignInNeeded

_STATE_CODES = frozenset({"E0000016", "E0000017", "E0000032", "E0000035", "E0000036", "E0000038"})

_EXAMPLES = {
    "list_users": 'attributes as profile.department, e.g. status eq "ACTIVE" and profile.department eq "Sales"; '
    "operators eq sw gt ge lt le pr, and co on names, login and email",
    "list_groups": 'e.g. type eq "OKTA_GROUP" and profile.name sw "Sales"; operators eq sw gt ge lt le, and co on '
    "profile.name and profile.description",
    "get_system_log_events": 'e.g. eventType eq "user.session.start" and outcome.result eq "FAILURE"; operators '
    "eq ne sw ew co gt ge lt le pr, and not ( )",
}
"""What an expression of each list looks like. Okta API, "Filter" and "Search"."""


def explain(error: Exception, action: Action, named: Named) -> str:
    """Return the text of a failed call.

    Args:
        error: what was raised: ArgumentError, Unresolved, NotPicked, Declined, Refused or OktaError.
        action: what was asked for.
        named: the objects that were already resolved.
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
    told = _okta(error, action, named)
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


@singledispatch
def _okta(error: Exception, action: Action, named: Named) -> Explanation:
    message = error.message if isinstance(error, OktaError) else type(error).__name__
    return Explanation(message, "the operator should run `okta-mcp check` and look at OKTA_ORG_URL.")


@_okta.register
def _unreachable(error: OktaUnreachable, action: Action, named: Named) -> Explanation:
    return Explanation(error.message, "try again shortly; if it stays so, the operator runs `okta-mcp check`.")


@_okta.register(OktaTimeout)
@_okta.register(ConnectionLost)
def _cut(error: OktaTimeout | ConnectionLost, action: Action, named: Named) -> Explanation:
    return Explanation(error.message, "try again.")


@_okta.register
def _unsendable(error: UnsafePath, action: Action, named: Named) -> Explanation:
    return Explanation(error.message, "call again with a shorter or plainer value.")


@_okta.register
def _busy(error: Conflict, action: Action, named: Named) -> Explanation:
    return Explanation("Okta is still busy with another change of the same object.", "try again in a minute.")


@_okta.register
def _fault(error: ServerFault, action: Action, named: Named) -> Explanation:
    if error.code == "E0000060":
        return uneditable(named) or Explanation("Okta does not support this.", "leave it.")
    return Explanation(
        "Okta had an internal error.", "try again in a minute; quote the request id to Okta if it stays."
    )


@_okta.register
def _limited(error: RateLimited, action: Action, named: Named) -> Explanation:
    return _too_many("simultaneous requests" if error.concurrency else "requests per minute", error.wait_seconds)


@_okta.register
def _not_sent(error: LimitReached, action: Action, named: Named) -> Explanation:
    return _too_many("requests per minute", error.wait_seconds)


def _too_many(limit: str, seconds: float) -> Explanation:
    return Explanation(f"Okta's limit on {limit} is used up.", f"try again in {max(1, math.ceil(seconds))} seconds.")


@_okta.register
def _unauthorized(error: Unauthorized, action: Action, named: Named) -> Explanation:
    if error.code == "E0000015":
        return Explanation("This feature is not switched on in the org.", "leave the argument out that asks for it.")
    if error.code in {"invalid_token", "use_dpop_nonce", "invalid_dpop_proof"}:
        return Explanation(
            "Okta does not accept this server's access token, nor a new one.",
            "the operator checks that the app is active and looks into Okta's System Log; `okta-mcp check` says more.",
        )
    return Explanation(
        "Okta does not accept this server's API token: it is wrong, expired or revoked.",
        "the operator makes a new token in the Admin Console (Security, API, Tokens), sets OKTA_API_TOKEN and "
        "runs `okta-mcp check`.",
    )


@_okta.register
def _signed_out(error: SignInNeeded, action: Action, named: Named) -> Explanation:
    address, code = neutral_text(error.invitation.address), neutral_text(error.invitation.user_code)
    return Explanation(
        "Nobody is signed in to Okta for this server.", f"open {address}, enter the code {code}, and call again."
    )


@_okta.register
def _refused_credentials(error: CredentialsRefused, action: Action, named: Named) -> Explanation:
    return Explanation(f"Okta gives this server no access token ({error.code}).", f"the operator: {error.advice}.")


@_okta.register
def _missing(error: NotFound, action: Action, named: Named) -> Explanation:
    user = named.get("user")
    if action.name == "deactivate_user" and isinstance(user, User) and user.status == "DEPROVISIONED":
        return gone(user)
    return Explanation(
        "Okta does not find it (any more), or these credentials may not see it.", "look it up again by name."
    )


@_okta.register
def _forbidden(error: Forbidden, action: Action, named: Named) -> Explanation:
    if error.code == "E0000034":
        return no_recovery(action, named)
    if error.code in _STATE_CODES:
        return wrong_state(action, named)
    if error.code == "insufficient_scope":
        return Explanation(
            f"This server's app was not granted a scope that this needs ({action.needs}).",
            "the operator grants it in the Admin Console (Applications, the app, Okta API Scopes).",
        )
    if error.code == "E0000023":
        return Explanation(
            "This user's profile is mastered in another system.",
            "make the change there (Active Directory, HR).",
        )
    if error.code in {"E0000077", "E0000078", "E0000111"}:
        return Explanation(error.summary, "leave this attribute as it is.")
    if error.code in {"E0000014", "E0000080"}:
        return Explanation("Okta does not accept this password.", "choose one that meets the policy quoted below.")
    return uneditable(named) or Explanation(
        f"The credentials of this server may not do this ({action.needs}).",
        "the operator gives the token's admin the role for it; `okta-mcp check` shows what is allowed.",
    )


@_okta.register
def _invalid(error: InvalidRequest, action: Action, named: Named) -> Explanation:
    said = " ".join([error.summary, *error.causes])
    if "suspendUser" in error.summary:
        return wrong_state(action, named)
    if "after" in arguments_of(action).names and ("Invalid cursor." in error.causes or error.code == "E0000029"):
        return Explanation("Okta does not know this cursor.", "start again without `after`.")
    if "180 days" in said:
        return Explanation(
            "`since` lies too far back: Okta takes at most 180 days, and keeps events for 90.", "send a later `since`."
        )
    if error.code in {"E0000031", "E0000053"}:
        few = "; `filter` knows few attributes, `search` all" if action.name == "list_users" else ""
        example = _EXAMPLES.get(action.name, "mend the expression")
        return Explanation("Okta does not understand the expression.", f"values in double quotes, {example}{few}.")
    if "already exists" in said:
        return Explanation(
            "A user with this login exists already; deactivated users keep theirs.",
            "get_user shows who it is; choose another login, or work with that user.",
        )
    if "not defined in profile" in said:
        return Explanation("The org's schema has no such attribute.", "use an attribute that other users have.")
    if "assword requirements" in said:
        return Explanation("The password is too weak.", "choose one that meets the policy quoted below.")
    if "date format" in said or error.code == "E0000030":
        return Explanation("Okta cannot read a date.", "send ISO 8601 with a zone, such as 2026-01-31T09:00:00Z.")
    return Explanation("Okta does not accept a value.", "mend what the causes below name, then call again.")


def _verification(action: Action) -> str:
    if action.name == "create_user":
        return "look with get_user for the login before creating the user again."
    if action.name == "forgot_password":
        return "look with get_system_log_events whether it was started; to start it again does no harm."
    if action.toolset == "groups":
        return "look with list_user_groups before trying again."
    return "look with get_user before trying again."
