import re
from urllib.parse import parse_qsl, unquote

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.okta import UnsafePath
from okta_mcp.okta.paths import path, query, template


@pytest.mark.parametrize(
    ("segments", "encoded"),
    [
        (("users",), "/api/v1/users"),
        (("users", "ada+eu@example.com"), "/api/v1/users/ada%2Beu%40example.com"),
        (("users", "o'brien@example.com", "groups"), "/api/v1/users/o%27brien%40example.com/groups"),
        (("users", "a/b?c#d%2e;e\\f"), "/api/v1/users/a%2Fb%3Fc%23d%252e%3Be%5Cf"),
        (("users", "Zoë"), "/api/v1/users/Zo%C3%AB"),
        (("users", "..."), "/api/v1/users/..."),
    ],
)
def test_every_segment_is_encoded_completely(segments, encoded):
    assert path(*segments) == encoded


@pytest.mark.parametrize(
    "segment", ["", ".", "..", "../groups", "me/../../oauth2", "a\\..\\b", "a\nb", "a\x00", "\x7f", "\ud800"]
)
def test_a_segment_that_could_leave_its_place_is_refused(segment):
    with pytest.raises(UnsafePath) as error:
        path("users", segment)

    assert isinstance(error.value, ValueError)


@given(st.text())
def test_a_segment_reads_back_as_it_was_and_never_as_more_than_one(segment):
    try:
        encoded = path("users", segment, "groups")
    except UnsafePath:
        return
    assert re.fullmatch(r"/api/v1/users/[A-Za-z0-9._~%-]+/groups", encoded)
    assert [unquote(part) for part in encoded.split("/")[3:]] == ["users", segment, "groups"]
    assert httpx2.URL(f"https://example.okta.com{encoded}").raw_path.decode() == encoded


def test_a_template_shows_okta_s_words_and_no_identifier():
    assert template("users", "ada@example.com", "lifecycle", "suspend") == "/api/v1/users/{id}/lifecycle/suspend"
    assert template("groups", "00g1", "users", "00u1") == "/api/v1/groups/{id}/users/{id}"


@pytest.mark.parametrize(
    ("params", "encoded"),
    [
        (None, ""),
        ({"q": None}, ""),
        ({"activate": True, "provider": False, "limit": 0}, "?activate=true&provider=false&limit=0"),
        (
            {"search": 'profile.email eq "ada+eu@example.com"'},
            "?search=profile.email%20eq%20%22ada%2Beu%40example.com%22",
        ),
        ({"q": "a&b=c#d"}, "?q=a%26b%3Dc%23d"),
    ],
)
def test_a_query_leaves_none_out_and_encodes_the_rest(params, encoded):
    assert query(params) == encoded


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"))))
def test_a_query_reads_back_as_it_was_after_the_http_client(params):
    url = httpx2.URL(f"https://example.okta.com/api/v1/users{query(params)}")

    assert dict(parse_qsl(url.query.decode(), keep_blank_values=True)) == params


def test_a_query_value_that_is_no_text_is_refused():
    with pytest.raises(UnsafePath):
        query({"q": "\udfff"})
