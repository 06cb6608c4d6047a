"""The arguments of an action: their schema, their check, and what to say when they are wrong."""

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase
from pydantic import Field, ValidationError, WithJsonSchema, create_model
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Action
from okta_mcp.actions.schemas import publish
from okta_mcp.directory import LONGEST, Kind
from okta_mcp.records import record

_SHAPES = {
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "list_type": "a list",
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
}
"""What an argument has to be, by the name of pydantic's complaint that it is not."""


CONFIRMATION = "confirmation"
"""The argument of every write that takes the code of a preview."""

_CODE = Annotated[
    str | None,
    Field(max_length=200),
    WithJsonSchema({"type": "string", "description": "Code from the preview"}),
]


class ArgumentError(Exception):
    """Arguments that cannot be used; the text says what is wrong, what is allowed, and what to send instead."""


@record
class Reference:
    """Marks a parameter that points at an object: callers write what a person would say.

    Args:
        kind: what it points at.
        description: for the schema.
        many: whether it is a list.
        most: longest list taken.
        fresh: whether the user is read anew although known; a write depends on the status, a list does not.
        include_deactivated: whether the action can do anything for a deactivated user.
        editable_first: whether groups whose members can be changed are offered before others of the same name.
    """

    kind: Kind
    description: str
    many: bool = False
    most: int = 20
    fresh: bool = True
    include_deactivated: bool = True
    editable_first: bool = False


@record
class Arguments:
    """What an action takes.

    Args:
        model: checks and converts; strict about names, tolerant about spelling of camelCase and snake_case.
        schema: what clients are shown; of a write with `confirmation`.
        references: Python name of each parameter that points at an object, and what it points at.
    """

    model: type[ArgModelBase]
    schema: dict[str, Any]
    references: Mapping[str, Reference]

    @property
    def names(self) -> tuple[str, ...]:
        """The wire names, but for `confirmation`, of which a preview tells whoever needs it."""
        return tuple(name for name in self.schema["properties"] if name != CONFIRMATION)

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments by their Python names, checked and converted, `confirmation` left out.

        Raises:
            ArgumentError: naming every argument that is wrong.
        """
        try:
            checked = self.model.model_validate(dict(given))
        except ValidationError as error:
            raise ArgumentError(self._explain(error)) from None
        return {name: getattr(checked, name) for name in type(checked).model_fields if name != CONFIRMATION}

    def unknown(self, name: str) -> str:
        """Say that there is no such argument, and which one may have been meant."""
        near = get_close_matches(name, self.names, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"it takes {_listed(self.names)}"
        return f"unknown argument `{name[:60]}`; {hint}"

    def _explain(self, error: ValidationError) -> str:
        problems = dict.fromkeys(self._problem(detail) for detail in error.errors(include_url=False))
        return "; ".join(problems)

    def _problem(self, detail: Any) -> str:
        where = list(detail["loc"])
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
        limits: dict[str, Any] = detail.get("ctx") or {}
        described = self.schema["properties"].get(str(where[0]) if where else "", {}).get("description", "")
        match detail["type"]:
            case "missing":
                return f"`{path}` is required" + (f": {described}" if described and len(where) == 1 else "")
            case "extra_forbidden" if len(where) == 1:
                return self.unknown(str(where[0]))
            case "extra_forbidden":
                return f"unknown field `{path}`"
            case "greater_than_equal" | "less_than_equal":
                return f"`{path}` is out of range: {self._range(where, limits)}"
            case "literal_error" | "enum":
                return f"`{path}` is one of {limits.get('expected')}"
            case "string_too_long" | "too_long" | "string_too_short" | "too_short":
                return f"`{path}` {_length(detail, limits)}"
            case "value_error":
                message = str(limits.get("error"))
                return f"`{path}` {message}" if path else message
            case _:
                shape = _SHAPES.get(detail["type"])
                return (
                    f"`{path}` has to be {shape}"
                    if shape
                    else f"`{path}`: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
                )

    def _range(self, where: list[Any], limits: Mapping[str, Any]) -> str:
        schema = self.schema["properties"].get(str(where[0]), {})
        for part in where[1:]:
            schema = schema.get("properties", {}).get(part, {})
        if {"minimum", "maximum"} <= schema.keys():
            return f"{schema['minimum']} to {schema['maximum']}"
        # A schema that is published in one line of words holds no bounds.
        return f"at least {limits['ge']}" if "ge" in limits else f"at most {limits.get('le')}"


@cache
def arguments_of(action: Action) -> Arguments:
    """Return what an action takes, read from its signature. Built once."""
    hints = get_type_hints(action.run, include_extras=True)
    fields: dict[str, Any] = {}
    references: dict[str, Reference] = {}
    for name, parameter in list(inspect.signature(action.run).parameters.items())[1:]:
        hint = hints[name]
        reference = _reference(hint)
        if reference is not None:
            references[name] = reference
            hint = _words(reference)
        fields[name] = (hint, ... if parameter.default is inspect.Parameter.empty else parameter.default)
    if action.writes:
        fields[CONFIRMATION] = (_CODE, None)
    model = create_model(
        f"{to_camel(action.name)}Arguments",
        __base__=ArgModelBase,
        __cls_kwargs__={
            "alias_generator": to_camel,
            "populate_by_name": True,
            "extra": "forbid",
            "hide_input_in_errors": True,
        },
        **fields,
    )
    return Arguments(model=model, schema=publish(model), references=references)


def _reference(hint: Any) -> Reference | None:
    if get_origin(hint) is Annotated:
        return next((mark for mark in get_args(hint)[1:] if isinstance(mark, Reference)), None)
    return None


def _words(reference: Reference) -> Any:
    # The length of a name is checked, but not worth its room in every schema.
    said = Annotated[
        str,
        Field(min_length=1, max_length=LONGEST),
        WithJsonSchema({"type": "string", "description": reference.description}),
    ]
    if not reference.many:
        return said
    names = Annotated[said, WithJsonSchema({"type": "string"})]
    return Annotated[list[names], Field(max_length=reference.most, description=reference.description)]


def _length(detail: Any, limits: Mapping[str, Any]) -> str:
    if detail["type"].endswith("too_short"):
        least = limits.get("min_length")
        return f"is too short: at least {least} character{'' if least == 1 else 's'}"
    if isinstance(detail["input"], list):
        return f"has too many entries: at most {limits.get('max_length')}, {limits.get('actual_length', 'more')} given"
    return f"is too long: at most {limits.get('max_length')} characters"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "no arguments"
