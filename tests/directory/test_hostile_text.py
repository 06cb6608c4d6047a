"""No text, however hostile, changes what is asked of Okta: neither the shape of an expression nor a path."""

import json
import re
import unicodedata
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qsl

import anyio
import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from okta_mcp.directory import Directory, Unresolved, list_groups_page, list_users_page
from okta_mcp.directory.names import fold, plain
from okta_mcp.expressions import comparisons, parse
from okta_mcp.guard import as_written
from okta_mcp.okta import OktaClient, OktaError, OrgAddress

ONE_SEGMENT = re.compile(rb"/api/v1/(?:users|groups)(?:/[^/?#\\]+)?")
USER_CLAUSES = {
    *((f"profile.{name}", "eq") for name in ("login", "email", "displayName", "firstName", "lastName")),
    *((f"profile.{name}", "sw") for name in ("login", "email", "displayName", "firstName", "lastName")),
    *((f"profile.{name}", "sw") for name in ("department", "division", "title")),
    *((f"profile.{name}", "co") for name in ("firstName", "lastName")),
    ("profile.employeeNumber", "eq"),
}
GROUP_CLAUSES = {
    ("profile.name", "eq"),
    ("profile.name", "sw"),
    ("profile.name", "co"),
    ("profile.description", "co"),
    ("id", "eq"),
}

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
        " in ",
        ", the ",
        " (",
        "<a@b>",
        "#7",
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
        "'",
        "\u2019",
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


def requests_of(say: Callable[[Directory, OktaClient], Awaitable[object]], *, following: bool = False):
    """Collect what is sent to an org in which nothing is ever found, though there may be more of it."""
    sent: list[httpx2.Request] = []
    link = {"link": '<https://example.okta.com/api/v1/users?after=x>; rel="next"'} if following else {}

    def nothing(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        if request.url.raw_path.partition(b"?")[0].count(b"/") > 3:
            return httpx2.Response(404, json={"errorCode": "E0000007", "errorSummary": "Not found"})
        return httpx2.Response(200, json=[], headers=link)

    async def run() -> None:
        address, token = OrgAddress.parse("https://example.okta.com"), SecretStr("00token")
        async with OktaClient(address, token, transport=httpx2.MockTransport(nothing)) as okta:
            with suppress(Unresolved, OktaError):
                await say(Directory(okta), okta)

    anyio.run(run)
    return sent


def check(said: str, sent: list[httpx2.Request], allowed: set[tuple[str, str]]) -> None:
    """Hold every request against what may be asked, and every value against the letters of what was said."""
    letters = (
        set(said) | set(fold(said)) | set(fold(said).replace("'", "\u2019")) | set(plain(said)) | set(" .@'\u2019a")
    )
    letters |= {mark for letter in letters for mark in (letter.casefold(), letter.upper())}
    decomposed = {part for letter in letters for text in letter for part in unicodedata.normalize("NFD", text)}
    composed = set(unicodedata.normalize("NFC", said))
    for request in sent:
        path = request.url.raw_path.partition(b"?")[0]
        assert (request.method, request.url.host) == ("GET", "example.okta.com")
        assert ONE_SEGMENT.fullmatch(path)
        query = parse_qsl(
            request.url.query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(request.url.query)
        )
        names = [name for name, _ in query]
        assert sorted(names) in ([], ["limit"], ["limit", "search"])
        for expression in (value for name, value in query if name == "search"):
            for one in comparisons(parse(expression)):
                assert (one.attribute, one.operator) in allowed
                assert set(str(one.value)) <= letters | decomposed | composed


SAY = {
    "user": (lambda said: lambda directory, _: directory.user(said), USER_CLAUSES),
    "find user": (lambda said: lambda directory, _: directory.find_users(said, limit=10), USER_CLAUSES),
    "complete user": (lambda said: lambda directory, _: directory.complete_users(said), USER_CLAUSES),
    "page of users": (lambda said: lambda _, okta: list_users_page(okta, said, limit=5), USER_CLAUSES),
    "group": (lambda said: lambda directory, _: directory.group(said), GROUP_CLAUSES),
    "groups": (lambda said: lambda directory, _: directory.groups([said, "a.", said]), GROUP_CLAUSES),
    "find group": (lambda said: lambda directory, _: directory.find_groups(said, limit=10), GROUP_CLAUSES),
    "complete group": (lambda said: lambda directory, _: directory.complete_groups(said), GROUP_CLAUSES),
    "page of groups": (lambda said: lambda _, okta: list_groups_page(okta, said, limit=5), GROUP_CLAUSES),
}


@pytest.mark.parametrize("way", SAY)
@settings(max_examples=100, deadline=None)
@given(said=hostile, following=st.booleans())
@example(said='" or status eq "ACTIVE', following=False)
@example(said='a@b" or id pr or id eq "', following=True)
@example(said='Ada in Sales" or id pr or id eq "', following=True)
@example(said="Ada (a@b/../apps)", following=False)
def test_no_words_leave_their_place_in_what_is_asked(way, said, following):
    say, allowed = SAY[way]
    check(said, requests_of(say(said), following=following), allowed)


@settings(max_examples=60, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=5))
def test_no_name_among_several_changes_the_meaning_of_the_others(said):
    first = requests_of(lambda directory, _: directory.groups(said))[0]
    (search,) = (value for name, value in parse_qsl(first.url.query.decode("ascii")) if name == "search")
    asked = list(comparisons(parse(search)))
    assert {(one.attribute, one.operator) for one in asked} <= {("profile.name", "eq"), ("id", "eq")}
    meant = {as_written(one) for one in said}
    assert len(meant) <= len(asked) <= 5 * len(said)
    assert {one.value for one in asked} >= meant


