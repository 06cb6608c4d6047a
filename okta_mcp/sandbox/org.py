"""The state of the org: every object by id, users also by login."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from okta_mcp.sandbox.attributes import GROUP_ATTRIBUTES
from okta_mcp.sandbox.clock import Clock
from okta_mcp.sandbox.errors import not_found
from okta_mcp.sandbox.ids import IdSource
from okta_mcp.sandbox.indexing import Users
from okta_mcp.sandbox.oauth import OAuthState, Role
from okta_mcp.sandbox.passwords import PasswordPolicy
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.records import App, Group, GroupType, Realm, Rule, Status, Token, User, UserType
from okta_mcp.sandbox.systemlog import SystemLog

if TYPE_CHECKING:
    from okta_mcp.sandbox.pending import Pending

__all__ = ["ADMINISTRATORS", "EVERYONE", "Org"]

EVERYONE = "Everyone"
ADMINISTRATORS = "Okta Administrators"

# An API token that is not used for this long stops working.
TOKEN_LIFETIME = timedelta(days=30)


class Org:
    """An Okta org. Reads are open; changes go through the modules of each subject.

    Args:
        clock: returns the current time, aware.
        schema: the user profile schema.
        name: of the company.
        subdomain: first part of the org's domain at Okta.
        created: when the org was made.
    """

    def __init__(self, clock: Clock, schema: ProfileSchema, *, name: str, subdomain: str, created: datetime) -> None:
        self._clock = clock
        self.company_name = name
        self.subdomain = subdomain
        self.created = created
        self.ids = IdSource()
        self.id = self.ids.new("00o")
        self.system_principal_id = self.ids.new("spr")
        self.user_type_id = self.ids.new("oty")
        self.user_schema_id = self.ids.new("osc")
        system = self.system_principal_id
        self.user_types: dict[str, UserType] = {
            self.user_type_id: UserType(
                id=self.user_type_id,
                schema_id=self.user_schema_id,
                name="user",
                display_name="User",
                description="Okta user profile template with default permission settings",
                schema=schema,
                is_default=True,
                created=created,
                created_by=system,
                last_updated=created,
                last_updated_by=system,
                schema_updated=created,
            )
        }
        self.group_schema = ProfileSchema(base=GROUP_ATTRIBUTES)
        self.group_schema_updated = created
        self.password_policy = PasswordPolicy()
        self.log = SystemLog()
        self.users = Users()
        self.groups: dict[str, Group] = {}
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        # The admin roles of users that were given some; the others have theirs from the administrators' group.
        self.roles: dict[str, frozenset[Role]] = {}
        self.oauth = OAuthState()
        self.rules: dict[str, Rule] = {}
        # Empty where the org does not have the feature; else one of them is the default.
        self.realms: dict[str, Realm] = {}
        # How long activations, deactivations in the background and apps of groups take; None when no time at all.
        self.delay: timedelta | None = None
        self.pending: list[Pending] = []
        self._built_in: dict[str, str] = {}

    def now(self) -> datetime:
        """Return the current time of the org's clock."""
        return self._clock()

    # The state as a whole: everything but the clock

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_clock"}

    def become(self, other: "Org") -> None:
        """Take over the state of another org, which is given up: who holds this org sees that state from now on."""
        self.__dict__ = {**other.__getstate__(), "_clock": self._clock}

    def run_by(self, clock: Clock) -> None:
        """Take the time from a clock, as an org out of a pickle has to."""
        self._clock = clock

    def follow(self, other: "Org") -> None:
        """Take the time from the clock of another org, as a copy out of a pickle has to."""
        self._clock = other._clock  # noqa: SLF001 - its own class

    # User types

    @property
    def schema(self) -> ProfileSchema:
        """The profile schema of the default user type."""
        return self.user_types[self.user_type_id].schema

    def user_type(self, type_id: str) -> UserType:
        """Find a user type by id; `default` names the default one.

        Raises:
            ApiError: 404 E0000007.
        """
        found = self.user_types.get(self.user_type_id if type_id == "default" else type_id)
        if found is None:
            raise not_found(type_id, "UserType")
        return found

    def schema_id_of(self, user: User) -> str:
        """Return the id of the schema that the user's profile follows."""
        return self.user_types[user.type_id].schema_id

    def knows_attribute(self, name: str) -> bool:
        """Tell whether a user of any type can have a profile attribute."""
        return any(name in kind.schema.attributes for kind in self.user_types.values())

    # Realms

    @property
    def default_realm(self) -> Realm | None:
        """The realm of users who are put into no other; None in an org without realms."""
        return next((realm for realm in self.realms.values() if realm.is_default), None)

    def realm(self, realm_id: str) -> Realm:
        """Find a realm by id.

        Raises:
            ApiError: 404 E0000007.
        """
        if realm_id not in self.realms:
            raise not_found(realm_id, "Realm")
        return self.realms[realm_id]

    # Users

    def add_user(self, user: User) -> None:
        """Take in a user whose login is free."""
        self.users[user.id] = user

    def remove_user(self, user: User) -> None:
        """Forget a user, its memberships and its tokens."""
        del self.users[user.id]
        for group in self.groups_of(user):
            group.members.discard(user.id)
            group.by_rule.pop(user.id, None)
        for rule in self.rules.values():
            if user.id in rule.excluded_users:
                rule.excluded_users.remove(user.id)
        self.revoke_tokens_of(user)

    def user_by_login(self, login: str) -> User | None:
        """Find a user by full login; case and diacritics do not matter."""
        return self.users.with_login(login)

    def user(self, key: str) -> User:
        """Find a user by id, by login, or by the part of the login before `@` if only one has it.

        Raises:
            ApiError: 404 E0000007.
        """
        found = self.users.get(key) or self.user_by_login(key)
        if found is None and key and "@" not in key:
            matches = self.users.with_shortname(key)
            if len(matches) == 1:
                found = matches[0]
        if found is None:
            raise not_found(key, "User")
        return found

    def user_by_id(self, user_id: str) -> User:
        """Find a user by id only.

        Raises:
            ApiError: 404 E0000007.
        """
        if user_id not in self.users:
            raise not_found(user_id, "User")
        return self.users[user_id]

    # Groups

    def group(self, group_id: str) -> Group:
        """Find a group by id.

        Raises:
            ApiError: 404 E0000007.
        """
        if group_id not in self.groups:
            raise not_found(group_id, "UserGroup")
        return self.groups[group_id]

    def group_by_name(self, name: str) -> Group | None:
        """Find a group by its exact name; groups made in Okta before imported ones."""
        # What is built in is asked for with every request; nobody renames or deletes it.
        known = self.groups.get(self._built_in.get(name, ""))
        if known is not None:
            return known
        named = [group for group in self.groups.values() if group.name == name]
        found = min(named, key=lambda group: group.type is GroupType.APP, default=None)
        if found is not None and found.type is GroupType.BUILT_IN:
            self._built_in[name] = found.id
        return found

    def groups_of(self, user: User) -> list[Group]:
        """List the groups the user is in, in order of creation."""
        return [group for group in self.groups.values() if user.id in group.members]

    def is_admin(self, user: User) -> bool:
        """Tell whether the user may administer the org."""
        administrators = self.group_by_name(ADMINISTRATORS)
        return administrators is not None and user.id in administrators.members

    # Apps

    def app(self, app_id: str) -> App:
        """Find an app by id.

        Raises:
            ApiError: 404 E0000007.
        """
        if app_id not in self.apps:
            raise not_found(app_id, "AppInstance")
        return self.apps[app_id]

    def app_by_label(self, label: str) -> App | None:
        """Find an app by its exact label."""
        return next((app for app in self.apps.values() if app.label == label), None)

    def apps_of(self, user: User) -> list[App]:
        """List the apps assigned to the user, directly or through a group, in order of creation."""
        return [app for app in self.apps.values() if user.id in app.assignments]

    def apps_of_group(self, group: Group) -> list[App]:
        """List the apps assigned to the group, in order of creation."""
        return [app for app in self.apps.values() if group.id in app.group_ids]

    # Tokens

    def issue_token(self, owner: User) -> Token:
        """Make an API token that acts for `owner`."""
        now = self.now()
        token = Token(self.ids.new("00T"), self.ids.secret(42, "00"), owner.id, now, now)
        self.tokens[token.secret] = token
        return token

    def live_token(self, secret: str) -> Token | None:
        """Find a token that still works, and renew it: it expires after 30 days without use.

        While its owner is suspended it does not work, as nothing of the owner's does.
        """
        token = self.tokens.get(secret)
        now = self.now()
        if token is None or now - token.last_used > TOKEN_LIFETIME:
            return None
        if self.users[token.owner_id].status is Status.SUSPENDED:
            return None
        token.last_used = now
        return token

    def revoke_tokens_of(self, user: User) -> None:
        """Revoke every API token the user owns."""
        self.tokens = {secret: token for secret, token in self.tokens.items() if token.owner_id != user.id}
