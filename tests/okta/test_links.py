import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.okta import UnreadableLink
from okta_mcp.okta.links import next_cursor, parse_links

SELF = '<https://example.okta.com/api/v1/users?limit=2>; rel="self"'
NEXT = '<https://example.okta.com/api/v1/users?after=00uA&limit=2>; rel="next"'


@pytest.mark.parametrize(
    "lines",
    [
        [SELF, NEXT],
        [NEXT, SELF],
        [f"{SELF}, {NEXT}"],
        [f"{SELF},{NEXT}"],
        ["<https://example.okta.com/api/v1/users?q=a,b&limit=2>; rel=self," + NEXT],
        [NEXT.replace('"next"', "next"), SELF],
        [NEXT.replace('rel="next"', 'title="a, b"; REL = "prefetch NEXT"')],
    ],
)
def test_the_next_cursor_is_found_however_the_links_are_laid_out(lines):
    assert next_cursor(httpx2.Headers([("Link", line) for line in lines])) == "00uA"


@pytest.mark.parametrize("lines", [[], [SELF], ["nonsense"], ["<https://example.okta.com/?after=1>"]])
def test_there_is_no_cursor_without_a_next_link(lines):
    assert next_cursor(httpx2.Headers([("Link", line) for line in lines])) is None


@pytest.mark.parametrize("url", ["https://x.example.com/", "https://[", "https://x/?after=1&after=2", ""])
def test_a_next_link_without_one_cursor_is_an_error_and_not_the_last_page(url):
    with pytest.raises(UnreadableLink, match="incomplete"):
        next_cursor(httpx2.Headers([("Link", f'<{url}>; rel="next"')]))


URLS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="<>"), min_size=1)
RELATIONS = st.text(st.characters(categories=["Ll"], max_codepoint=0x7A), min_size=1)


@given(st.dictionaries(RELATIONS, URLS), st.booleans())
def test_links_read_back_as_they_were_written_folded_or_not(links, folded):
    lines = [f'<{url}>; rel="{relation}"' for relation, url in links.items()]
    headers = [("link", ", ".join(lines))] if folded and lines else [("link", line) for line in lines]

    assert parse_links(httpx2.Headers(headers)) == links


@given(st.text(st.characters(codec="latin-1")))
def test_any_header_is_read_without_an_accident(text):
    assert isinstance(parse_links(httpx2.Headers([(b"link", text.encode("latin-1"))])), dict)
