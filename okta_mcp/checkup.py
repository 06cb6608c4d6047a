"""`okta-mcp check`: whether the address and the credentials are right, and what they allow."""

from collections.abc import Sequence
from functools import partial

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.action import Action
from okta_mcp.guard import Policy, missing, neutral_text, served
from okta_mcp.okta import CredentialsRefused, Forbidden, OktaApiError, OktaClient, OktaError, Unauthorized
from okta_mcp.okta.identity import identify
from okta_mcp.okta.together import together
from okta_mcp.server import policy_of, protection_of
from okta_mcp.settings import Settings

_AREAS = {
    "users": (("users",), "okta.users.read"),
    "groups": (("groups",), "okta.groups.read"),
    "applications": (("apps",), "okta.apps.read"),
    "System Log": (("logs",), "okta.logs.read"),
}
"""What is read to see whether it can be read, and the scope it takes."""

_WIDTH = 34


async def check(settings: Settings, okta: OktaClient) -> int:
    """Print the org, the identity, what it may read, what it can serve, and the rate limits; return the exit status.

    Reads one object of each kind and changes nothing. What it may write, Okta decides at each call by admin roles,
    which credentials cannot ask for.
    """
    _say("Address", okta.address.origin)
    try:
        scopes = await okta.scopes()
        identity = await identify(okta)
    except OktaError as error:
        _say_all(okta)
        _say("Result", f"not usable. {_reason(error)}")
        return 1
    org, user = identity.org, identity.user
    _say(
        "Org",
        f"{org.company_name} ({org.subdomain}), {org.status}"
        if org
        else "not readable with " + ("this token" if scopes is None else "these scopes and roles"),
    )
    _say_all(okta)
    if user is not None:
        _say("Token of", f"{user.name} ({user.login}), {user.status}, id {user.id}")
    readable = await _readable(okta)
    for area, problem in readable.items():
        _say(f"Read {area}", _reason(problem) if problem else "yes")
    policy = policy_of(settings)
    offered = [action for action in ACTIONS if policy.offers(action)]
    _say_tools(offered, [action for action in offered if scopes is None or served(action, scopes)], scopes)
    whose = "the token's owner" if scopes is None else "the app" if user is None else user.login
    _say("Writes", "off (read-only)" if policy.read_only else f"as far as the roles of {whose} allow")
    unprotected = await _say_safeguards(policy, okta)
    # Loaded here: an org that is not usable needs no doors.
    from okta_mcp.transports.callers.report import report  # noqa: PLC0415

    lines, shut = await report(settings)
    for what, answer in lines:
        _say(what, answer)
    if settings.rate_share < 1:
        _say("Rate share", f"{settings.rate_share:.0%} of every limit; the rest is left to others")
    for bucket, limit in sorted(okta.rate_limits.items()):
        _say(f"Limit {bucket}", f"{limit.remaining} of {limit.limit} requests left this minute")
    asked = [area for area, (_, scope) in _AREAS.items() if scopes is None or not missing([scope], scopes)]
    blocked = [area for area, problem in readable.items() if problem]
    if scopes is not None and all(_lacks_role(readable[area]) for area in asked):
        _say("Result", "not usable: no admin role allows any of it. Give the app one, in the Admin Console.")
        return 1
    if unprotected:
        _say("Result", "usable for reading only: no write is done until the protection is mended.")
        return 1
    usable = f"usable, except {', '.join(blocked)}." if blocked else "usable."
    _say("Result", f"{usable} But not over HTTP: {shut}" if shut else usable)
    return 1 if shut else 0


async def _say_safeguards(policy: Policy, okta: OktaClient) -> bool:
    """Print what stands before a write; tell whether something is wrong with it."""
    if policy.read_only:
        return False
    who = "" if policy.confirming.what == "never" else f", by {policy.confirming.by} where the client cannot ask"
    _say("Dry run", "yes: nothing is ever changed" if policy.dry_run else "no")
    _say("Confirm", f"{policy.confirming.what}{who}")
    protected = policy.facts()["protected"]
    _say("Protected", "; ".join(f"{name}: {_listed(value)}" for name, value in protected.items()) or "no further users")
    limits = policy.limits
    _say("Write limits", f"{limits.per_minute or 'none'} a minute, {limits.per_caller or 'none'} a caller and hour")
    try:
        problems = await protection_of(policy, okta).problems()
    except OktaError as error:
        problems = (f"it cannot be looked up. {_reason(error)}",)
    for problem in problems:
        _say("Protection wrong", problem)
    return bool(problems)


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "yes" if value is True else str(value)


async def _readable(okta: OktaClient) -> dict[str, OktaError | None]:
    async def probe(path: tuple[str, ...]) -> OktaError | None:
        try:
            await okta.get(*path, params={"limit": 1})
        except OktaError as error:
            return error
        return None

    problems = await together(*(partial(probe, path) for path, _ in _AREAS.values()))
    return dict(zip(_AREAS, problems, strict=True))


def _say_tools(offered: Sequence[Action], within: Sequence[Action], scopes: frozenset[str] | None) -> None:
    writes = sum(action.writes for action in within)
    if scopes is None:
        _say("Tools", f"{len(offered)} of {len(ACTIONS)} on offer, {writes} of them can change something")
        return
    _say("Scopes", " ".join(sorted(scopes)) or "none")
    _say(
        "Tools",
        f"{len(offered)} of {len(ACTIONS)} on offer, {len(within)} of them within these scopes, {writes} of those can "
        "change something",
    )
    lacking: dict[str, list[str]] = {}
    for action in offered:
        for scope in missing(action.scopes, scopes):
            lacking.setdefault(scope, []).append(action.name)
    for action in offered:
        for part in action.parts:
            for scope in missing(part.scopes, scopes):
                lacking.setdefault(scope, []).append(f"{action.name} {part.words}")
    for scope, names in lacking.items():
        _say(f"Not granted {scope}", f"needed by {', '.join(names)}")


def _lacks_role(problem: OktaError | None) -> bool:
    return isinstance(problem, Forbidden) and problem.code == "E0000006"


def _reason(error: OktaError) -> str:
    if isinstance(error, CredentialsRefused):
        return error.message
    if isinstance(error, Unauthorized) and error.code == "invalid_token":
        return f"Okta takes back its own access token: is the app still active? {error.message}"
    if isinstance(error, OktaApiError) and error.code in {"invalid_dpop_proof", "use_dpop_nonce"}:
        return f"Okta does not take the proofs of the key (DPoP): does a proxy change addresses? {error.message}"
    if isinstance(error, Unauthorized):
        return (
            "The token is wrong, expired or revoked. Make a new one in the Admin Console (Security, API, Tokens) "
            f"and set OKTA_API_TOKEN. {error.message}"
        )
    if isinstance(error, Forbidden) and error.code == "insufficient_scope":
        return f"no; a scope is not granted to the app. {error.message}"
    if isinstance(error, Forbidden):
        return f"no; the admin roles of these credentials do not allow it. {error.message}"
    return error.message


def _say_all(okta: OktaClient) -> None:
    for what, answer in okta.facts().items():
        _say(what, answer)


def _say(what: str, answer: str) -> None:
    # Names and Okta's words may carry escape sequences, which a terminal would obey.
    print(f"{what + ':':{_WIDTH}}{neutral_text(answer)}")  # noqa: T201 - the command's answer
