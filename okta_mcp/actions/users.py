"""Users: create, list, get, update."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, WithJsonSchema
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Call, Effect, Irreversible, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.conditions import require_apart, require_filled, require_first_page, require_sortable
from okta_mcp.actions.credentials import (
    ImportedHash,
    Password,
    PasswordHook,
    Provider,
    RecoveryQuestion,
    StagedHash,
    credentials,
)
from okta_mcp.actions.fitting import fit, split_cursor
from okta_mcp.actions.managers import name_manager
from okta_mcp.actions.profile import NewProfile, ProfileChanges, attribute_name, wire
from okta_mcp.actions.references import TheGroups, TheUser, TheUserHere
from okta_mcp.actions.results import Change, Done, Result, Table, Written, cell, counted, told
from okta_mcp.actions.settling import created_after_all
from okta_mcp.actions.status import status_now
from okta_mcp.directory import Person, UserRow
from okta_mcp.guard import Neutral, neutral, neutral_text
from okta_mcp.okta import OktaError, User, inner
from okta_mcp.okta import users as okta_users

_NotBlank = StringConstraints(strip_whitespace=True, min_length=1)
# That an id is not empty is checked, but goes without saying.
_RealmId = Annotated[str, _NotBlank, WithJsonSchema({"type": "string", "description": "Realm id"})]
_TypeId = Annotated[str, _NotBlank, WithJsonSchema({"type": "string", "description": "Type id"})]

_SETTLED = "nothing more for the creation: Okta's answer was lost, and the user was found by looking."

_REQUIRED = ("login", "email", "firstName", "lastName")


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


class UserPage(Table):
    """A page of users."""

    users: list[UserRow]

    def rows(self) -> list[UserRow]:
        """Return the users."""
        return self.users

    def heading(self) -> str:
        """Return how many."""
        return counted(len(self.users), "user")


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
    scopes=("okta.users.manage", "okta.groups.read"),
    grants=True,
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
    realm_id: _RealmId | None = None,
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
    await name_manager(call, attributes)
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
        summary=f"Created {Person.of(user).label}, status {user.status}.",
        id=user.id,
        status=user.status,
        profile=neutral({name: value for name, value in user.profile.items() if value is not None}),
        groups=tuple(group.name for group in groups),
        created=user.created,
        request_id=request_id,
        next_step=" ".join(filter(None, [doubt, _after_creation(user, activate=activate)])) or None,
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
) -> UserPage:
    """List users. Source: `GET /api/v1/users`."""
    require_filled(q=q, search=search, filter=filter, sortBy=sort_by)
    require_apart({"q": q, "search": search, "filter": filter})
    require_sortable(sort_by, sort_order, search, everything="id pr")
    require_first_page(q, after)
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
    note = "q shows the first matches only; use search with sw for all." if capped else None
    if q is None and search is None and filter is None:
        note = 'Deactivated users are not listed; search status eq "DEPROVISIONED" shows them.'
    complete = fitted.after is None and not capped
    return UserPage(users=fitted.rows, after=fitted.after, complete=complete, note=fitted.noted(note))


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


_ADDRESSES = frozenset({"login", "email", "secondEmail"})
_SIGN_IN = ("password", "password_hash", "password_hook", "recovery_question")


def _changes_sign_in(arguments: Mapping[str, Any]) -> bool:
    """Tell whether an update changes what the user signs in with, or where links to a new password go."""
    profile = arguments.get("profile")
    addresses = profile is not None and not _ADDRESSES.isdisjoint(wire(profile))
    return (
        addresses
        or not _ADDRESSES.isdisjoint(map(attribute_name, arguments.get("clear", ())))
        or any(arguments.get(name) is not None for name in _SIGN_IN)
    )


async def _lost_by_update(_call: Call, arguments: Mapping[str, Any]) -> str:
    credentials = [name for name in _SIGN_IN if arguments.get(name) is not None]
    lost = []
    changed = wire(profile) if (profile := arguments.get("profile")) is not None else {}
    if "login" in changed:
        lost.append("The old login no longer works.")
    if "email" in changed or "secondEmail" in changed:
        lost.append("Links to a new password go to the new address.")
    if any(name != "recovery_question" for name in credentials):
        lost.append("The present password is overwritten for good; whoever knows the new one can sign in.")
    if "recovery_question" in credentials:
        lost.append(
            "The present recovery question is overwritten; whoever knows the new answer can reset the password."
        )
    return " ".join(lost)


@action(
    title="Update user",
    effect=Effect.DESTRUCTIVE,
    idempotent=True,
    toolset="users",
    scopes=("okta.users.manage",),
    irreversible=Irreversible(_lost_by_update, _changes_sign_in),
)
async def update_user(
    call: Call,
    *,
    user: TheUserHere,
    profile: ProfileChanges | None = None,
    clear: Annotated[tuple[str, ...], Field(max_length=100, description="Attributes to empty")] = (),
    password: Password | None = None,
    password_hash: StagedHash | None = None,
    password_hook: PasswordHook | None = None,
    recovery_question: Annotated[RecoveryQuestion | None, Field(description="Recovery")] = None,
    strict: Annotated[bool, Field(description="New password must meet minimum age and history")] = True,
    realm_id: _RealmId | None = None,
) -> Written:
    """Update a user. Source: `POST /api/v1/users/{id}`."""
    changes: dict[str, Any] = wire(profile) if profile is not None else {}
    emptied = [attribute_name(name) for name in clear]
    _set_or_clear(changes, emptied)
    await name_manager(call, changes)
    signs_in = credentials(
        password=password,
        password_hash=password_hash,
        password_hook=password_hook,
        recovery_question=recovery_question,
    )
    body: dict[str, Any] = {}
    if changes or emptied:
        body["profile"] = {**changes, **dict.fromkeys(emptied)}
    if signs_in:
        body["credentials"] = signs_in
    if realm_id:
        body["realmId"] = realm_id
    if not body:
        raise ArgumentError("nothing to change: give `profile`, `clear`, a password, `recoveryQuestion` or `realmId`")
    if not strict and "password" not in signs_in:
        raise ArgumentError("`strict` false goes with a new password only; leave it out")
    written = await okta_users.update_user(call.okta, user.id, body, strict=strict if "password" in signs_in else None)
    call.directory.forget_user(user.id, written.value)
    now = await status_now(call.okta, user, written.value)
    secrets = [Change(field=to_camel(name), before="(not shown)", after="(set, not shown)") for name in signs_in]
    if now.user is None:
        done, changed = f"Updated {now.row.label}; the new values could not be read.", secrets
    else:
        asked = {**changes, **dict.fromkeys(emptied), **({"realmId": realm_id} if realm_id else {})}
        changed = Change.between(_values(user, realm_id), _values(now.user, realm_id), asked)
        changed += [*now.changes, *secrets]
        kept = _kept(user, now.user, asked, realm_id)
        if not changed and not kept:
            done = f"{now.row.label} already had these values; nothing changed."
        elif not kept:
            done = f"Updated {now.row.label}."
        else:
            verb = "Updated" if changed else "Okta accepted the request, but nothing changed for"
            done = f"{verb} {now.row.label}. Okta kept {', '.join(kept)}."
    return Written(summary=done, user=now.row, changes=changed, request_id=written.request_id, next_step=now.doubt)


def _after_creation(user: User, *, activate: bool) -> str | None:
    if user.status == "STAGED" and not activate:
        return "activate_user, when the user is to sign in."
    if user.status == "PROVISIONED":
        return "Okta has mailed an activation link; the user becomes ACTIVE on using it."
    return None


def _set_or_clear(changes: dict[str, Any], emptied: list[str]) -> None:
    both = sorted(set(changes) & set(emptied))
    if both:
        raise ArgumentError(f"{', '.join(f'`{name}`' for name in both)} cannot be both set and cleared")
    required = sorted(set(emptied) & set(_REQUIRED))
    if required:
        raise ArgumentError(f"{', '.join(f'`{name}`' for name in required)} cannot be empty; set another value instead")


def _values(user: User, realm_id: str | None) -> dict[str, Any]:
    """Return what an update can change and show; the realm only where it was asked for."""
    return {**user.profile, **({"realmId": user.realm_id} if realm_id else {})}


def _kept(before: User, after: User, asked: Mapping[str, Any], realm_id: str | None) -> list[str]:
    """Return the values that Okta left as they were although it accepted the request for others."""
    had, has = _values(before, realm_id), _values(after, realm_id)
    return [
        f"{neutral_text(name, limit=100)}: {told(neutral(has.get(name), limit=200))}"
        for name, wanted in asked.items()
        if has.get(name) == had.get(name) and not _alike(has.get(name), wanted)
    ]


def _alike(one: Any, other: Any) -> bool:
    # Okta stores what is empty as missing, and some numbers as texts.
    return one == other or (one in (None, "", []) and other in (None, "", [])) or str(one) == str(other)