@settings(max_examples=150, deadline=None)
@given(hostile.map(lambda text: text.replace("/", "").replace(" ", "") + "@x"))
def test_a_login_is_one_segment_of_the_path_or_is_not_sent(said):
    for request in requests_of(lambda directory, _: directory.user(said)):
        assert ONE_SEGMENT.fullmatch(request.url.raw_path.partition(b"?")[0])


# What others write into the directory


def answered(value: object) -> httpx2.Response:
    """Answer in plain ASCII, as half of a surrogate pair has no other way to travel."""
    return httpx2.Response(200, content=json.dumps(value), headers={"content-type": "application/json"})


def answering(people: list[dict], sent: list[httpx2.Request]) -> httpx2.MockTransport:
    """Stand in for an org whose search finds everybody whatever is asked: the worst that a search can do."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        path = request.url.path.removeprefix("/api/v1/")
        if path == "users":
            return answered(people)
        key = path.removeprefix("users/")
        one = next((one for one in people if key in (one["id"], one["profile"]["login"])), None)
        missing = httpx2.Response(404, json={"errorCode": "E0000007", "errorSummary": "Not found"})
        return missing if one is None else answered(one)

    return httpx2.MockTransport(answer)


def person(number: int, **profile: str) -> dict:
    return {"id": f"00u{number:017}", "status": "ACTIVE", "profile": {"login": f"p{number}@example.com", **profile}}


texts = (
    st.sampled_from(
        [
            "Ada Byrne",
            "ada",
            "ADA BYRNE ",
            "Byrne, Ada",
            "ada.byrne@example.com",
            "Ada\u202e Byrne",
            "Ada in Sales",
            "Sales",
        ]
    )
    | hostile
)
profiles = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("firstName", "lastName", "displayName", "email", "nickName", "title", "department", "employeeNumber"), texts
    ),
)
ADA = person(
    1, login="ada.byrne@example.com", firstName="Ada", lastName="Byrne", department="Sales", email="a@example.com"
)


@settings(max_examples=300, deadline=None)
@given(
    others=st.lists(profiles, max_size=4),
    said=st.sampled_from(["ada.byrne@example.com", "Ada Byrne", "Byrne, Ada", "ada.byrne", "Ada in Sales", ADA["id"]]),
)
def test_whatever_others_call_themselves_ada_is_chosen_or_nobody(others, said):
    people = [ADA, *(person(number, **profile) for number, profile in enumerate(others, 2))]
    chosen: list[str] = []

    async def run() -> None:
        address, token = OrgAddress.parse("https://example.okta.com"), SecretStr("00token")
        async with OktaClient(address, token, transport=answering(people, [])) as okta:
            with suppress(Unresolved):
                chosen.append((await Directory(okta).user(said)).id)

    anyio.run(run)
    assert chosen in ([], [ADA["id"]])
    if said in (ADA["id"], "ada.byrne@example.com"):
        assert chosen == [ADA["id"]]


@settings(max_examples=200, deadline=None)
@given(name=st.text(max_size=12) | hostile)
def test_what_is_offered_while_typing_is_what_the_object_is_called(name):
    group = {"id": "00g1", "type": "OKTA_GROUP", "profile": {"name": name}}
    transport = httpx2.MockTransport(lambda _: answered([group]))
    offered: list[str] = []

    async def run() -> None:
        address, token = OrgAddress.parse("https://example.okta.com"), SecretStr("00token")
        async with OktaClient(address, token, transport=transport) as okta:
            offered.extend((await Directory(okta).complete_groups("")).values)

    anyio.run(run)
    assert offered in ([], [name])
    assert all(value.isprintable() for value in offered)
