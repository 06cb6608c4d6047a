"""The objects of an Okta org, as frozen records over Okta's own JSON.

Every `from_json` is tolerant: a field that is missing or of a strange shape becomes None or empty, a field
that is unknown is passed over. Okta adds fields and enum values without notice, and one odd object must not
cost a whole page.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Generic, Self, TypeVar

from okta_mcp.records import record

T = TypeVar("T")

Json = Mapping[str, Any]


@record
class Page(Generic[T]):
    """One page of a collection.

    Attributes:
        items: the objects, in Okta's order.
        next: cursor of the next page; None when this is the last.
    """

    items: tuple[T, ...]
    next: str | None = None


@record
class Written(Generic[T]):
    """What a write was answered with.

    Attributes:
        value: the answer's body; None where Okta sends none.
        request_id: `X-Okta-Request-Id`, the `transaction.id` of the System Log.
    """

    value: T
    request_id: str | None = None


@record
class User:
    """A user. Timestamps are ISO 8601 UTC texts as Okta sends them, or None."""

    id: str
    status: str
    profile: Json = field(default_factory=dict)
    created: str | None = None
    activated: str | None = None
    status_changed: str | None = None
    last_login: str | None = None
    last_updated: str | None = None
    password_changed: str | None = None
    credentials: Json = field(default_factory=dict)
    type_id: str | None = None
    schema_id: str | None = None
    realm_id: str | None = None
    transitioning_to: str | None = None
    embedded: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, json: Json) -> Self:
        """Read a user object."""
        return cls(
            id=_word(json, "id"),
            status=_word(json, "status"),
            profile=inner(json, "profile"),
            created=_text(json, "created"),
            activated=_text(json, "activated"),
            status_changed=_text(json, "statusChanged"),
            last_login=_text(json, "lastLogin"),
            last_updated=_text(json, "lastUpdated"),
            password_changed=_text(json, "passwordChanged"),
            credentials=inner(json, "credentials"),
            type_id=_text(inner(json, "type"), "id"),
            schema_id=schema_of(json),
            realm_id=_text(json, "realmId"),
            transitioning_to=_text(json, "transitioningToStatus"),
            embedded=inner(json, "_embedded"),
        )

    @property
    def login(self) -> str:
        """The name the user signs in with."""
        return _word(self.profile, "login")

    @property
    def heading(self) -> str:
        """The status that the user is on the way to; where Okta is not at it, the one that they have."""
        return self.transitioning_to or self.status

    @property
    def email(self) -> str | None:
        """The primary e-mail address."""
        return _text(self.profile, "email")

    @property
    def name(self) -> str:
        """`displayName`, else first and last name, else the login."""
        full = " ".join(filter(None, (_text(self.profile, "firstName"), _text(self.profile, "lastName"))))
        return _text(self.profile, "displayName") or full or self.login

    @property
    def title(self) -> str | None:
        """The job title."""
        return _text(self.profile, "title")

    @property
    def department(self) -> str | None:
        """The department."""
        return _text(self.profile, "department")


@record
class Group:
    """A group."""

    id: str
    type: str
    name: str
    description: str | None = None
    created: str | None = None
    last_updated: str | None = None
    last_membership_updated: str | None = None
    source_id: str | None = None
    embedded: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, json: Json) -> Self:
        """Read a group object."""
        profile = inner(json, "profile")
        return cls(
            id=_word(json, "id"),
            type=_word(json, "type"),
            name=_word(profile, "name"),
            description=_text(profile, "description"),
            created=_text(json, "created"),
            last_updated=_text(json, "lastUpdated"),
            last_membership_updated=_text(json, "lastMembershipUpdated"),
            source_id=_text(inner(json, "source"), "id"),
            embedded=inner(json, "_embedded"),
        )

    @property
    def editable(self) -> bool:
        """Whether members may be added and removed here: only Okta's own groups, not imported or built-in."""
        return self.type == "OKTA_GROUP"


@record
class Application:
    """An application instance."""

    id: str
    name: str
    label: str
    status: str
    sign_on_mode: str | None = None
    settings: Json = field(default_factory=dict)
    embedded: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, json: Json) -> Self:
        """Read an application object."""
        return cls(
            id=_word(json, "id"),
            name=_word(json, "name"),
            label=_word(json, "label"),
            status=_word(json, "status"),
            sign_on_mode=_text(json, "signOnMode"),
            settings=inner(json, "settings"),
            embedded=inner(json, "_embedded"),
        )


@record
class AppLink:
    """One tile of a user's dashboard. An application may have several."""

    app_id: str
    label: str
    app_name: str | None = None

    @classmethod
    def from_json(cls, json: Json) -> Self:
        """Read an appLink object. Its `id` is the user's, so the application's is `appInstanceId`."""
        return cls(
            app_id=_word(json, "appInstanceId"),
            label=_word(json, "label"),
            app_name=_text(json, "appName"),
        )


@record
class LogEvent:
    """One event of the System Log."""

    uuid: str
    published: str | None
    event_type: str
    actor: Json = field(default_factory=dict)
    targets: tuple[Json, ...] = ()
    outcome: Json = field(default_factory=dict)
    client: Json = field(default_factory=dict)
    transaction: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, json: Json) -> Self:
        """Read a LogEvent object."""
        targets = json.get("target")
        return cls(
            uuid=_word(json, "uuid"),
            published=_text(json, "published"),
            event_type=_word(json, "eventType"),
            actor=inner(json, "actor"),
            targets=tuple(t for t in targets if isinstance(t, Mapping)) if isinstance(targets, list) else (),
            outcome=inner(json, "outcome"),
            client=inner(json, "client"),
            transaction=inner(json, "transaction"),
        )


@record
class Org:
    """The org itself."""

    id: str
    subdomain: str | None = None
    company_name: str | None = None
    status: str | None = None
    created: str | None = None
    last_updated: str | None = None
    expires_at: str | None = None

    @classmethod
    def from_json(cls, json: Json) -> Self:
        """Read an org object."""
        return cls(
            id=_word(json, "id"),
            subdomain=_text(json, "subdomain"),
            company_name=_text(json, "companyName"),
            status=_text(json, "status"),
            created=_text(json, "created"),
            last_updated=_text(json, "lastUpdated"),
            expires_at=_text(json, "expiresAt"),
        )


def schema_of(json: Json) -> str | None:
    """Return the id of the schema that an object links to; None in lists, which bring no such link."""
    address = _text(inner(inner(json, "_links"), "schema"), "href") or ""
    last = address.rpartition("/")[2]
    return last if last.isalnum() else None


def _text(json: Json, key: str) -> str | None:
    value = json.get(key)
    if value is None or isinstance(value, Mapping | list):
        return None
    return str(value) or None


def _word(json: Json, key: str) -> str:
    return _text(json, key) or ""


def inner(json: Json, key: str) -> Json:
    """Return the object at `key`; an empty one when there is none or something else stands there."""
    value = json.get(key)
    return value if isinstance(value, Mapping) else {}
