"""The attributes of a user profile: Okta's 31 base attributes and how a value of each is checked."""

import re
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

__all__ = ["BASE_ATTRIBUTES", "FORMATS", "GROUP_ATTRIBUTES", "Attribute"]

# Okta publishes no maximum for attributes without one; this keeps a runaway value out.
UNLISTED_MAX_LENGTH = 1000

_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_COUNTRY_CODES.split())
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LOCALE = re.compile(r"[a-z]{2,3}_[A-Z]{2}")
_JSON_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of the user profile, with the constraints its schema states."""

    name: str
    title: str
    permission: str = "READ_ONLY"
    type: str = "string"
    items: str | None = None
    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    format: str | None = None
    enum: tuple[Any, ...] | None = None
    unique: bool = False
    description: str | None = None
    pattern: str | None = None
    scope: str = "NONE"
    mutability: str = "READ_WRITE"

    def faults(self, value: Any) -> Iterator[str]:
        """Say what is wrong with `value` (not null, not blank); one clause per fault."""
        if not _JSON_TYPES[self.type](value):
            yield f"The value is not of type {self.type}"
            return
        if self.items is not None and not all(_JSON_TYPES[self.items](item) for item in value):
            yield f"The value is not an array of {self.items}"
            return
        if isinstance(value, str):
            yield from self._text_faults(value)
        elif isinstance(value, int | float):
            if self.minimum is not None and value < self.minimum:
                yield f"The value is less than {self.minimum:g}"
            if self.maximum is not None and value > self.maximum:
                yield f"The value is greater than {self.maximum:g}"
        if self.enum is not None:
            chosen = value if isinstance(value, list) else [value]
            if any(item not in self.enum for item in chosen):
                yield f"The value must be one of {', '.join(map(str, self.enum))}"

    def _text_faults(self, text: str) -> Iterator[str]:
        if self.name == "login" and self.pattern is None and not _EMAIL.fullmatch(text):
            yield "Username must be in the form of an email address"
        elif self.pattern is not None and not re.fullmatch(self.pattern, text):
            yield "Does not match required pattern"
        elif self.format is not None and not FORMATS[self.format](text):
            yield _FORMAT_FAULTS.get(self.format, "Does not match required pattern")
        elif any(ord(character) > 0xFFFF or character == "\0" for character in text):
            # Okta stores code points of at most three UTF-8 bytes.
            yield "Does not match required pattern"
        if len(text) > (self.max_length or UNLISTED_MAX_LENGTH):
            yield "The field is too long"
        if self.min_length is not None and len(text) < self.min_length:
            yield "The field is too short"

    def document(self) -> dict[str, Any]:
        """Write the attribute as the schema endpoint does."""
        written: dict[str, Any] = {"title": self.title, "type": self.type}
        if self.description is not None:
            written["description"] = self.description
        if self.items is not None:
            written["items"] = {"type": self.items}
            if self.enum is not None:
                written["items"]["enum"] = list(self.enum)
        if self.required:
            written["required"] = True
        if self.unique:
            written["unique"] = "UNIQUE_VALIDATED"
        optional = {
            "format": self.format,
            "pattern": self.pattern,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "minimum": self.minimum,
            "maximum": self.maximum,
        }
        written.update({name: value for name, value in optional.items() if value is not None})
        if self.enum is not None and self.items is None:
            written["enum"] = list(self.enum)
        written["mutability"] = self.mutability
        written["scope"] = self.scope
        written["permissions"] = [{"principal": "SELF", "action": self.permission}]
        if self.name == "login":
            written["master"] = {"type": "PROFILE_MASTER"}
        return written


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _is_time_zone(text: str) -> bool:
    known = _time_zones()
    # A machine without the time zone database can only judge the shape.
    return text in known if known else re.fullmatch(r"[A-Z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*", text) is not None


def _is_uri(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)


FORMATS: dict[str, Callable[[str], bool]] = {
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "uri": _is_uri,
    "country-code": lambda text: text in _COUNTRIES,
    "language-code": lambda text: _LANGUAGE.fullmatch(text) is not None,
    "locale": lambda text: _LOCALE.fullmatch(text) is not None,
    "timezone": _is_time_zone,
}
_FORMAT_FAULTS = {
    # Okta sends this with its placeholders unfilled.
    "language-code": (
        "For property '{0}', string value of {1} is not a valid language priority list from RFC 7231 Section 5.3.5"
    ),
    "country-code": "The value is not a valid ISO 3166-1 alpha-2 country code",
    "locale": "The value is not a valid locale",
    "timezone": "The value is not a valid timezone",
    "uri": "The value is not a valid URI",
}

BASE_ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("login", "Username", required=True, min_length=5, max_length=100),
    Attribute("firstName", "First name", "READ_WRITE", required=True, min_length=1, max_length=50),
    Attribute("lastName", "Last name", "READ_WRITE", required=True, min_length=1, max_length=50),
    Attribute("middleName", "Middle name"),
    Attribute("honorificPrefix", "Honorific prefix"),
    Attribute("honorificSuffix", "Honorific suffix"),
    Attribute("email", "Primary email", "READ_WRITE", required=True, min_length=5, max_length=100, format="email"),
    Attribute("title", "Title"),
    Attribute("displayName", "Display name"),
    Attribute("nickName", "Nickname"),
    Attribute("profileUrl", "Profile Url", format="uri"),
    Attribute("secondEmail", "Secondary email", "READ_WRITE", min_length=5, max_length=100, format="email"),
    Attribute("mobilePhone", "Mobile phone", "READ_WRITE", max_length=100),
    Attribute("primaryPhone", "Primary phone", "HIDE", max_length=100),
    Attribute("streetAddress", "Street address", "HIDE", max_length=1024),
    Attribute("city", "City", "HIDE", max_length=128),
    Attribute("state", "State", "HIDE", max_length=128),
    Attribute("zipCode", "Zip code", "HIDE", max_length=50),
    Attribute("countryCode", "Country code", "HIDE", max_length=2, format="country-code"),
    Attribute("postalAddress", "Postal Address", "HIDE", max_length=4096),
    Attribute("preferredLanguage", "Preferred language", format="language-code"),
    Attribute("locale", "Locale", format="locale"),
    Attribute("timezone", "Time zone", format="timezone"),
    Attribute("userType", "User type"),
    Attribute("employeeNumber", "Employee number"),
    Attribute("costCenter", "Cost center"),
    Attribute("organization", "Organization"),
    Attribute("division", "Division"),
    Attribute("department", "Department"),
    Attribute("managerId", "ManagerId"),
    Attribute("manager", "Manager"),
)

GROUP_ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("name", "Name", required=True, max_length=255),
    Attribute("description", "Description", max_length=1024),
)
