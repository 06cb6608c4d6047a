"""A user's profile as arguments: the 31 base attributes of Okta's default schema, and the org's own besides."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, WithJsonSchema, create_model

from okta_mcp.directory import only_spelling

# name: description, shortest, longest (None: Okta sets no limit)
ATTRIBUTES: dict[str, tuple[str, int | None, int | None]] = {
    "firstName": ("Given", 1, 50),
    "lastName": ("Family", 1, 50),
    "email": ("Email", 5, 100),
    "login": ("Default: email", 5, 100),
    "middleName": ("Middle", None, None),
    "honorificPrefix": ("Dr.", None, None),
    "honorificSuffix": ("PhD", None, None),
    "title": ("Job", None, None),
    "displayName": ("Shown", None, None),
    "nickName": ("Nick", None, None),
    "profileUrl": ("URL", None, None),
    "secondEmail": ("Email", 5, 100),
    "mobilePhone": ("Phone", None, 100),
    "primaryPhone": ("Phone", None, 100),
    "streetAddress": ("Street", None, 1024),
    "city": ("City", None, 128),
    "state": ("State", None, 128),
    "zipCode": ("ZIP", None, 50),
    "countryCode": ("ISO: FR", 2, 2),
    "postalAddress": ("Mail", None, 4096),
    "preferredLanguage": ("en-US", None, None),
    "locale": ("en_US", None, None),
    "timezone": ("IANA", None, None),
    "userType": ("Kind", None, None),
    "employeeNumber": ("No.", None, None),
    "costCenter": ("Code", None, None),
    "organization": ("Firm", None, None),
    "division": ("Unit", None, None),
    "department": ("Team", None, None),
    "managerId": ("Person", None, None),
    "manager": ("Name", None, None),
}
"""Okta API, `GET /api/v1/meta/schemas/user/default`."""

_ALWAYS = ("email",)
"""What every user needs in every org; what else, the org's schema says."""


def _nothing_empty(profile: Any) -> Any:
    if isinstance(profile, Mapping):
        empty = [name for name, value in profile.items() if value is None or value == ""]
        if empty:
            raise ValueError(
                f"has nothing in {', '.join(f'`{name}`' for name in empty)}; leave out what is to stay as it is "
                "(update_user empties an attribute named in `clear`)"
            )
    return profile


@cache
def _model(name: str, required: tuple[str, ...] = ()) -> type[BaseModel]:
    """Return a model of a profile; made on first use, which is no part of most starts."""
    fields: dict[str, Any] = {}
    for attribute, (description, shortest, longest) in ATTRIBUTES.items():
        limits = Field(description=description, min_length=shortest or 1, max_length=longest)
        # The limits are checked, but not worth their room in every context.
        hint = Annotated[str, limits, WithJsonSchema({"type": "string", "description": description})]
        # Under Okta's names alone: what another spelling means, the org's schema decides (`named_attributes.py`).
        fields[attribute] = (hint, None)

    def published(schema: dict[str, Any]) -> None:
        # Nothing is said of other keys, the org's own attributes: JSON Schema takes them unless told otherwise.
        schema.pop("additionalProperties", None)
        if required:
            schema["required"] = list(required)

    return create_model(
        name,
        __config__=ConfigDict(
            extra="allow", coerce_numbers_to_str=True, hide_input_in_errors=True, json_schema_extra=published
        ),
        **fields,
    )


NewProfile = Annotated[
    BaseModel,
    BeforeValidator(_nothing_empty),
    GetPydanticSchema(lambda _source, handler: handler(_model("NewProfile", _ALWAYS))),
]
"""The profile of a user to be created; other keys are custom attributes, or other spellings."""

ProfileChanges = Annotated[
    BaseModel,
    BeforeValidator(_nothing_empty),
    GetPydanticSchema(lambda _source, handler: handler(_model("ProfileChanges"))),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": True,
            "description": "Attributes, also the org's own; a wrong name lists them",
            # Some vendors refuse an object without properties; these are the ones that change most.
            "properties": {
                name: {"type": "string", "description": description}
                for name, description in (("title", "Job title"), ("department", "Team"), ("managerId", "Person"))
            },
        }
    ),
]
"""The attributes of a user to be set, base ones by the same rules as in a new profile."""


def wire(profile: BaseModel) -> dict[str, Any]:
    """Return exactly the attributes that were given, under the names they were given."""
    return profile.model_dump(exclude_unset=True)


def attribute_name(name: str) -> str:
    """Return Okta's name of a base attribute that is spelled otherwise; any other name stays as it is."""
    return name if name in ATTRIBUTES else only_spelling(name, ATTRIBUTES) or name
