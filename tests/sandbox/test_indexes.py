"""What indexes answer is what looking at every user, member and event would."""

import copy
import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okta_mcp.expressions import USERS_FILTER, USERS_SEARCH, And, Comparison, Or, evaluate
from okta_mcp.sandbox.errors import ApiError
from okta_mcp.sandbox.indexing import Users
from okta_mcp.sandbox.members import Members
from okta_mcp.sandbox.queries import sort_key, user_values
from okta_mcp.sandbox.records import Status, User
from okta_mcp.sandbox.systemlog import SystemLog
from okta_mcp.sandbox.user_queries import BUCKETS, described, named, plain, sorted_users

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORDS = ("ada", "Ada", "ADA", "adaç", "b", "", "straße", "STRASSE", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00")
NAMES = ("firstName", "lastName", "email", "department", "title", "size")
TEXTS = st.sampled_from(WORDS)
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("firstName", "lastName", "email", "department", "title"), TEXTS),
        "size": st.sampled_from((1, 2.5, True)),
    },
)
LOGINS = st.sampled_from([f"{local}@example.com" for local in ("ada", "ÁDA2", "bo", "bob", "cy", "dee")])


def user_id(number):
    return f"00u{'aAbB'[number % 4]}{number:012}xyzw"


def user(number, login, profile, status=Status.ACTIVE):
    moment = NOW - timedelta(seconds=number % 3)
    return User(
        id=user_id(number),
        status=status,
        created=moment,
        last_updated=moment,
        type_id="oty",
        profile={"login": login, **profile},
    )


@st.composite
def changed_users(draw):
    """Some users, after some changes, questions asked in between."""
    users = Users()
    for number in range(draw(st.integers(0, 12))):
        login = f"{number}.{draw(LOGINS)}"
        users[user_id(number)] = user(number, login, draw(PROFILES), draw(st.sampled_from(Status)))
    for _ in range(draw(st.integers(0, 10))):
        ids = list(users)
        kind = draw(st.sampled_from(("profile", "status", "remove", "add", "ask")))
        if kind == "add" or not ids:
            number = 100 + draw(st.integers(0, 30))
            users[user_id(number)] = user(number, f"{number}.{draw(LOGINS)}", draw(PROFILES))
            continue
        one = users[draw(st.sampled_from(ids))]
        if kind == "profile":
            one.profile = {"login": f"{one.id}.{draw(LOGINS)}", **draw(PROFILES)}
        elif kind == "status":
            one.status = draw(st.sampled_from(Status))
            one.last_updated = NOW
        elif kind == "remove":
            del users[one.id]
        else:
            # Whatever was looked up before must not be remembered wrongly.
            users.beginning("profile.email", "a", 100)
            users.beginning("id", "00u", 100)
    return users


COMPARISONS = st.one_of(
    st.builds(
        Comparison,
        st.sampled_from([f"profile.{name}" for name in NAMES]),
        st.sampled_from(("eq", "sw", "gt", "le")),
        TEXTS,
    ),
    st.builds(Comparison, st.just("profile.size"), st.sampled_from(("eq", "ge")), st.sampled_from((1, 2.5, True))),
    st.builds(Comparison, st.just("status"), st.sampled_from(("eq", "sw")), st.sampled_from(("ACTIVE", "active", "S"))),
    st.builds(Comparison, st.just("id"), st.sampled_from(("eq", "sw")), st.sampled_from((user_id(1), "00Ua", "00u"))),
    st.builds(Comparison, st.just("profile.login"), st.sampled_from(("eq", "sw")), LOGINS | st.just("1.")),
    st.builds(
        Comparison,
        st.sampled_from(("created", "lastUpdated", "activated")),
        st.sampled_from(("eq", "gt", "le")),
        st.sampled_from(("2026-03-02T09:30:00.000Z", "2026-03-02T10:29:59+01:00", "2026")),
    ),
    st.builds(Comparison, st.sampled_from(("activated", "profile.title")), st.just("pr")),
)
EXPRESSIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
GRAMMARS = st.sampled_from((USERS_SEARCH, USERS_FILTER))


def by_scan(users, expression, grammar):
    every = sorted(users.values(), key=lambda one: one.id)
    return [one for one in every if evaluate(expression, user_values(one), case_sensitive=grammar.case_sensitive)]


