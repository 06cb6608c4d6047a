"""The state of the org: every object by id, users also by login."""

import unicodedata
from datetime import datetime, timedelta

from okta_mcp.sandbox.clock import Clock
from okta_mcp.sandbox.errors import not_found
from okta_mcp.sandbox.ids import IdSource
from okta_mcp.sandbox.passwords import PasswordPolicy
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.records import App, Group, GroupType, Token, User
from okta_mcp.sandbox.systemlog import SystemLog

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
        self.schema = schema
        self.company_name = name
        self.subdomain = subdomain
        self.created = created
        self.ids = IdSource()
        self.id = self.ids.new("00o")
        self.system_principal_id = self.ids.new("spr")
        self.user_type_id = self.ids.new("oty")
        self.user_schema_id = self.ids.new("osc")
        self.password_policy = PasswordPolicy()
        self.log = SystemLog()
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        self._logins: dict[str, str] = {}

    def now(self) -> datetime:
        """Return the current time of the org's clock."""
        return self._clock()

    # Users

    def add_user(self, user: User) -> None:
        """Take in a user whose login is free."""
        self.users[user.id] = user
        self._logins[_folded(user.login)] = user.id

    def remove_user(self, user: User) -> None:
        """Forget a user, its memberships and its tokens."""
        del self.users[user.id]
        del self._logins[_folded(user.login)]
        for group in self.groups_of(user):
            group.members.discard(user.id)
        self.revoke_tokens_of(user)

    def rename_user(self, user: User, former_login: str) -> None:
        """Make the user known under its present login instead of `former_login`."""
        del self._logins[_folded(former_login)]
        self._logins[_folded(user.login)] = user.id

    def user_by_login(self, login: str) -> User | None:
        """Find a user by full login; case and diacritics do not matter."""
        user_id = self._logins.get(_folded(login))
        return None if user_id is None else self.users[user_id]

    def user(self, key: str) -> User:
        """Find a user by id, by login, or by the part of the login before `@` if only one has it.

        Raises:
            ApiError: 404 E0000007.
        """
        found = self.users.get(key) or self.user_by_login(key)
        if found is None and key and "@" not in key:
            shortname = _folded(key)
            matches = [login for login in self._logins if login.partition("@")[0] == shortname]
            if len(matches) == 1:
                found = self.users[self._logins[matches[0]]]
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
        named = [group for group in self.groups.values() if group.name == name]
        return min(named, key=lambda group: group.type is GroupType.APP, default=None)

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
        """Find a token that still works, and renew it: it expires after 30 days without use."""
        token = self.tokens.get(secret)
        now = self.now()
        if token is None or now - token.last_used > TOKEN_LIFETIME:
            return None
        token.last_used = now
        return token

    def revoke_tokens_of(self, user: User) -> None:
        """Revoke every API token the user owns."""
        self.tokens = {secret: token for secret, token in self.tokens.items() if token.owner_id != user.id}


def _folded(login: str) -> str:
    decomposed = unicodedata.normalize("NFKD", login)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.casefold()
