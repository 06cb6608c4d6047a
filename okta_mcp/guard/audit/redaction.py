"""Arguments as they may be written down: secrets are known by their type."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

HIDDEN = "(not recorded)"
"""What stands in the place of a secret."""


def recorded(value: Any) -> Any:
    """Return a checked argument as JSON data without secrets.

    Args:
        value: what `Arguments.check` returns; a secret is a `SecretStr`, at any depth. What is of a type that JSON
            has not is named by its type, never by its text.
    """
    match value:
        case Secret() | SecretStr() | SecretBytes():
            return HIDDEN
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case BaseModel():
            return _fields(value)
        case Mapping():
            return {str(name): recorded(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [recorded(one) for one in value]
    return f"({type(value).__name__})"


def _fields(model: BaseModel) -> dict[str, Any]:
    given = {
        field.alias or name: getattr(model, name)
        for name, field in type(model).model_fields.items()
        if name in model.model_fields_set
    }
    return {name: recorded(value) for name, value in {**given, **(model.model_extra or {})}.items()}
