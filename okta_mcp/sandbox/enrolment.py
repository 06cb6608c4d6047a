"""Users as they come in and as administrators edit them: bodies of create and update, checked and applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okta_mcp.sandbox import credentials, lifecycle
from okta_mcp.sandbox.access import reconcile
from okta_mcp.sandbox.call import object_at
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import ApiError, duplicate, error, validation_failed
from okta_mcp.sandbox.memberships import check_membership_is_writable, place_member
from okta_mcp.sandbox.org import EVERYONE, Org
from okta_mcp.sandbox.passwords import Password, imported_password, plain_password
from okta_mcp.sandbox.pending import Deed, postpone
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.records import Group, Provider, RecoveryQuestion, Status, User, UserType
from okta_mcp.sandbox.rules import apply_rules
from okta_mcp.sandbox.transitions import Operation, next_status

__all__ = ["Credentials", "create_user", "enrol", "read_credentials", "update_user"]

MAX_GROUPS = 20

_PROVIDERS = ("ACTIVE_DIRECTORY", "FEDERATION", "IMPORT", "LDAP", "OKTA", "SOCIAL")
_WITHOUT_PASSWORD = ("FEDERATION", "SOCIAL")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The `credentials` of a request: at most one of a plain text and an imported password."""

    text: str | None = None
    imported: Password | None = None
    recovery: RecoveryQuestion | None = None
    provider: Provider | None = None

    @property
    def has_password(self) -> bool:
        """Tell whether a password comes with the request, in whatever form."""
        return self.text is not None or self.imported is not None


def read_credentials(body: Mapping[str, Any], known_question: str | None = None) -> Credentials:
    """Read `credentials` of a create or update body.

    Args:
        body: the request's body.
        known_question: the user's present question; sent back without an answer it means no change.

    Raises:
        ApiError: 400 E0000003 for unknown keys and wrong JSON types, E0000001 for bad values.
    """
    given = object_at(body, "credentials")
    if not given.keys() <= {"password", "recovery_question", "provider", "emails"}:
        raise error("E0000003")
    text, imported = _read_password(object_at(given, "password"))
    question = object_at(given, "recovery_question")
    recovery = None
    if question and not ("answer" not in question and question.get("question") == known_question):
        recovery = credentials.check_question(question.get("question"), question.get("answer"))
    return Credentials(text, imported, recovery, _read_provider(object_at(given, "provider")))


def _read_password(given: dict[str, Any]) -> tuple[str | None, Password | None]:
    if not given.keys() <= {"value", "hash", "hook"}:
        raise error("E0000003")
    present = [key for key in ("value", "hash", "hook") if given.get(key) is not None]
    if len(present) > 1:
        raise validation_failed("password", "password: Only one of value, hash and hook can be given")
    if present == ["hash"]:
        return None, imported_password(object_at(given, "hash"))
    if present == ["hook"]:
        if object_at(given, "hook").get("type") != "default":
            raise validation_failed("password", "password.hook.type: must be default")
        return None, Password("HOOK")
    text = given.get("value")
    if text is not None and not isinstance(text, str):
        raise error("E0000003")
    return text or None, None


def _read_provider(given: dict[str, Any]) -> Provider | None:
    if not given:
        return None
    kind = given.get("type")
    if kind not in _PROVIDERS:
        raise validation_failed("provider", f"provider.type: must be one of {', '.join(_PROVIDERS)}")
    name = given.get("name")
    return Provider(kind, name if isinstance(name, str) and name else kind)


def create_user(
    change: Change, body: Mapping[str, Any], *, activate: bool, by_provider: bool, next_login: str | None
) -> User:
    """Create a user as `POST /api/v1/users` does.

    Args:
        change: the deed this is part of.
        body: the request's body, its top-level keys checked.
        activate: whether the user is activated at once.
        by_provider: whether a provider other than Okta may be given.
        next_login: `changePassword` to let the password expire at once.

    Raises:
        ApiError: when the body is refused; the org is unchanged then.
    """
    org = change.org
    if not isinstance(body.get("profile"), dict):
        raise error("E0000003")
    given = read_credentials(body)
    _check_next_login(next_login, given, activate=activate)
    kind = _read_type(org, object_at(body, "type").get("id"), org.user_types[org.user_type_id])
    realm_id = _read_realm(org, body.get("realmId"))
    groups = _read_groups(org, body.get("groupIds"))
    profile = kind.schema.complete(body["profile"], "newUser")
    _check_unique(org, kind.schema, profile, None)
    _check_provider(given, by_provider=by_provider)
    if given.text is not None and not org.password_policy.accepts(given.text, profile["login"]):
        raise org.password_policy.weak_password()

    user = enrol(change, profile, given, type_id=kind.id, realm_id=realm_id)
    for group in groups:
        place_member(change, group, user)
    apply_rules(change, user)
    if activate:
        lifecycle.activate(change, user)
    if next_login is not None and not postpone(change, Deed.EXPIRE_PASSWORD, user.id):
        credentials.expire_password(change, user)
    return user


def enrol(
    change: Change,
    profile: dict[str, Any],
    given: Credentials,
    *,
    type_id: str | None = None,
    realm_id: str | None = None,
) -> User:
    """Take in a checked user as STAGED and as a member of Everyone, of the default type and realm unless told."""
    org = change.org
    now = change.second
    user = User(
        id=org.ids.new("00u"),
        status=Status.STAGED,
        created=now,
        last_updated=now,
        status_changed=now,
        type_id=type_id or org.user_type_id,
        profile=profile,
        recovery=given.recovery,
        provider=given.provider or Provider(),
        realm_id=realm_id or (org.default_realm.id if org.default_realm else None),
    )
    org.add_user(user)
    change.log("user.lifecycle.create", user)
    _store_password(change, user, given)
    everyone = org.group_by_name(EVERYONE)
    if everyone is not None:
        everyone.members.add(user.id)
        everyone.last_membership_updated = now
        reconcile(change, user)
    return user


