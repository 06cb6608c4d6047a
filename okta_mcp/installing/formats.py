"""The three formats: what an entry looks like alone, and put into a file that holds more.

Files are changed by text, so that comments, order and spacing stay, and the outcome is read again: where it is not
exactly what was there plus the entry, nothing is written.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from okta_mcp.installing import jsonc, toml_text, yaml_text
from okta_mcp.installing.entry import Contribution

_MARK = "\ufeff"


class NotMergedError(ValueError):
    """A file that cannot be read, or not be changed without risk to what else it holds; says why."""


def written(contribution: Contribution, form: str) -> str:
    """Return what a file would hold that held nothing else, with a line break at its end."""
    if form == "json":
        return json.dumps(contribution.applied({}), indent=2, ensure_ascii=False) + "\n"
    return _spliced("", contribution, form)


def merged(text: str, contribution: Contribution, form: str) -> str:
    """Return a file's text with the entry in it, in the place of one of the same name.

    Args:
        text: what the file holds; may be empty.
        contribution: what to put in.
        form: json (with comments), toml or yaml.

    Raises:
        NotMergedError: the text is not of that format, or the entry has no safe place in it.
    """
    if not text.strip():
        return written(contribution, form)
    # As on Unix, and back again: what some editors put first, and two characters for a line break.
    mark = _MARK if text.startswith(_MARK) else ""
    breaks = "\r\n" if "\r\n" in text else "\n"
    plain = text.removeprefix(mark).replace("\r\n", "\n")
    before = _read(plain, form)
    _require_objects(before, contribution.table)
    try:
        after = _spliced(plain, contribution, form)
        held = _read(after, form)
    except (NotMergedError, jsonc.NotJSONError, yaml_text.NotBlockStyleError) as error:
        raise NotMergedError(f"there is no safe place for the entry ({error})") from None
    if held != contribution.applied(before):
        raise NotMergedError("there is no safe place for the entry: something else in the file would change with it")
    return mark + after.replace("\n", breaks)


def _spliced(text: str, contribution: Contribution, form: str) -> str:
    path = (*contribution.table, contribution.name)
    if form == "toml":
        return toml_text.with_table(text, path, contribution.entry)
    if form == "yaml":
        (table,) = contribution.table
        return yaml_text.with_entry(text, table, contribution.name, contribution.entry)
    for item in contribution.inputs:
        text = jsonc.with_item(text, "inputs", item)
    return jsonc.with_member(text, path, contribution.entry)


def _read(text: str, form: str) -> dict[str, Any]:
    try:
        value = _READERS[form](text)
    except (jsonc.NotJSONError, tomllib.TOMLDecodeError) as error:
        raise NotMergedError(f"it is not {form.upper()}: {error}") from None
    if not isinstance(value, dict):
        raise NotMergedError("it holds no table of settings")
    return value


def _yaml(text: str) -> Any:
    # Only for this one format; the server itself reads none.
    try:
        import yaml  # noqa: PLC0415
    except ImportError:
        raise NotMergedError(
            "reading YAML needs the extra `yaml`: pip install 'okta-mcp[yaml]'. Or put the entry in by hand."
        ) from None
    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f": line {mark.line + 1}"
        raise NotMergedError(f"it is not YAML{where}") from None


_READERS: Mapping[str, Callable[[str], Any]] = {
    "json": lambda text: jsonc.parse(text).value,
    "toml": tomllib.loads,
    "yaml": _yaml,
}


def _require_objects(document: Mapping[str, Any], table: tuple[str, ...]) -> None:
    inner: Any = document
    for key in table:
        inner = inner.get(key)
        if inner is None:
            return
        if not isinstance(inner, Mapping):
            raise NotMergedError(f"{key} is no table there")
