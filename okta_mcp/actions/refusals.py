"""What the codes of Okta's errors mean to whoever called a tool.

Source: Okta Management API, "Error codes".
"""

import difflib
import re
from collections.abc import Callable, Mapping

from okta_mcp.actions.arguments import arguments_of
from okta_mcp.actions.misreading import misread
from okta_mcp.actions.profile import ATTRIBUTES
from okta_mcp.actions.states import (
    Explanation,
    Failed,
    no_recovery,
    not_at_okta,
    password_elsewhere,
    uneditable,
    wrong_state,
)
from okta_mcp.guard import neutral_text, quoted
from okta_mcp.okta import OktaApiError, User

_Meaning = Callable[[OktaApiError, Failed], Explanation | None]

_FIELD = re.compile(r"([A-Za-z_]\w{0,99}): ")
_TAKEN = re.compile(r"([A-Za-z_]\w{0,99}): An object with this field already exists")
_UNDEFINED = re.compile(r"Property name '([^']{1,100})' is not defined in profile")
_FIXED = re.compile(r"modify the (\S{1,100}) attribute because it is (read-only|immutable)")
_MOST_NAMED = 5
_OURS = {"type": "userTypeId", "question": "recoveryQuestion", "answer": "recoveryQuestion"}
"""The arguments that stand for what Okta's body calls so."""

TAKEN = "An object with this field already exists"
"""What Okta says of a value that must be unique and is taken."""


def meaning(error: OktaApiError, failed: Failed) -> Explanation | None:
    """Return what an error of Okta's means, as far as its code tells; None where it does not.

    Args:
        error: the answer.
        failed: the call that it answers.
    """
    told = _MEANINGS.get(error.code)
    return told(error, failed) if callable(told) else told


def _state(_error: OktaApiError, failed: Failed) -> Explanation:
    return not_at_okta(failed) or wrong_state(failed)


def _recovery(_error: OktaApiError, failed: Failed) -> Explanation:
    return no_recovery(failed)


def _expression(error: OktaApiError, failed: Failed) -> Explanation | None:
    if "180 days" in error.summary:
        return Explanation(
            "`since` lies too far back: Okta takes at most 180 days, and keeps events for 90.", "send a later `since`."
        )
    return _cursor(error, failed) if "Invalid cursor." in error.causes else misread(failed)


def _cursor(_error: OktaApiError, failed: Failed) -> Explanation | None:
    if "after" in arguments_of(failed.action).names:
        return Explanation("Okta does not know this cursor.", "start again without `after`.")
    return None


def _mastered(_error: OktaApiError, failed: Failed) -> Explanation:
    return password_elsewhere(failed) or Explanation(
        "This user's profile is mastered in another system.", "make the change there (Active Directory, HR)."
    )


def _fixed(error: OktaApiError, _failed: Failed) -> Explanation:
    fixed = _FIXED.search(error.summary)
    what = f"`{fixed[1]}` is {fixed[2]}" if fixed else "An attribute is read-only"
    return Explanation(
        f"{what} in Okta.",
        "leave it out, and change it in the system that it comes from, or have the operator look at the org's profile "
        "schema.",
    )


def _read_only(_error: OktaApiError, failed: Failed) -> Explanation:
    return uneditable(failed.named) or Explanation(
        "This object is read-only in Okta.", "change it in the system that it comes from."
    )


def _invalid(error: OktaApiError, failed: Failed) -> Explanation | None:
    """Tell of E0000001, which Okta answers whatever is wrong with a value, and for two states as well."""
    said = " ".join([error.summary, *error.causes])
    if error.path.endswith(("/lifecycle/suspend", "/lifecycle/unsuspend")):
        # These take no values, so only the state can be wrong.
        return wrong_state(failed)
    if taken := [match[1] for match in map(_TAKEN.match, error.causes) if match]:
        return _unique(taken)
    if TAKEN in said:
        return Explanation("A value that may occur once in the org is taken.", "send another one.")
    if undefined := [match[1] for match in map(_UNDEFINED.search, error.causes) if match]:
        return _undefined(undefined, failed)
    if "assword requirements" in said:
        return Explanation("The password is too weak.", "choose one that meets the policy quoted below.")
    if "date format" in said:
        return _MISDATED
    fields = list(dict.fromkeys(_OURS.get(match[1], match[1]) for match in map(_FIELD.match, error.causes) if match))
    if fields and all("cannot be left blank" in cause for cause in error.causes):
        return Explanation(f"The org requires {_listed(fields)}.", "give it in `profile`.")
    if fields:
        return Explanation(
            f"Okta does not accept the value of {_listed(fields)}.", "mend what the causes below name, then call again."
        )
    return None


def _unique(names: list[str]) -> Explanation:
    if names == ["login"]:
        return Explanation(
            "A user with this login exists already; deactivated users keep theirs.",
            "get_user shows who it is; choose another login, or work with that user.",
        )
    searched = " or ".join(f'profile.{name} eq "…"' for name in names)
    whose = "these values" if len(names) > 1 else "this value"
    return Explanation(
        f"Somebody else has {whose} of {_listed(names)} already, perhaps a deactivated user; nobody else may have it.",
        f"list_users with search {searched} shows who; send another value, or change that user's first.",
    )


def _undefined(names: list[str], failed: Failed) -> Explanation:
    user = failed.named.get("user")
    known = dict.fromkeys([*ATTRIBUTES, *(user.profile if isinstance(user, User) else ())])
    near = [(name, difflib.get_close_matches(name, known, n=1, cutoff=0.75)) for name in names]
    meant = [f"`{neutral_text(found[0], limit=100)}` for {quoted(name)}" for name, found in near if found]
    return Explanation(
        f"The org's schema has no attribute {', '.join(map(quoted, names[:_MOST_NAMED]))}.",
        f"did you mean {', '.join(meant)}?"
        if meant
        else "use an attribute that other users have; get_user shows those of one. Their case counts.",
    )