def _store_password(change: Change, user: User, given: Credentials) -> None:
    password = plain_password(given.text) if given.text is not None else given.imported
    if password is not None:
        credentials.store_password(change, user, password)
        change.log("user.account.update_password", user)


def update_user(
    change: Change,
    user: User,
    *,
    profile: Mapping[str, Any] | None,
    given: Credentials | None,
    type_id: Any,
    realm_id: Any,
    replace: bool,
    strict: bool,
) -> None:
    """Change a user as `POST` (merge) and `PUT` (replace) `/api/v1/users/{id}` do.

    Args:
        change: the deed this is part of.
        user: who is changed.
        profile: attributes to change, or the whole profile when `replace`; None to leave it.
        given: credentials to change; None to leave them.
        type_id: id of the user's type, which can change only when `replace`; None when not given.
        realm_id: id of the realm the user comes to; None when not given.
        replace: whether attributes left out are cleared.
        strict: whether the password policy's minimum age and history count.

    Raises:
        ApiError: when the change is refused; the user is unchanged then.
    """
    org = change.org
    present = org.user_types[user.type_id]
    kind = _read_type(org, type_id, present)
    if kind is not present and not replace:
        raise _bad_type()
    realm = _read_realm(org, realm_id) or user.realm_id
    merged = user.profile
    if profile is not None:
        schema = kind.schema
        merged = schema.complete(profile, "profile") if replace else schema.merged(user.profile, profile, "profile")
        merged = schema.guarded(user.profile, merged, profile)
        _check_unique(org, schema, merged, user)
    next_status(user, Operation.UPDATE)
    if merged != user.profile and user.provider.is_directory:
        raise error("E0000023")
    if given is not None:
        _change_credentials(change, user, given, strict=strict)
    edited = profile is not None or realm != user.realm_id
    if given is not None and given.recovery is not None:
        user.recovery = given.recovery
        edited = True
    if given is not None and given.provider is not None and given.provider != user.provider:
        user.provider = given.provider
        edited = True
    if edited:
        former = user.profile
        user.profile = merged
        user.type_id = kind.id
        user.realm_id = realm
        lifecycle.touch(change, user)
        change.log("user.account.update_profile", user, details=_difference(former, merged))
        apply_rules(change, user)


def _difference(former: Mapping[str, Any], present: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]] | None:
    """Tell the attributes that differ, as an event's `changeDetails` do."""
    names = [name for name in {**former, **present} if former.get(name) != present.get(name)]
    if not names:
        return None
    return {side: {name: values.get(name) for name in names} for side, values in (("from", former), ("to", present))}


def _change_credentials(change: Change, user: User, given: Credentials, *, strict: bool) -> None:
    if given.text is not None:
        credentials.set_password(change, user, given.text, strict=strict)
    elif given.imported is not None:
        if user.status is not Status.STAGED:
            raise error("E0000038")
        _store_password(change, user, given)
        lifecycle.touch(change, user)


def _check_next_login(next_login: str | None, given: Credentials, *, activate: bool) -> None:
    if next_login is None:
        return
    if next_login != "changePassword":
        raise validation_failed("nextLogin", "nextLogin: must be changePassword")
    code = "E0000124" if not given.has_password else "E0000125" if not activate else None
    if code is not None:
        summary = error(code).summary
        raise error(code, summary)


def _read_type(org: Org, type_id: Any, usual: UserType) -> UserType:
    """Find the user type a body names; `usual` when it names none."""
    if type_id is None:
        return usual
    if not isinstance(type_id, str) or type_id not in org.user_types:
        raise _bad_type()
    return org.user_types[type_id]


def _bad_type() -> ApiError:
    return validation_failed("type", "type: The user type does not exist or cannot be changed")


def _read_realm(org: Org, realm_id: Any) -> str | None:
    """Return the id of the realm a body names; None when it names none."""
    if realm_id is None:
        return None
    if not org.realms:
        raise validation_failed("realmId", "realmId: Realms are not enabled in this organization")
    if not isinstance(realm_id, str):
        raise error("E0000003")
    return org.realm(realm_id).id


def _read_groups(org: Org, group_ids: Any) -> list[Group]:
    if group_ids is None:
        return []
    if not isinstance(group_ids, list) or not all(isinstance(group_id, str) for group_id in group_ids):
        raise error("E0000003")
    if len(group_ids) > MAX_GROUPS:
        raise error("E0000093", "The number of group targets is too large")
    groups = [org.group(group_id) for group_id in group_ids]
    for group in groups:
        check_membership_is_writable(group)
    return groups


def _check_unique(org: Org, schema: ProfileSchema, profile: Mapping[str, Any], user: User | None) -> None:
    holder = org.user_by_login(profile["login"])
    if holder is not None and holder is not user:
        raise duplicate("login")
    for name in schema.unique_attributes:
        value = profile.get(name)
        if value is not None and any(
            other is not user and other.profile.get(name) == value for other in org.users.values()
        ):
            raise duplicate(name)


def _check_provider(given: Credentials, *, by_provider: bool) -> None:
    if given.provider is None or given.provider.type == "OKTA":
        return
    if not by_provider:
        raise _bad_provider("must come with the query parameter provider=true")
    if given.provider.type in _WITHOUT_PASSWORD and (given.has_password or given.recovery):
        raise _bad_provider(f"{given.provider.type} allows neither a password nor a recovery question")


def _bad_provider(what: str) -> ApiError:
    return validation_failed("provider", f"provider: {what}")