def all_pages(ask):
    found, after = [], None
    while True:
        page = ask(after)
        found.extend(page.items)
        after = page.after
        if after is None:
            return found


@settings(max_examples=300, deadline=None)
@given(changed_users(), EXPRESSIONS, GRAMMARS, st.integers(1, 5))
def test_a_search_finds_what_a_scan_finds(users, expression, grammar, limit):
    found = all_pages(lambda after: described(users, expression, grammar, after, limit))
    assert found == by_scan(users, expression, grammar)


@settings(max_examples=200, deadline=None)
@given(
    changed_users(),
    EXPRESSIONS,
    st.sampled_from(("status", "created", *(f"profile.{name}" for name in NAMES))),
    st.booleans(),
    st.integers(1, 5),
)
def test_a_sorted_search_is_the_scan_in_order(users, expression, sort_by, descending, limit):
    def ask(after):
        return sorted_users(users, expression, USERS_SEARCH, sort_by, descending=descending, after=after, limit=limit)

    expected = sorted(
        by_scan(users, expression, USERS_SEARCH),
        key=lambda one: sort_key(user_values(one)(sort_by)),
        reverse=descending,
    )
    assert all_pages(ask) == expected
    for one in list(users.values())[:2]:
        one.profile = {**one.profile, "firstName": "changed"}
    again = sorted(
        by_scan(users, expression, USERS_SEARCH),
        key=lambda one: sort_key(user_values(one)(sort_by)),
        reverse=descending,
    )
    assert all_pages(ask) == again


def test_one_and_true_are_two_questions():
    users = Users()
    for number, size in enumerate((1, True)):
        users[user_id(number)] = user(number, f"{number}@example.com", {"size": size})
    found = [
        sorted_users(
            users,
            Comparison("profile.size", "eq", wanted),
            USERS_SEARCH,
            "status",
            descending=False,
            after=None,
            limit=5,
        ).items
        for wanted in (1, True)
    ]
    assert [[one.id for one in items] for items in found] == [[user_id(0)], [user_id(1)]]


@settings(max_examples=200, deadline=None)
@given(changed_users(), TEXTS.filter(bool) | st.sampled_from("abAs2"), st.integers(1, 20))
def test_q_finds_what_a_scan_finds(users, q, limit):
    prefix = q.casefold()
    expected = [
        one
        for one in sorted(users.values(), key=lambda one: one.id)
        if one.status is not Status.DEPROVISIONED
        and any(one.profile.get(name, "").casefold().startswith(prefix) for name in ("firstName", "lastName", "email"))
    ]
    assert named(users, q, limit) == expected[:limit]


@pytest.mark.parametrize("name", ["Ada", "Ada{}"])
def test_q_that_fits_very_many_finds_the_first(name):
    users = Users()
    for number in range(6_000):
        profile = {"firstName": name.format(number)}
        users[user_id(4 * number)] = user(4 * number, f"{number}@example.com", profile)
    assert [one.id for one in named(users, "a", 3)] == [user_id(0), user_id(4), user_id(8)]


@settings(max_examples=200, deadline=None)
@given(changed_users(), st.integers(1, 5))
def test_the_plain_list_comes_by_status_and_id(users, limit):
    found = all_pages(lambda after: plain(users, None if after is None else (int(after[0]), after[1:]), limit))
    present = [one for one in users.values() if one.status in BUCKETS]
    assert found == sorted(present, key=lambda one: (BUCKETS.index(one.status), one.id))


@settings(max_examples=200, deadline=None)
@given(changed_users())
def test_users_are_known_by_their_present_login_only(users):
    for one in users.values():
        assert users.with_login(one.login.upper()) is one
        assert one in users.with_shortname(one.login.partition("@")[0])
        former = one.login
        one.profile = {**one.profile, "login": f"new.{former}"}
        assert users.with_login(f"new.{former}") is one
        assert users.with_login(former) is None


@settings(max_examples=50, deadline=None)
@given(changed_users())
def test_a_copy_and_a_pickle_are_indexed_anew(users):
    for other in (copy.deepcopy(users), pickle.loads(pickle.dumps(users))):
        assert other == users
        assert list(other) == list(users)
        for one in other.values():
            assert one is not users[one.id]
            one.profile = {"login": f"copy.{one.id}@example.com"}
            assert other.with_login(one.login) is one
        assert not any(users.with_login(one.login) for one in other.values())


