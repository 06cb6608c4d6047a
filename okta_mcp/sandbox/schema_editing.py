"""Changing the profile schema of a user type, or that of groups: custom attributes come, change and go.

Source: Okta Schemas API, "Update the user type schema": what is sent is laid over the schema, null removes a custom
attribute. Of the base attributes only the user's own permissions, whether the two names are required, and the login's
pattern can change.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from okta_mcp.sandbox.attributes import FORMATS, Attribute
from okta_mcp.sandbox.call import object_at
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import ApiError, error, validation_failed
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.records import GroupType, User, UserType
from okta_mcp.sandbox.rules import invalidate_rules

__all__ = ["change_group_schema", "change_schema"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
# Okta takes any pattern of this shape for a login: a set of characters, repeated.
_LOGIN_PATTERN = re.compile(r"\.\+|\[[^\[\]]+\]\+")
_TYPES = ("string", "boolean", "number", "integer", "array")
_ITEM_TYPES = ("string", "number", "integer")
_MUTABILITIES = ("READ_WRITE", "READ_ONLY", "IMMUTABLE")
_PERMISSIONS = ("HIDE", "READ_ONLY", "READ_WRITE")
_NUMERIC = ("number", "integer")
_WORDS = """
title type description items required unique format minLength maxLength minimum maximum enum oneOf pattern
mutability scope permissions master externalName externalNamespace default
"""
_KNOWN = frozenset(_WORDS.split())
_NUMBERS = {"minLength": "min_length", "maxLength": "max_length", "minimum": "minimum", "maximum": "maximum"}


def change_schema(change: Change, kind: UserType, body: Mapping[str, Any]) -> None:
    """Lay the `definitions` of a body over the schema of a user type.

    Users lose the values of attributes that are removed; rules that ask for them become invalid.

    Raises:
        ApiError: 400 E0000003 for a wrong shape, 400 E0000001 for what Okta would not do; nothing is changed then.
    """
    edited = _edited(kind.schema, body)
    users = [user for user in change.org.users.values() if user.type_id == kind.id]
    _check_uniqueness(kind.schema, edited.custom.values(), users)
    gone = kind.schema.custom.keys() - edited.custom.keys()
    kind.schema = edited
    kind.schema_updated = change.second
    for user in users:
        if not gone.isdisjoint(user.profile):
            user.profile = {name: value for name, value in user.profile.items() if name not in gone}
    if gone:
        invalidate_rules(change)


def change_group_schema(change: Change, body: Mapping[str, Any]) -> None:
    """Lay the `definitions` of a body over the schema of groups; values of removed attributes go.

    Raises:
        ApiError: as `change_schema`, and for an attribute that shall be unique: those of groups cannot.
    """
    org = change.org
    edited = _edited(org.group_schema, body)
    if edited.unique_attributes:
        raise _bad(edited.unique_attributes[0], "an attribute of groups cannot be unique")
    gone = org.group_schema.custom.keys() - edited.custom.keys()
    org.group_schema = edited
    org.group_schema_updated = change.second
    for group in org.groups.values():
        if group.type is GroupType.OKTA and not gone.isdisjoint(group.profile):
            group.profile = {name: value for name, value in group.profile.items() if name not in gone}


def _edited(schema: ProfileSchema, body: Mapping[str, Any]) -> ProfileSchema:
    definitions = object_at(body, "definitions")
    if not definitions.keys() <= {"custom", "base"}:
        raise error("E0000003")
    custom = _custom(schema, object_at(definitions, "custom"))
    base = _base(schema, object_at(definitions, "base"))
    return ProfileSchema(custom.values(), base.values())


def _custom(schema: ProfileSchema, given: Mapping[str, Any]) -> dict[str, Attribute]:
    required = _required_names(given)
    attributes = dict(schema.custom)
    for name, rules in object_at(given, "properties").items():
        if rules is None:
            attributes.pop(name, None)
            continue
        if not isinstance(rules, dict) or not rules.keys() <= _KNOWN:
            raise error("E0000003")
        if not _NAME.fullmatch(name) or name in schema.base:
            raise _bad(name, "The name is not a valid variable name, or that of a base attribute")
        present = attributes.get(name)
        if present is not None and rules.get("type", present.type) != present.type:
            raise _bad(name, "The type of an attribute cannot be changed")
        written = {} if present is None else present.document()
        attributes[name] = _attribute(name, {**written, **rules}, in_list=name in required)
    return attributes


def _attribute(name: str, rules: Mapping[str, Any], *, in_list: bool) -> Attribute:
    kind, title = rules.get("type"), rules.get("title")
    if kind not in _TYPES:
        raise _bad(name, f"type must be one of {', '.join(_TYPES)}")
    if not isinstance(title, str) or not title.strip():
        raise _bad(name, "title cannot be left blank")
    description = rules.get("description")
    if description is not None and not isinstance(description, str):
        raise error("E0000003")
    items = object_at(rules, "items")
    if (kind == "array") != bool(items) or (items and items.get("type") not in _ITEM_TYPES):
        raise _bad(name, f"an array, and nothing else, has items of one of {', '.join(_ITEM_TYPES)}")
    attribute = Attribute(
        name=name,
        title=title,
        permission=_permission(name, rules),
        type=kind,
        items=items.get("type"),
        required=_flag(rules.get("required", False)) or in_list,
        unique=rules.get("unique") in (True, "UNIQUE_VALIDATED", "PENDING_UNIQUENESS"),
        format=_format(name, kind, rules.get("format")),
        description=description,
        scope=_scope(name, rules.get("scope")),
        mutability=_mutability(name, rules.get("mutability")),
        **{field: _bound(name, kind, key, rules.get(key)) for key, field in _NUMBERS.items()},
    )
    if attribute.unique and kind in ("array", "boolean"):
        raise _bad(name, f"a value of type {kind} cannot be unique")
    _check_bounds(attribute)
    return replace(attribute, enum=_enum(attribute, rules, items))


def _bound(name: str, kind: Any, key: str, value: Any) -> Any:
    if value is None:
        return None
    wanted = ("string",) if key.endswith("Length") else _NUMERIC
    if kind not in wanted:
        raise _bad(name, f"{key} is not for values of type {kind}")
    if isinstance(value, bool) or not isinstance(value, int | float) or (key.endswith("Length") and value < 0):
        raise _bad(name, f"{key} must be a number")
    return int(value) if key.endswith("Length") else value


def _check_bounds(attribute: Attribute) -> None:
    for least, most in ((attribute.min_length, attribute.max_length), (attribute.minimum, attribute.maximum)):
        if least is not None and most is not None and least > most:
            raise _bad(attribute.name, "the minimum is greater than the maximum")


def _enum(attribute: Attribute, rules: Mapping[str, Any], items: Mapping[str, Any]) -> tuple[Any, ...] | None:
    # Titles of the values come in oneOf; the values alone count.
    chosen = items.get("enum", rules.get("enum"))
    if chosen is None:
        return None
    if not isinstance(chosen, list) or not chosen:
        raise _bad(attribute.name, "enum must be a list of values")
    of_one = Attribute(attribute.name, attribute.title, type=attribute.items or attribute.type)
    if any(next(of_one.faults(value), None) is not None for value in chosen):
        raise _bad(attribute.name, f"enum values must be of type {of_one.type}")
    return tuple(chosen)


def _permission(name: str, rules: Mapping[str, Any]) -> str:
    """Return what the user may do with an attribute of their own."""
    given = rules.get("permissions")
    if given is None:
        return "READ_ONLY"
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise error("E0000003")
    for one in given:
        if one.get("principal") != "SELF" or one.get("action") not in _PERMISSIONS:
            raise _bad(name, f"permissions are SELF and one of {', '.join(_PERMISSIONS)}")
    return str(given[-1]["action"]) if given else "READ_ONLY"


def _format(name: str, kind: Any, wanted: Any) -> str | None:
    if wanted is None:
        return None
    if kind != "string" or not isinstance(wanted, str) or wanted not in FORMATS:
        raise _bad(name, f"format must be one of {', '.join(FORMATS)}, of a string")
    return wanted


def _scope(name: str, scope: Any) -> str:
    if scope not in (None, "NONE", "SELF"):
        raise _bad(name, "scope must be NONE or SELF")
    return scope or "NONE"


def _mutability(name: str, mutability: Any) -> str:
    if mutability not in (None, *_MUTABILITIES):
        raise _bad(name, f"mutability must be one of {', '.join(_MUTABILITIES)}")
    return mutability or "READ_WRITE"


def _flag(value: Any) -> bool:
    if not isinstance(value, bool | None):
        raise error("E0000003")
    return bool(value)


def _required_names(given: Mapping[str, Any]) -> list[str]:
    names = given.get("required")
    if names is None:
        return []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise error("E0000003")
    return names


def _base(schema: ProfileSchema, given: Mapping[str, Any]) -> dict[str, Attribute]:
    attributes = dict(schema.base)
    for name, rules in object_at(given, "properties").items():
        if name not in attributes:
            raise _bad(name, "There is no base attribute of this name")
        if not isinstance(rules, dict):
            raise _bad(name, "A base attribute cannot be removed")
        attributes[name] = _edited_base(attributes[name], rules)
    return attributes


def _edited_base(attribute: Attribute, rules: Mapping[str, Any]) -> Attribute:
    present = attribute.document()
    editable = {"permissions", "required"} if attribute.name in ("firstName", "lastName") else {"permissions"}
    if attribute.name == "login":
        editable.add("pattern")
    for key, value in rules.items():
        usual = False if key == "required" else None
        if key not in editable and value != present.get(key, usual):
            raise _bad(attribute.name, f"{key} of a base attribute cannot be changed")
    if "permissions" in rules:
        attribute = replace(attribute, permission=_permission(attribute.name, rules))
    if "required" in editable and "required" in rules:
        attribute = replace(attribute, required=_flag(rules["required"]))
    if "pattern" in editable and "pattern" in rules:
        attribute = replace(attribute, pattern=_login_pattern(rules["pattern"]))
    return attribute


def _login_pattern(pattern: Any) -> str | None:
    """Read the pattern of logins; null is the usual one, an email address."""
    if pattern is None:
        return None
    if isinstance(pattern, str) and _LOGIN_PATTERN.fullmatch(pattern):
        try:
            re.compile(pattern)
        except re.error:
            raise _bad("login", "pattern is not valid") from None
        return pattern
    raise _bad("login", "pattern must be .+ or a set of characters such as [a-z0-9]+")


def _check_uniqueness(schema: ProfileSchema, custom: Iterable[Attribute], users: Iterable[User]) -> None:
    """Refuse to make an attribute unique that several users have the same value of."""
    for attribute in custom:
        present = schema.custom.get(attribute.name)
        if present is None or present.unique or not attribute.unique:
            continue
        values = [user.profile[attribute.name] for user in users if attribute.name in user.profile]
        if len(values) != len(set(values)):
            raise _bad(attribute.name, "The values of the attribute are not unique")


def _bad(name: str, what: str) -> ApiError:
    return validation_failed(name, f"{name}: {what}")
