"""The icons of the resources: one glyph a kind, drawn here and carried inside the answer."""

from functools import cache
from typing import Literal
from urllib.parse import quote

from mcp.types import Icon

Glyph = Literal["org", "user", "group", "application", "schema", "policy"]

# On a grid of 24. A grey of middle lightness can be seen on light and dark grounds alike.
_PATHS: dict[Glyph, str] = {
    "org": "M4 21V4h10v17M14 9h6v12M3 21h18M8 8h2M8 12h2M8 16h2",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-9 16-9 16 0",
    "group": "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 20c0-8 12-8 12 0M17 12a3 3 0 1 0-2-5M17 14c3 0 4 3 4 6",
    "application": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
    "schema": "M4 5h16v14H4zM4 10h16M10 10v9",
    "policy": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4",
}


@cache
def icon(glyph: Glyph) -> Icon:
    """Return the icon of a kind of object, an SVG as a `data:` URI."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#7a7f87" stroke-width="2">'
        f'<path d="{_PATHS[glyph]}"/></svg>'
    )
    return Icon(src="data:image/svg+xml," + quote(drawn, safe="/:='"), mime_type="image/svg+xml", sizes=["any"])
