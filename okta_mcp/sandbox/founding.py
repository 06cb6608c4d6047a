"""What an org has before anybody works in it: built-in groups, the company's groups and its apps."""

from datetime import datetime

from okta_mcp.sandbox.attributes import Attribute
from okta_mcp.sandbox.clock import Clock
from okta_mcp.sandbox.company import AppSpec, Company, CustomAttribute, GroupSpec
from okta_mcp.sandbox.org import ADMINISTRATORS, EVERYONE, Org
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.records import App, Group, GroupType

__all__ = ["found"]

_BUILT_IN = (
    GroupSpec(EVERYONE, "All users in your organization", "BUILT_IN"),
    GroupSpec(ADMINISTRATORS, "Okta manages this group, which contains all administrators", "BUILT_IN"),
)
# The last part of a tile's address; it means nothing to clients.
_FIRST_TILE = 2557


def found(company: Company, clock: Clock, founded: datetime) -> Org:
    """Make a company's org as it is before the first user.

    Args:
        company: whose org it is.
        clock: returns the current time, aware.
        founded: when the org, its groups and its apps were made.

    Raises:
        ValueError: when an app or a group names another that the company does not have.
    """
    schema = ProfileSchema(_attribute(custom) for custom in company.custom_attributes)
    org = Org(clock, schema, name=company.name, subdomain=company.subdomain, created=founded)
    named = {spec.name for spec in company.groups}
    for spec in (*(spec for spec in _BUILT_IN if spec.name not in named), *company.groups):
        _add_group(org, spec)
    for position, app_spec in enumerate(company.apps):
        _add_app(org, app_spec, _FIRST_TILE + position)
    for spec in company.groups:
        if spec.source_app is not None:
            _set_source(org, spec.name, spec.type, spec.source_app)
    return org


def _add_group(org: Org, spec: GroupSpec) -> None:
    profile = {"name": spec.name, **spec.profile}
    if spec.description is not None:
        profile["description"] = spec.description
    moment = org.created
    group = Group(org.ids.new("00g"), GroupType(spec.type), profile, moment, moment, moment)
    org.groups[group.id] = group


def _add_app(org: Org, spec: AppSpec, number: int) -> None:
    app = App(
        id=org.ids.new("0oa"),
        name=spec.name,
        label=spec.label,
        status=spec.status,
        sign_on_mode=spec.sign_on_mode,
        created=org.created,
        last_updated=org.created,
        settings=spec.settings,
        number=number,
    )
    for name in spec.groups:
        group = org.group_by_name(name)
        if group is None:
            raise ValueError(f"the app {spec.label} is assigned to the group {name}, which does not exist")
        app.group_ids[group.id] = org.created
    org.apps[app.id] = app


def _set_source(org: Org, name: str, kind: str, label: str) -> None:
    app = org.app_by_label(label)
    if app is None:
        raise ValueError(f"the group {name} comes from the app {label}, which does not exist")
    for group in org.groups.values():
        if group.name == name and group.type == kind:
            group.source_id = app.id
            if app.is_directory:
                group.object_class = "okta:windows_security_principal"


def _attribute(custom: CustomAttribute) -> Attribute:
    rules = custom.extra
    items = rules.get("items")
    enum = (items.get("enum") if isinstance(items, dict) else None) or rules.get("enum")
    return Attribute(
        name=custom.name,
        title=custom.title,
        type=custom.type,
        items=items.get("type") if isinstance(items, dict) else None,
        required=bool(rules.get("required", False)),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        format=rules.get("format"),
        enum=None if enum is None else tuple(enum),
        unique=rules.get("unique") in (True, "UNIQUE_VALIDATED"),
        description=rules.get("description"),
    )
