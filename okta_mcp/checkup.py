"""`okta-mcp check`: whether the address and the token are right, and what they allow."""

from functools import partial

from okta_mcp.actions import ACTIONS
from okta_mcp.guard import neutral_text
from okta_mcp.okta import Forbidden, OktaClient, OktaError, Unauthorized
from okta_mcp.okta.identity import identify
from okta_mcp.okta.together import together
from okta_mcp.server import policy_of
from okta_mcp.settings import Settings


async def check(settings: Settings, okta: OktaClient) -> int:
    """Print the org, the identity, what it may read, and the rate limits; return the exit status.

    Reads one object of each kind and changes nothing. What it may write, Okta decides at each call by the
    roles of the token's owner, which a token cannot ask for.
    """
    _say("Address", okta.address.origin)
    try:
        identity = await identify(okta)
    except OktaError as error:
        _say("Result", f"not usable. {_reason(error)}")
        return 1
    org, user = identity.org, identity.user
    _say(
        "Org",
        f"{org.company_name} ({org.subdomain}), {org.status}" if org else "not readable with this token",
    )
    _say("Token of", f"{user.name} ({user.login}), {user.status}, id {user.id}")
    readable = await _readable(okta)
    for area, problem in readable.items():
        _say(f"Read {area}", problem or "yes")
    policy = policy_of(settings)
    offered = [action for action in ACTIONS if policy.offers(action)]
    writes = sum(action.writes for action in offered)
    _say("Tools", f"{len(offered)} of {len(ACTIONS)} on offer, {writes} of them can change something")
    _say("Writes", "off (read-only)" if policy.read_only else "as far as the roles of the token's owner allow")
    # Loaded here: an org that is not usable needs no doors.
    from okta_mcp.transports.callers.report import report  # noqa: PLC0415

    lines, shut = await report(settings)
    for what, answer in lines:
        _say(what, answer)
    for bucket, limit in sorted(okta.rate_limits.items()):
        _say(f"Limit {bucket}", f"{limit.remaining} of {limit.limit} requests left this minute")
    blocked = [area for area, problem in readable.items() if problem]
    usable = f"usable, except {', '.join(blocked)}." if blocked else "usable."
    _say("Result", f"{usable} But not over HTTP: {shut}" if shut else usable)
    return 1 if shut else 0


async def _readable(okta: OktaClient) -> dict[str, str | None]:
    areas = {"users": ("users",), "groups": ("groups",), "applications": ("apps",), "System Log": ("logs",)}

    async def probe(path: tuple[str, ...]) -> str | None:
        try:
            await okta.get(*path, params={"limit": 1})
        except OktaError as error:
            return _reason(error)
        return None

    problems = await together(*(partial(probe, path) for path in areas.values()))
    return dict(zip(areas, problems, strict=True))


def _reason(error: OktaError) -> str:
    if isinstance(error, Unauthorized):
        return (
            "The token is wrong, expired or revoked. Make a new one in the Admin Console (Security, API, Tokens) "
            f"and set OKTA_API_TOKEN. {error.message}"
        )
    if isinstance(error, Forbidden):
        return f"no; the token's owner lacks the role for it. {error.message}"
    return error.message


def _say(what: str, answer: str) -> None:
    # Names and Okta's words may carry escape sequences, which a terminal would obey.
    print(f"{what + ':':34}{neutral_text(answer)}")  # noqa: T201 - the command's answer
