"""No text, however hostile, changes what is asked of Okta: neither the shape of an expression nor a path."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qsl

import anyio
import httpx2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from okta_mcp.directory import (
    Unresolved,
    list_groups_page,
    list_users_page,
    resolve_group,
    resolve_groups,
    resolve_user,
)
from okta_mcp.expressions import And, Comparison, Expression, Not, Or, comparisons, parse
from okta_mcp.okta import OktaClient, OktaError, OrgAddress

ONE_SEGMENT = re.compile(rb"/api/v1/(?:users|groups)(?:/[^/?#\\]+)?")

pieces = st.sampled_from(
    [
        '"',
        "\\",
        '\\"',
        '" or status eq "ACTIVE',
        '") or (id pr) or ("',
        " and ",
        " or ",
        "not (",
        ")",
        "%22",
        "%2F..%2f",
        "/../",
        "/",
        "?limit=1&",
        "#",
        "&search=id pr",
        "@",
        ",",
        " ",
        "\u00a0",
        "\u2028",
        "\r\n",
        "\x00",
        "\x1b",
        "\u202e",
        "\u200b",
        "\ud83d",
        "\U0001d538",
        "é",
        "e\u0301",
        "00u",
        "00gabcdefghijklmnop",
    ]
)
hostile = st.lists(pieces | st.text(max_size=8), min_size=1, max_size=8).map("".join)


def requests_of(say: Callable[[OktaClient], Awaitable[object]]) -> list[httpx2.Request]:
    """Collect what is sent to an org in which nothing is ever found."""
    sent: list[httpx2.Request] = []

    def nothing(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        if request.url.raw_path.partition(b"?")[0].count(b"/") > 3:
            return httpx2.Response(404, json={"errorCode": "E0000007", "errorSummary": "Not found"})
        return httpx2.Response(200, json=[])

    async def run() -> None:
        address, token = OrgAddress.parse("https://example.okta.com"), SecretStr("00token")
        async with OktaClient(address, token, transport=httpx2.MockTransport(nothing)) as okta:
            with suppress(Unresolved, OktaError):
                await say(okta)

    anyio.run(run)
    return sent


def shape(expression: Expression) -> object:
    """Describe an expression without its values."""
    match expression:
        case Comparison():
            return (expression.attribute, expression.operator)
        case Not():
            return ("not", shape(expression.operand))
        case And() | Or():
            # The same clauses may stand for each way a directory may have written the words.
            return (type(expression).__name__, *dict.fromkeys(map(shape, expression.operands)))


def searched(request: httpx2.Request) -> Expression | None:
    """Read the expression that a request carries."""
    query = parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert [name for name, _ in query if name not in {"limit", "search"}] == []
    found = [value for name, value in query if name == "search"]
    assert len(found) <= 1
    return parse(found[0]) if found else None


def tame(said: str) -> str:
    """Return harmless text of as many words."""
    return " ".join("word" for _ in said.replace(",", " ").split()) or "word"


def check(said: str, sent: list[httpx2.Request], model: list[httpx2.Request]) -> None:
    """Hold the requests for hostile text against those for harmless text."""
    for request in sent:
        path = request.url.raw_path.partition(b"?")[0]
        assert (request.method, bool(ONE_SEGMENT.fullmatch(path))) == ("GET", True)
        assert request.url.host == "example.okta.com"
    shapes = [shape(found) for found in map(searched, sent) if found is not None]
    harmless = [shape(found) for found in map(searched, model) if found is not None]
    if shapes or (not said.startswith("00u") and said.replace(",", " ").strip()):
        assert shapes == harmless


@settings(max_examples=150, deadline=None)
@given(hostile)
@example('" or status eq "ACTIVE')
@example('a@b" or id pr or id eq "')
def test_no_words_change_the_search_for_a_user(said):
    sent = requests_of(lambda okta: resolve_user(okta, said))
    check(said, sent, requests_of(lambda okta: resolve_user(okta, tame(said))))


@settings(max_examples=100, deadline=None)
@given(hostile)
def test_no_words_change_the_page_of_a_picker(said):
    for listing, wanted in ((list_users_page, "users"), (list_groups_page, "groups")):
        (request,) = requests_of(lambda okta, listing=listing: listing(okta, said, limit=5))
        assert request.url.raw_path.startswith(f"/api/v1/{wanted}?limit=5".encode())
        found = searched(request)
        operators = {one.operator for one in comparisons(found)} if found else set()
        assert operators <= {"sw", "eq"}


@settings(max_examples=100, deadline=None)
@given(hostile)
def test_no_words_change_the_search_for_a_group(said):
    for request in requests_of(lambda okta: resolve_group(okta, said)):
        path = request.url.raw_path.partition(b"?")[0]
        assert ONE_SEGMENT.fullmatch(path)
        found = searched(request)
        asked = {(one.attribute, one.operator) for one in comparisons(found)} if found else set()
        assert asked <= {("profile.name", "eq"), ("profile.name", "co"), ("profile.description", "co")}


@settings(max_examples=60, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=5))
def test_no_name_among_several_changes_the_meaning_of_the_others(said):
    first = requests_of(lambda okta: resolve_groups(okta, said))[0]
    found = searched(first)
    asked = [(one.attribute, one.operator) for one in comparisons(found)]
    assert set(asked) <= {("profile.name", "eq"), ("id", "eq")}
    assert len(said) <= len(asked) <= 5 * len(said)
    assert {one.value for one in comparisons(found)} >= set(said)


@settings(max_examples=150, deadline=None)
@given(hostile.map(lambda text: text.replace("/", "").replace(" ", "") + "@x"))
def test_a_login_is_one_segment_of_the_path_or_is_not_sent(said):
    for request in requests_of(lambda okta: resolve_user(okta, said)):
        assert ONE_SEGMENT.fullmatch(request.url.raw_path.partition(b"?")[0])
