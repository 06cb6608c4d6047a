"""The user profile schema of the org, and profiles checked against it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from okta_mcp.sandbox.attributes import BASE_ATTRIBUTES, Attribute
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.errors import ApiError, validation_failed

__all__ = ["ALWAYS_SHOWN", "ProfileSchema"]

# These stand in every profile Okta sends, null when unset; the others only when they have a value.
ALWAYS_SHOWN = ("firstName", "lastName", "mobilePhone", "secondEmail", "login", "email")

# The order in which Okta lists blank required attributes.
_REQUIRED_ORDER = ("login", "email", "firstName", "lastName")


class ProfileSchema:
    """The base attributes plus the custom ones of the org.

    Source: Okta Schemas API, "User schema".
    """

    def __init__(self, custom: Iterable[Attribute] = ()) -> None:
        self.base = {attribute.name: attribute for attribute in BASE_ATTRIBUTES}
        self.custom = {attribute.name: attribute for attribute in custom}
        self.attributes = self.base | self.custom
        required = [name for name in self.attributes if self.attributes[name].required]
        self._required = sorted(
            required,
            key=lambda name: _REQUIRED_ORDER.index(name) if name in _REQUIRED_ORDER else len(_REQUIRED_ORDER),
        )
        self._unique = [name for name in self.custom if self.custom[name].unique]

    @property
    def unique_attributes(self) -> list[str]:
        """Names of the custom attributes whose values may occur once in the org."""
        return self._unique

    def complete(self, given: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """Check a whole profile, as create and replace send it; `subject` names it in the error.

        Returns:
            The attributes that have a value.

        Raises:
            ApiError: 400 E0000001 with a cause for each fault.
        """
        self._refuse_undefined(given, subject)
        blank = [name for name in self._required if _is_blank(given.get(name))]
        return self._checked(given, blank)

    def merged(self, current: Mapping[str, Any], changes: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """Check a partial profile and lay it over `current`; null and "" clear an attribute.

        Raises:
            ApiError: 400 E0000001 with a cause for each fault.
        """
        self._refuse_undefined(changes, subject)
        blank = [name for name in self._required if name in changes and _is_blank(changes[name])]
        checked = self._checked(changes, blank)
        kept = {name: value for name, value in current.items() if name not in changes}
        return kept | checked

    def _refuse_undefined(self, given: Mapping[str, Any], subject: str) -> None:
        undefined = [name for name in given if name not in self.attributes]
        if undefined:
            raise validation_failed(
                subject, *(f"Property name '{name}' is not defined in profile" for name in undefined)
            )

    def _checked(self, given: Mapping[str, Any], blank: list[str]) -> dict[str, Any]:
        faults = [(name, "The field cannot be left blank") for name in blank]
        filled = {name: value for name, value in given.items() if not _is_blank(value)}
        for name in self.attributes:
            if name in filled:
                faults.extend((name, fault) for fault in self.attributes[name].faults(filled[name]))
        if faults:
            raise _profile_error(faults)
        return filled

    def document(self, origin: str, schema_id: str, type_id: str, created: datetime) -> dict[str, Any]:
        """Write the schema as `GET /api/v1/meta/schemas/user/{id}` does."""
        written_at = stamp(created)
        return {
            "id": f"{origin}/meta/schemas/user/{schema_id}",
            "$schema": "http://json-schema.org/draft-04/schema#",
            "name": "user",
            "title": "User",
            "description": "Okta user profile template with default permission settings",
            "lastUpdated": written_at,
            "created": written_at,
            "definitions": {
                "custom": _definition("#custom", self.custom),
                "base": _definition("#base", self.base),
            },
            "type": "object",
            "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
            "_links": {
                "self": {
                    "rel": "self",
                    "href": f"{origin}/api/v1/meta/schemas/user/{schema_id}",
                    "method": "GET",
                },
                "type": {
                    "rel": "type",
                    "href": f"{origin}/api/v1/meta/types/user/{type_id}",
                    "method": "GET",
                },
            },
        }


def _definition(fragment: str, attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    return {
        "id": fragment,
        "type": "object",
        "properties": {name: attribute.document() for name, attribute in attributes.items()},
        "required": [name for name, attribute in attributes.items() if attribute.required],
    }


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _profile_error(faults: list[tuple[str, str]]) -> ApiError:
    return validation_failed(faults[0][0], *(f"{name}: {fault}" for name, fault in faults))
