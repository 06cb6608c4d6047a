"""What the model reads about a tool: `tool_descriptions/<tool>.md`."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent.parent
_FOLDERS = (_HERE / "tool_descriptions", _HERE.parent / "tool_descriptions")
"""Inside the installed package, and beside it in a checkout."""


@cache
def description_of(tool: str) -> str:
    """Return the description of a tool.

    Raises:
        FileNotFoundError: when it has none.
    """
    for folder in _FOLDERS:
        file = folder / f"{tool}.md"
        if file.is_file():
            return file.read_text(encoding="utf-8").strip()
    raise FileNotFoundError(f"tool_descriptions/{tool}.md")
