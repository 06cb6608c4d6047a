"""The `Link` headers by which Okta names the next page.

Okta sends one header line for each link, some proxies fold them into one, and URLs may hold commas: all of
these are read. Of the next link only the value of `after` is used, and the request is built anew on our own
origin and path. A link's host therefore needs no check (it is the org's canonical domain, which differs
from a custom one), and no host but the org's own can ever be sent the token.

Source: RFC 8288; Okta Management API, "Pagination".
"""

import re
from urllib.parse import parse_qs, urlsplit

import httpx2

from okta_mcp.okta.errors import UnreadableLink

_BETWEEN_LINKS = re.compile(r",(?=\s*<)")
_LINK = re.compile(r"\s*<([^>]*)>(.*)", re.DOTALL)
_REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)


def parse_links(headers: httpx2.Headers) -> dict[str, str]:
    """Read every link of an answer.

    Returns:
        URL by relation type, in lower case; of two links with one relation the first.
    """
    links: dict[str, str] = {}
    for header in headers.get_list("link"):
        for text in _BETWEEN_LINKS.split(header):
            link = _LINK.match(text)
            relation = link and _REL.search(link[2])
            if link and relation:
                for name in (relation[1] or relation[2] or "").lower().split():
                    links.setdefault(name, link[1])
    return links


def next_cursor(headers: httpx2.Headers) -> str | None:
    """Read the cursor of the next page.

    Returns:
        the value of `after` in the link of relation `next`; None when there is no such link.

    Raises:
        UnreadableLink: there is such a link, but no cursor in it. Passing that over would make a part of a
            list look like the whole.
    """
    url = parse_links(headers).get("next")
    if url is None:
        return None
    try:
        cursors = parse_qs(urlsplit(url).query).get("after", [])
    except ValueError:
        cursors = []
    if len(cursors) != 1:
        raise UnreadableLink(
            "Okta names a next page, but its link holds no cursor that could be read. The list is incomplete."
        )
    return cursors[0]