def test_a_user_that_has_left_is_not_watched_any_more():
    users = Users()
    users[user_id(1)] = one = user(1, "ada@example.com", {})
    users.pop(user_id(1))
    one.profile = {"login": "bo@example.com"}
    assert users.with_login("ada@example.com") is None
    assert users.with_login("bo@example.com") is None
    assert list(users.in_order) == []


def test_an_id_that_is_set_again_is_another_user():
    users = Users()
    users[user_id(1)] = former = user(1, "ada@example.com", {})
    users[user_id(1)] = present = user(1, "bo@example.com", {})
    former.profile = {"login": "cy@example.com"}
    assert users.with_login("bo@example.com") is present
    assert users.with_login("ada@example.com") is users.with_login("cy@example.com") is None
    assert list(users.in_order) == [user_id(1)]


def test_a_sorted_search_refuses_a_cursor_of_nobody():
    with pytest.raises(ApiError, match="E0000031"):
        sorted_users(
            Users(),
            Comparison("id", "pr"),
            USERS_SEARCH,
            "status",
            descending=False,
            after=user_id(9),
            limit=1,
        )


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=30))
def test_members_stay_in_order(steps):
    members, plain_set = Members(), set()
    for is_added, number in steps:
        (members.add if is_added else members.discard)(str(number))
        (plain_set.add if is_added else plain_set.discard)(str(number))
        assert members.in_order == sorted(plain_set)
    assert members == plain_set
    assert list(pickle.loads(pickle.dumps(members))) == sorted(plain_set)
    assert len(members) == len(plain_set)


# Events: minutes before now when they happened, in the order they came in.
ARRIVALS = st.lists(st.integers(0, 300), max_size=25)


def log_of(arrivals, lag=timedelta(0)):
    log = SystemLog(lag)
    actor = {"id": "spr", "type": "SystemPrincipal", "alternateId": "system@example.com", "displayName": "System"}
    for number, minutes in enumerate(arrivals):
        kind = ("user.session.start", "user.session.end")[number % 2]
        log.record(kind, published=NOW - timedelta(minutes=minutes), actor=actor)
    return log


def stamp(minutes):
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@settings(max_examples=200, deadline=None)
@given(ARRIVALS, st.integers(0, 300), st.integers(0, 300), st.booleans(), st.integers(1, 6), st.booleans())
def test_a_bounded_log_query_finds_what_a_scan_finds(arrivals, since, until, descending, limit, filtered):
    log = log_of(arrivals)
    params = {"since": stamp(since), "until": stamp(until), "limit": str(limit)}
    params |= {"sortOrder": "DESCENDING"} if descending else {}
    params |= {"filter": 'eventType eq "user.session.start"'} if filtered else {}
    found = []
    while params is not None:
        page = log.query(params, NOW)
        found.extend(event["published"] for event in page.events)
        params = page.next_params
    expected = sorted(
        (
            stamp(minutes)
            for number, minutes in enumerate(arrivals)
            if until <= minutes <= since and not (filtered and number % 2)
        ),
        reverse=descending,
    )
    assert found == expected


def test_a_range_of_a_long_log_is_found_without_looking_at_the_rest():
    log = log_of([])

    class Counted(dict):
        looked_at = 0

        def __getitem__(self, key):
            type(self).looked_at += 1
            return super().__getitem__(key)

    actor = {"id": "spr", "type": "SystemPrincipal", "alternateId": "system@example.com", "displayName": "System"}
    for minutes in range(20_000, 0, -1):
        log.record("user.session.start", published=NOW - timedelta(minutes=minutes), actor=actor)
    for entry in log._entries:
        object.__setattr__(entry, "event", Counted(entry.event))
    condition = {"filter": 'eventType eq "user.session.start"', "limit": "1000"}
    bounded = log.query({"since": stamp(60), "until": stamp(31), **condition}, NOW)
    assert len(bounded.events) == 30
    assert Counted.looked_at <= 100
    polled = log.query({"since": stamp(60), **condition}, NOW)
    assert len(polled.events) == 60
    assert Counted.looked_at <= 300
