"""Users and groups that no write may touch, and groups that nobody is to be put into."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import anyio

from okta_mcp.guard.neutral import neutral_text, quoted
from okta_mcp.guard.refused import Refused
from okta_mcp.okta import Forbidden, Group, InvalidRequest, NotFound, OktaClient, User, inner
from okta_mcp.okta.groups import get_group, list_groups
from okta_mcp.okta.roles import list_user_roles
from okta_mcp.okta.schemas import get_user_schema
from okta_mcp.okta.together import together
from okta_mcp.okta.users import get_user, list_user_groups
from okta_mcp.records import record

if TYPE_CHECKING:
    from okta_mcp.expressions import Expression

_GROUP_ID = "00g"


class Writing(Protocol):
    """What this protection needs to know of an action."""

    @property
    def name(self) -> str:
        """The tool's name."""

    @property
    def writes(self) -> bool:
        """Whether it can change anything in the org."""

    @property
    def grants(self) -> bool:
        """Whether it puts somebody into the groups it names."""


@record
class Rules:
    """What the operator protects.

    Args:
        users: ids and logins of users that no write may touch.
        members_of: ids and names of groups whose members no write may touch.
        where: an expression of Okta's user search; whom it finds, no write may touch.
        admins: whether nobody who has an admin role may be touched.
        groups: ids and names of groups whose members may not be changed.
        never_grant: ids and names of groups that nobody may be put into.
        never_grant_admin: whether nobody may be put into a group that gives admin rights.
    """

    users: Sequence[str] = ()
    members_of: Sequence[str] = ()
    where: str | None = None
    admins: bool = False
    groups: Sequence[str] = ()
    never_grant: Sequence[str] = ()
    never_grant_admin: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is protected."""
        return self != Rules()

    @property
    def scopes(self) -> frozenset[str]:
        """The OAuth scopes it takes to evaluate them."""
        groups = bool(self.members_of or self.groups or self.never_grant or self.never_grant_admin)
        needed = {
            "okta.users.read": bool(self.users or self.members_of),
            "okta.groups.read": groups,
            "okta.roles.read": self.admins,
            "okta.schemas.read": self.where is not None,
        }
        return frozenset(scope for scope, is_needed in needed.items() if is_needed)


@record
class _Known:
    """The names of the rules as ids."""

    users: frozenset[str] = frozenset()
    members_of: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    never_grant: frozenset[str] = frozenset()
    problems: tuple[str, ...] = field(default=())


class Protection:
    """Keeps writes away from whom the operator protects.

    The names of the rules are looked up once, before the first write or when the server starts; a name that means
    nobody stops every write, for it would protect nobody. A rule that cannot be evaluated stops the write.

    Args:
        okta: the org's client.
        rules: what is protected.

    Raises:
        ValueError: the expression cannot be read.
    """

    def __init__(self, okta: OktaClient, rules: Rules) -> None:
        self._okta = okta
        self._rules = rules
        self._where = _parsed(rules.where)
        self._looking = anyio.Lock()
        self._known: _Known | None = None

    async def problems(self) -> tuple[str, ...]:
        """Return what is wrong with the rules: names that mean nobody, attributes that no user has.

        Raises:
            OktaError: it cannot be found out now.
        """
        return (await self._names()).problems

    async def check(self, action: Writing, named: Mapping[str, object]) -> None:
        """Stop a write to whom or what is protected.

        Args:
            action: what is about to be done.
            named: the objects it is about, by parameter, as they are now.

        Raises:
            Refused: it is protected, or a rule cannot be evaluated.
            OktaError: a rule cannot be evaluated now.
        """
        if not action.writes or not self._rules.any:
            return
        try:
            known = await self._names()
            if known.problems:
                raise Refused(
                    f"{action.name} was not called: this server's protection is set up wrong ({known.problems[0]}); "
                    "nothing was changed",
                    "the operator mends the setting; `okta-mcp check` shows what is wrong with it.",
                )
            users, groups = _objects(named, User), _objects(named, Group)
            for group in groups:
                await self._group(action, group, known)
            for user in users:
                await self._user(action, user, known)
        except (Forbidden, NotFound, InvalidRequest) as error:
            raise Refused(
                f"{action.name} was not called: whether it is about somebody protected cannot be found out "
                f"({neutral_text(error.message, limit=200)}); nothing was changed",
                "the operator gives this server's credentials the rights to look, or takes the rule away.",
            ) from error

    async def _user(self, action: Writing, user: User, known: _Known) -> None:
        rules, login = self._rules, user.login.casefold()
        if user.id in known.users or any(login == one.casefold() for one in rules.users):
            raise _protected(action, quoted(user.login), "OKTA_MCP_PROTECT_USERS")
        if self._where is not None and _matches(self._where, user):
            raise _protected(action, quoted(user.login), "OKTA_MCP_PROTECT_WHERE")
        if known.members_of and await self._is_member(user, known.members_of):
            raise _protected(action, quoted(user.login), "OKTA_MCP_PROTECT_MEMBERS_OF")
        if rules.admins and await list_user_roles(self._okta, user.id):
            raise _protected(action, quoted(user.login), "OKTA_MCP_PROTECT_ADMINS")

    async def _group(self, action: Writing, group: Group, known: _Known) -> None:
        rules = self._rules
        if group.id in known.groups or group.name in rules.groups:
            raise _protected(action, f"the group {quoted(group.name)}", "OKTA_MCP_PROTECT_GROUPS")
        if not action.grants:
            return
        if group.id in known.never_grant or group.name in rules.never_grant:
            raise _protected(action, f"the group {quoted(group.name)}", "OKTA_MCP_NEVER_GRANT")
        if rules.never_grant_admin and await gives_admin_rights(self._okta, group):
            raise _protected(action, f"the group {quoted(group.name)}", "OKTA_MCP_NEVER_GRANT_ADMIN")

    async def _is_member(self, user: User, groups: frozenset[str]) -> bool:
        page = await list_user_groups(self._okta, user.id)
        # Where there are too many groups to tell, it may be one of them.
        return page.next is not None or any(one.id in groups for one in page.items)

    async def _names(self) -> _Known:
        async with self._looking:
            if self._known is None:
                known = await self._look()
                if known.problems:
                    return known  # asked anew next time: somebody may mend it in Okta
                self._known = known
            return self._known

    async def _look(self) -> _Known:
        rules = self._rules
        problems: list[str] = []

        async def user(name: str) -> str | None:
            try:
                return (await get_user(self._okta, name)).id
            except NotFound:
                problems.append(f"OKTA_MCP_PROTECT_USERS: there is no user {quoted(name)}")
                return None

        async def groups(setting: str, name: str) -> frozenset[str]:
            found = await self._groups_called(name)
            if not found:
                problems.append(f"{setting}: there is no group {quoted(name)}")
            return found

        async def ids(setting: str, names: Sequence[str]) -> frozenset[str]:
            return frozenset().union(*await together(*(partial(groups, setting, name) for name in names)))

        users = await together(*(partial(user, name) for name in rules.users))
        members, untouchable, never = await together(
            partial(ids, "OKTA_MCP_PROTECT_MEMBERS_OF", rules.members_of),
            partial(ids, "OKTA_MCP_PROTECT_GROUPS", rules.groups),
            partial(ids, "OKTA_MCP_NEVER_GRANT", rules.never_grant),
        )
        problems.extend(await self._strange_attributes())
        return _Known(frozenset(filter(None, users)), members, untouchable, never, tuple(sorted(problems)))

    async def _groups_called(self, name: str) -> frozenset[str]:
        """Return the ids of all groups of exactly this name, or of this id."""
        found = {one.id for one in (await list_groups(self._okta, q=name, limit=200)).items if one.name == name}
        if not found and name.startswith(_GROUP_ID):
            try:
                found = {(await get_group(self._okta, name)).id}
            except NotFound:
                return frozenset()
        return frozenset(found)

    async def _strange_attributes(self) -> list[str]:
        """Name the profile attributes of the expression that no user of the org can have: it would find nobody."""
        if self._where is None:
            return []
        from okta_mcp.expressions import comparisons  # noqa: PLC0415 - few servers have such a rule

        asked = [one.attribute for one in comparisons(self._where)]
        schema = await get_user_schema(self._okta)
        parts = inner(schema, "definitions")
        known = {f"profile.{name}" for part in ("base", "custom") for name in inner(inner(parts, part), "properties")}
        return [f"OKTA_MCP_PROTECT_WHERE: no user has {quoted(name)}" for name in asked if name not in known | _BESIDES]


async def gives_admin_rights(okta: OktaClient, group: Group) -> bool:
    """Ask whether a group gives admin rights; where Okta does not say, it may.

    Source: `GET /api/v1/groups?expand=stats`, `hasAdminPrivlege` (Okta's spelling).
    """
    page = await list_groups(okta, filter=f'id eq "{group.id}"', expand="stats", limit=1)
    stats = page.items[0].embedded.get("stats") if page.items else None
    return not (isinstance(stats, dict) and stats.get("hasAdminPrivlege") is False)


_BESIDES = frozenset({"id", "status", "type.id", "realmId", "created", "lastUpdated", "statusChanged", "activated"})
"""What an expression can ask about beside the profile."""


def _parsed(where: str | None) -> "Expression | None":
    if where is None:
        return None
    from okta_mcp.expressions import USERS_SEARCH, parse  # noqa: PLC0415 - its parser costs 50 ms

    expression = parse(where)
    USERS_SEARCH.check(expression)
    return expression


def _matches(where: "Expression", user: User) -> bool:
    from okta_mcp.expressions import evaluate  # noqa: PLC0415 - few servers have such a rule

    besides: dict[str, Any] = {
        "id": user.id,
        "status": user.status,
        "type.id": user.type_id,
        "realmId": user.realm_id,
        "created": user.created,
        "lastUpdated": user.last_updated,
        "statusChanged": user.status_changed,
        "activated": user.activated,
    }

    def values(path: str) -> Sequence[object]:
        value = user.profile.get(path.removeprefix("profile.")) if path.startswith("profile.") else besides.get(path)
        if value is None:
            return ()
        return value if isinstance(value, list) else (value,)

    return evaluate(where, values, case_sensitive=False)


def _objects(named: Mapping[str, object], kind: type[Any]) -> list[Any]:
    found = [one for value in named.values() for one in (value if isinstance(value, list | tuple) else [value])]
    return [one for one in found if isinstance(one, kind)]


def _protected(action: Writing, what: str, setting: str) -> Refused:
    return Refused(
        f"{action.name} was not called: {what} is protected on this server; nothing was changed",
        f"it is done in the Admin Console by somebody who may; the operator set {setting}.",
    )