def _listed(names: list[str]) -> str:
    more = " and others" if len(names) > _MOST_NAMED else ""
    return ", ".join(f"`{name}`" for name in names[:_MOST_NAMED]) + more


_MISDATED = Explanation("Okta cannot read a date.", "send ISO 8601 with a zone, such as 2026-01-31T09:00:00Z.")
_TOKEN = Explanation(
    "Okta does not accept this server's API token: it is wrong, expired or revoked.",
    "the operator makes a new token in the Admin Console (Security, API, Tokens), sets OKTA_API_TOKEN and runs "
    "`okta-mcp check`.",
)
_SESSION = Explanation(
    "Okta found no credentials of this server in the request.",
    "the operator runs `okta-mcp check`, and looks whether a proxy takes the Authorization header out.",
)
_ACCESS_TOKEN = Explanation(
    "Okta does not accept this server's access token, nor a new one.",
    "the operator checks that the app is active and looks into Okta's System Log; `okta-mcp check` says more.",
)
_PROOF = Explanation(
    "Okta does not accept the proof (DPoP) that goes with this server's access token.",
    "the operator checks this machine's clock, and that no proxy changes the address of requests or sends them twice; "
    "`okta-mcp check` says more.",
)
_FORM = Explanation(
    "Okta does not accept the form of the request, which the arguments do not decide.",
    "tell the operator: a proxy may change requests; `okta-mcp check` says more.",
)
_ADDRESS = Explanation(
    "Okta does not know the address that was asked: the org may lack this part of the API.",
    "tell the operator to check OKTA_ORG_URL with `okta-mcp check`.",
)
_SEARCH_FAILED = Explanation(
    "Okta could not carry out the search.",
    "try again in a minute; if it stays, ask for less, with fewer conditions.",
)
_WEAK = Explanation("Okta does not accept this password.", "choose one that meets the policy quoted below.")
_FEATURE = Explanation("This feature is not switched on in the org.", "leave the argument out that asks for it.")
_ACTIVATING = Explanation(
    "Okta is still activating this user, who cannot be changed until it has finished.",
    "try again in a few minutes; get_user shows no transitioningToStatus when it has.",
)
_READING_ONLY = Explanation(
    "Okta is in read-only mode for maintenance: nothing can be changed at the moment.",
    "make the change later; what only reads still works.",
)

_MEANINGS: Mapping[str, Explanation | _Meaning] = {
    "": lambda error, _: _ADDRESS if error.status == 404 else None,
    "E0000001": _invalid,
    "E0000003": Explanation(
        "Okta could not read the request.",
        "leave out emoji, and arguments that this org may not know (`realmId`, `userTypeId`, `passwordHook`).",
    ),
    "E0000004": _TOKEN,
    "E0000005": _SESSION,
    "E0000008": _ADDRESS,
    "E0000010": lambda error, _: None if error.method == "GET" else _READING_ONLY,
    "E0000011": _TOKEN,
    "E0000012": _FORM,
    "E0000013": _ACCESS_TOKEN,
    "E0000014": _WEAK,
    "E0000015": _FEATURE,
    "E0000016": _state,
    "E0000017": _state,
    "E0000018": _FORM,
    "E0000019": _FORM,
    "E0000021": _FORM,
    "E0000022": _FORM,
    "E0000023": _mastered,
    "E0000028": Explanation("Okta misses something that was not sent.", "send what is named below, then call again."),
    "E0000029": _cursor,
    "E0000030": _MISDATED,
    "E0000031": _expression,
    "E0000032": _state,
    "E0000033": Explanation(
        "Okta does not take these conditions together.", "put all of them into `search`, joined by and."
    ),
    "E0000034": _recovery,
    "E0000035": _state,
    "E0000036": _state,
    "E0000037": Explanation(
        "A value is of another kind than Okta wants.",
        "send text in quotes, and numbers, true and false without; the name of it stands below.",
    ),
    "E0000038": _state,
    "E0000053": _expression,
    "E0000060": lambda _, failed: uneditable(failed.named) or Explanation("Okta does not support this.", "leave it."),
    "E0000063": Explanation(
        "Okta does not take these arguments together.", "leave one of them out; those that it means stand below."
    ),
    "E0000064": _TOKEN,
    "E0000069": _state,
    "E0000077": _fixed,
    "E0000078": _fixed,
    "E0000080": _WEAK,
    "E0000093": Explanation(
        "These are too many groups at once.",
        "create the user with 20 groups at most, and add the others with assign_user_to_group.",
    ),
    "E0000094": _expression,
    "E0000100": _SEARCH_FAILED,
    "E0000111": _read_only,
    "E0000112": _ACTIVATING,
    "E0000117": Explanation(
        "The user is not active, and Okta assigns apps to active users alone.",
        "look with get_user at the status; activate_user or unsuspend_user comes first.",
    ),
    "E0000124": Explanation("`nextLogin` needs a password.", "give `password`, or leave `nextLogin` out."),
    "E0000125": Explanation("`nextLogin` needs `activate` true.", "leave `activate` out, or `nextLogin`."),
    "E0000231": Explanation(
        "The user was changed by somebody else at the same moment.", "look with get_user, then call again."
    ),
    "E0000242": _FORM,
    "E0000256": Explanation(
        "The search is too long for Okta.", "ask with fewer conditions, in several calls if need be."
    ),
    "invalid_request": _ACCESS_TOKEN,
    "invalid_token": _ACCESS_TOKEN,
    "use_dpop_nonce": _PROOF,
    "invalid_dpop_proof": _PROOF,
}
