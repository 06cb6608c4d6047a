"""The user profile schema of the org, and profiles checked against it."""

from collections.abc import Iterable, Mapping
from typing import Any

from okta_mcp.sandbox.attributes import BASE_ATTRIBUTES, Attribute
from okta_mcp.sandbox.errors import ApiError, not_writable, validation_failed

__all__ = ["ALWAYS_SHOWN", "ProfileSchema"]

# These stand in every profile Okta sends, null when unset; the others only when they have a value.
ALWAYS_SHOWN = ("firstName", "lastName", "mobilePhone", "secondEmail", "login", "email")

# The order in which Okta lists blank required attributes.
_REQUIRED_ORDER = ("login", "email", "firstName", "lastName")


class ProfileSchema:
    """The base attributes plus the custom ones of the org.

    Source: Okta Schemas API, "User schema".
    """

    def __init__(self, custom: Iterable[Attribute] = (), base: Iterable[Attribute] = BASE_ATTRIBUTES) -> None:
        self.base = {attribute.name: attribute for attribute in base}
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

    def guarded(self, former: Mapping[str, Any], merged: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what cannot be written: attributes that are read-only, and immutable ones that have a value.

        Args:
            former: the profile as it is.
            merged: as it would be.
            given: as the request has it.

        Raises:
            ApiError: 403 E0000077 or E0000078 when the request gives one of them another value.
        """
        for attribute in self.custom.values():
            name = attribute.name
            if attribute.mutability == "READ_WRITE" or (attribute.mutability == "IMMUTABLE" and name not in former):
                continue
            if name in given and merged.get(name) != former.get(name):
                raise not_writable(name, attribute.mutability)
            if name in former:
                merged = {**merged, name: former[name]}
        return merged

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

    def definitions(self) -> dict[str, Any]:
        """Write the attributes as the `definitions` of a schema document."""
        return {"custom": _definition("#custom", self.custom), "base": _definition("#base", self.base)}


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
