"""Users: create, list, get."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.conditions import (
    require_apart,
    require_filled,
    require_first_page,
    require_pages,
    require_possible,
    require_sortable,
)
from okta_mcp.actions.counting import USERS, CountBy, count, needed
from okta_mcp.actions.credentials import (
    ImportedHash,
    Password,
    PasswordHook,
    Provider,
    RecoveryQuestion,
    credentials,
)
from okta_mcp.actions.fitting import fit, split_cursor
from okta_mcp.actions.named_attributes import settle_profile
from okta_mcp.actions.profile import NewProfile, wire
from okta_mcp.actions.references import TheGroups, TheUser
from okta_mcp.actions.results import CountableTable, Done, Result, cell, counted
from okta_mcp.actions.settling import created_after_all
from okta_mcp.actions.status import LOOK_AGAIN, still_at_it
from okta_mcp.directory import Person, UserRow
from okta_mcp.expressions import USERS_FILTER, USERS_SEARCH
from okta_mcp.guard import Neutral, Part, neutral
from okta_mcp.okta import OktaClient, OktaError, Page, User, inner
from okta_mcp.okta import users as okta_users

_NotBlank = StringConstraints(strip_whitespace=True, min_length=1)
# That an id is not empty is checked, but goes without saying.
RealmId = Annotated[str, _NotBlank, WithJsonSchema({"type": "string", "description": "Realm id"})]
_TypeId = Annotated[str, _NotBlank, WithJsonSchema({"type": "string", "description": "Type id"})]

_NOT_LISTED = 'Deactivated users are not listed; search status eq "DEPROVISIONED" shows them.'
_NOT_FOUND_BY_Q = "Deactivated users are not found by q, by search they are."
_WHOLE_NAME = " q is the start of a first name, a last name or an email; find_user takes whole names."
_NOT_COUNTED = "Deactivated users are not counted; with search id pr they are."
_SETTLED = "nothing more for the creation: Okta's answer was lost, and the user was found by looking."


class UserDetail(Result):
    """Everything Okta tells of a user that is not a link or a secret."""

    id: str
    status: str
    transitioning_to_status: str | None = None
    profile: dict[str, Any]
    credentials: dict[str, Any]
    created: str | None = None
    activated: str | None = None
    status_changed: str | None = None
    last_login: str | None = None
    last_updated: str | None = None
    password_changed: str | None = None
    user_type_id: str | None = None
    realm_id: str | None = None
    embedded: dict[str, Any] | None = None

    @classmethod
    def of(cls, user: User) -> "UserDetail":
        """Return the detail of a user as Okta answered it."""
        known = {name: value for name, value in user.profile.items() if value not in (None, "")}
        question = inner(user.credentials, "recovery_question").get("question")
        provider = inner(user.credentials, "provider")
        signs_in = {
            "hasPassword": "password" in user.credentials,
            "provider": provider.get("name") if provider.get("type") == "OKTA" else provider or None,
            "recoveryQuestion": question,
        }
        return cls(
            id=user.id,
            status=user.status,
            transitioning_to_status=user.transitioning_to,
            profile=neutral(known),
            credentials=neutral({name: value for name, value in signs_in.items() if value is not None}),
            created=user.created,
            activated=user.activated,
            status_changed=user.status_changed,
            last_login=user.last_login,
            last_updated=user.last_updated,
            password_changed=user.password_changed,
            user_type_id=user.type_id,
            realm_id=user.realm_id,
            embedded=neutral(dict(user.embedded)) or None,
        )

    def text(self) -> str:
        """Return one line a fact."""
        lines = []
        for name, value in self.data().items():
            if isinstance(value, dict):
                lines.append(f"{name}:")
                lines.extend(f"  {key}: {item if isinstance(item, str) else cell(item)}" for key, item in value.items())
            else:
                lines.append(f"{name}: {value}")
        return "\n".join(lines)


class UserPage(CountableTable):
    """A page of users."""

    users: list[UserRow]

    def rows(self) -> list[UserRow]:
        """Return the users."""
        return self.users

    def heading(self) -> str:
        """Return how many."""
        return counted(self.number, "user")


class UserCreated(Result):
    """A new user."""

    summary: Neutral
    id: str | None = None
    status: Neutral | None = None
    profile: dict[str, Any]
    groups: tuple[Neutral, ...] = ()
    created: str | None = None
    request_id: str | None = None
    next_step: str | None = None
    done: Done = None

    @property
    def touched(self) -> tuple[str, str]:
        """Id and login of the new user."""
        return str(self.id), str(self.profile.get("login") or "")

    def text(self) -> str:
        """Return the summary, the groups and the ids."""
        lines = [self.summary]
        if self.groups:
            lines.append(f"Groups: {', '.join(self.groups)}.")
        request = f", Okta request {self.request_id}" if self.request_id else ""
        lines.append(f"User id {self.id}{request}.")
        if self.next_step:
            lines.append(f"Next: {self.next_step}")
        return "\n".join(lines)


@action(
    title="Create user",
    effect=Effect.WRITE,
    idempotent=False,
    toolset="users",
    scopes=("okta.users.manage",),
    parts=(Part("with `groups`", ("okta.groups.read",), lambda arguments: bool(arguments["groups"])),),
    grants=True,
    settle=settle_profile,
)
async def create_user(
    call: Call,
    *,
    profile: Annotated[NewProfile, Field(description="Attributes")],
    password: Password | None = None,
    password_hash: ImportedHash | None = None,
    password_hook: PasswordHook | None = None,
    recovery_question: Annotated[RecoveryQuestion | None, Field(description="Recovery")] = None,
    provider: Annotated[Provider | None, Field(description="Default: OKTA")] = None,
    activate: Annotated[bool, Field(description="false: STAGED")] = True,
    next_login: Annotated[Literal["changePassword"] | None, Field(description="First sign-in")] = None,
    groups: TheGroups = (),
    realm_id: RealmId | None = None,
    user_type_id: _TypeId | None = None,
) -> UserCreated:
    """Create a user. Source: `POST /api/v1/users`."""
    signs_in = credentials(
        password=password,
        password_hash=password_hash,
        password_hook=password_hook,
        recovery_question=recovery_question,
        provider=provider,
    )
    if next_login and not activate:
        raise ArgumentError("`nextLogin` needs `activate` true: a staged user has no sign-in to change a password at")
    if next_login and "password" not in signs_in:
        raise ArgumentError("`nextLogin` needs a password, which the user changes at the first sign-in")
    attributes = wire(profile)
    attributes.setdefault("login", attributes["email"])
    body: dict[str, Any] = {"profile": attributes}
    if signs_in:
        body["credentials"] = signs_in
    if groups:
        body["groupIds"] = [group.id for group in groups]
    if realm_id:
        body["realmId"] = realm_id
    if user_type_id:
        body["type"] = {"id": user_type_id}
    began, request_id, doubt = call.okta.okta_time(), None, None
    try:
        written = await okta_users.create_user(
            call.okta, body, activate=activate, provider=provider is not None, next_login=next_login
        )
        user, request_id = written.value, written.request_id
    except OktaError as error:
        found = await created_after_all(call, attributes, began) if error.maybe_applied else None
        if found is None:
            raise
        user, doubt = found, _SETTLED
    call.directory.forget_user(user.id, user)
    return UserCreated(
        summary=f"Created {Person.of(user).label}, status {user.status}.{still_at_it(user)}",
        id=user.id,
        status=user.status,
        profile=neutral({name: value for name, value in user.profile.items() if value is not None}),
        groups=tuple(group.name for group in groups),
        created=user.created,
        request_id=request_id,
        next_step=" ".join(filter(None, [doubt, _after_creation(user, activate=activate), *call.notes])) or None,
    )


@action(title="List users", effect=Effect.READ, idempotent=True, toolset="users", scopes=("okta.users.read",))
async def list_users(
    call: Call,
    *,
    q: Annotated[
        str | None,
        Field(description="Start of first name, last name or email; not paged"),
    ] = None,
    search: Annotated[str | None, Field(description='e.g. profile.department eq "Sales"')] = None,
    filter: Annotated[  # noqa: A002 - Okta's name
        str | None,
        Field(description="Like search, over status, lastUpdated, id, login, email, names"),
    ] = None,
    sort_by: Annotated[str | None, Field(description="With search: e.g. profile.lastName")] = None,
    sort_order: Annotated[Literal["asc", "desc"] | None, Field(description="With sortBy")] = None,
    limit: Annotated[int, Field(ge=1, le=200, description="Rows")] = 200,
    after: Annotated[str | None, Field(description="Cursor from the last answer")] = None,
    count_by: CountBy = None,
) -> UserPage:
    """List users, or count them. Source: `GET /api/v1/users`."""
    require_filled(q=q, search=search, filter=filter, sortBy=sort_by)
    require_apart({"q": q, "search": search, "filter": filter})
    require_sortable(sort_by, sort_order, search, everything="id pr")
    require_first_page(q, after)
    unknown = require_possible("search", search, USERS_SEARCH) or require_possible("filter", filter, USERS_FILTER)
    if count_by is not None:
        return await _count_users(call, count_by, q=q, search=search, filter=filter, after=after, unknown=unknown)
    cursor, place = split_cursor(after)
    page = await okta_users.list_users(
        call.okta,
        q=q,
        search=search,
        filter=filter,
        sort_by=sort_by,
        sort_order=sort_order,
        limit=limit,
        after=cursor,
    )
    fitted = fit([UserRow.of(user) for user in page.items], start=cursor, place=place, following=page.next)
    capped = q is not None and len(page.items) >= limit
    note = "q shows the first matches only; use search with sw for all." if capped else unknown
    if q is not None and not page.items:
        note = _NOT_FOUND_BY_Q + (_WHOLE_NAME if " " in q.strip() else "")
    if q is None and search is None and filter is None:
        note = _NOT_LISTED
    complete = fitted.after is None and not capped
    return UserPage(users=fitted.rows, after=fitted.after, complete=complete, note=fitted.noted(note))


async def _count_users(
    call: Call,
    by: str,
    *,
    q: str | None,
    search: str | None,
    filter: str | None,  # noqa: A002 - Okta's name
    after: str | None,
    unknown: str | None,
) -> UserPage:
    require_pages(q)
    fields = needed(by)

    async def read(okta: OktaClient, following: str | None) -> Page[User]:
        return await okta_users.list_users(
            okta, search=search, filter=filter, limit=200, after=following, fields=fields
        )

    found = await count(call, USERS, by, read, after=after)
    further = unknown if search or filter else _NOT_COUNTED
    return UserPage(users=[], **found.told(by, further))


@action(title="Get user", effect=Effect.READ, idempotent=True, toolset="users", scopes=("okta.users.read",))
async def get_user(
    call: Call,
    *,
    user: TheUser,
    expand: Annotated[Literal["blocks", "classification"] | None, Field(description="Embed metadata")] = None,
) -> UserDetail:
    """Get one user. Source: `GET /api/v1/users/{id}`."""
    if expand is not None:
        user = await okta_users.get_user(call.okta, user.id, expand=expand)
    return UserDetail.of(user)


def _after_creation(user: User, *, activate: bool) -> str | None:
    if user.transitioning_to is not None:
        return LOOK_AGAIN
    if user.status == "STAGED" and not activate:
        return "activate_user, when the user is to sign in."
    if user.status == "PROVISIONED":
        return "Okta has mailed an activation link; the user becomes ACTIVE on using it."
    return None
