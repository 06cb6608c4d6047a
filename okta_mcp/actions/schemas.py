"""JSON schemas in the form that every model vendor takes.

No `$ref`, no generated titles, no `null` branch for what may be left out: some vendors refuse these, and all of
them cost context.
"""

from typing import Any

from pydantic import BaseModel

_NOISE = frozenset({"title", "$defs"})


def publish(model: type[BaseModel]) -> dict[str, Any]:
    """Return the model's schema as it is published: inlined, untitled, without null branches."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    published = _plain(schema, schema.get("$defs", {}))
    if not isinstance(published, dict):
        raise TypeError(f"{model.__name__} has no object schema")
    published.pop("description", None)
    return published


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[-1]]
        described = {key: value for key, value in target.items() if key != "description"}
        return _plain({**described, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)
    plain: dict[str, Any] = {}
    for key, value in node.items():
        if key not in _NOISE and not (key == "default" and value in (None, [], {})):
            name, kept = _keyword(key, value, definitions)
            plain[name] = kept
    return _without_null(plain)


def _keyword(key: str, value: Any, definitions: dict[str, Any]) -> tuple[str, Any]:
    if key == "properties":
        # A property may itself be called `title`; names are data here, not keywords.
        return key, {name: _plain(item, definitions) for name, item in value.items()}
    if key == "const":
        return "enum", [value]  # not every vendor knows `const`
    return key, value if key in {"enum", "default"} else _plain(value, definitions)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    branches = schema.get("anyOf")
    if branches is None:
        return schema
    kept = [branch for branch in branches if branch != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if len(kept) == 1:
        return {**kept[0], **rest}
    return {**rest, "anyOf": kept}
