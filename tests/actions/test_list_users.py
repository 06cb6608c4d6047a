"""List users: each way to ask, paging to the end, and what is refused before Okta is asked."""

# ruff: noqa: E501 - answers are quoted whole

import json

import pytest
from inline_snapshot import snapshot


def logins(answer) -> list[str]:
    return [row["login"] for row in answer.data["users"]]


async def test_everyone_who_is_not_deactivated_is_listed_once(library):
    answer = await library.call("list_users")
    people = {user.login for user in library.box.org.users.values() if user.status != "DEPROVISIONED"}
    assert sorted(logins(answer)) == sorted(people)
    assert answer.data["complete"] is True
    assert "after" not in answer.data
    assert answer.text.splitlines()[:3] == snapshot(
        [
            "64 users.",
            'Deactivated users are not listed; search status eq "DEPROVISIONED" shows them.',
            "id\tlogin\tname\tstatus\ttitle\tdepartment\tlastLogin",
        ]
    )
    assert library.requests == ["GET /users"]
    assert library.sent[0].query == "limit=200"
    assert len(answer.text) < 40_000


async def test_a_row_tells_what_a_help_desk_needs(library):
    answer = await library.call("list_users", search='profile.lastName eq "Santos" or profile.lastName eq "Lund"')
    assert answer.story == snapshot("""\
3 users.
id	login	name	status	title	department	lastLogin
<maria.santos2@example.com>	maria.santos2@example.com	Maria Santos	ACTIVE	Payroll Specialist	Finance	2026-02-26T17:06
<maria.santos@example.com>	maria.santos@example.com	Maria Santos	ACTIVE	Software Engineer	Engineering	2026-03-01T18:06
<greta.lund@example.com>	greta.lund@example.com	Greta Lund	STAGED	Support Engineer	Support	\
""")
    user = library.user("maria.santos2@example.com")
    assert answer.data["users"][0] == {
        "id": user.id,
        "login": user.login,
        "name": "Maria Santos",
        "status": "ACTIVE",
        "title": user.profile["title"],
        "department": "Finance",
        "lastLogin": user.last_login.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }


# Arguments, then the logins they find, in order.
QUERIES = [
    ({"search": 'status eq "LOCKED_OUT"'}, ["felix.hartmann@example.com"]),
    ({"search": 'status eq "DEPROVISIONED"'}, ["olivia.grant@example.com", "tom.ashby@example.com"]),
    ({"search": 'profile.lastName sw "Sant"'}, ["maria.santos2@example.com", "maria.santos@example.com"]),
    ({"search": 'profile.email co "ionescu"'}, ["elena.popescu@example.com"]),
    ({"search": "profile.badgeNumber eq 5023"}, ["chloe.bennett@example.com"]),
    ({"search": "profile.nickName pr"}, []),
    ({"search": "status == 'LOCKED_OUT'"}, ["felix.hartmann@example.com"]),
    ({"search": "profile.lastName = Santos and profile.department = Finance"}, ["maria.santos2@example.com"]),
    ({"search": "profile.lastName eq “Lund”"}, ["greta.lund@example.com"]),
    ({"filter": 'profile.login eq "tom.ashby@example.com"'}, ["tom.ashby@example.com"]),
    ({"filter": 'status eq "RECOVERY"'}, ["noah.ellis@example.com"]),
    ({"filter": "profile.lastName eq 'Lund'"}, ["greta.lund@example.com"]),
    ({"q": "chlo"}, ["chloe.bennett@example.com"]),
    ({"q": "Ashby"}, []),
]


@pytest.mark.parametrize(("arguments", "found"), QUERIES)
async def test_a_question_finds_whom_it_asks_for_with_one_request(library, arguments, found):
    answer = await library.call("list_users", **arguments)
    assert not answer.is_error
    assert logins(answer) == found
    assert answer.data["complete"] is True
    assert library.requests == ["GET /users"]
    assert answer.text.startswith(f"{len(found)} user{'' if len(found) == 1 else 's'}.")


async def test_nobody_found_is_said_in_one_line(library):
    assert (await library.call("list_users", search='profile.lastName eq "Nobody"')).text == snapshot("0 users.")


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"sortBy": "profile.lastName"}, "sortBy=profile.lastName"),
        ({"sortBy": "profile.lastName", "sortOrder": "asc"}, "sortBy=profile.lastName&sortOrder=asc"),
        ({"sort_by": "profile.lastName", "sort_order": "desc"}, "sortBy=profile.lastName&sortOrder=desc"),
    ],
)
async def test_a_search_is_sorted_as_asked(library, arguments, query):
    answer = await library.call("list_users", search='profile.department eq "Finance"', **arguments)
    names = [library.user(login).profile["lastName"] for login in logins(answer)]
    assert len(names) > 3
    assert names == sorted(names, key=str.casefold, reverse="desc" in query)
    assert query in library.sent[0].query


@pytest.mark.parametrize("arguments", [{}, {"search": "id pr"}, {"filter": 'status eq "ACTIVE"'}])
@pytest.mark.parametrize("limit", [1, 7, 64, 199])
async def test_paging_shows_everyone_exactly_once(library, arguments, limit):
    whole = logins(await library.call("list_users", **arguments))
    seen: list[str] = []
    after: dict[str, str] = {}
    for _ in range(len(whole) + 1):
        answer = await library.call("list_users", limit=limit, **arguments, **after)
        assert library.requests == ["GET /users"]
        assert len(answer.data["users"]) <= limit
        assert answer.data["complete"] is ("after" not in answer.data)
        assert ("not all" in answer.text.splitlines()[0]) is ("after" in answer.data)
        seen += logins(answer)
        if "after" not in answer.data:
            break
        after = {"after": answer.data["after"]}
        assert answer.text.endswith(f"More: call again with the same arguments and after={after['after']}")
    assert seen == whole
    assert len(set(seen)) == len(seen) > 50


async def test_a_page_too_long_for_a_context_window_is_cut_and_resumes_exactly(org):
    for user in org.box.org.users.values():
        user.profile.update(dict.fromkeys(("title", "department", "displayName"), f"{user.login} " + "x" * 1500))
    whole = [user.login for user in org.box.org.users.values()]
    seen: list[str] = []
    after: dict[str, str] = {}
    pages = 0
    while pages < 10:
        answer = await org.call("list_users", search="id pr", **after)
        assert len(answer.text) <= 40_000
        assert len(json.dumps(answer.data, ensure_ascii=False, separators=(",", ":"))) <= 40_000
        seen += logins(answer)
        pages += 1
        if "after" not in answer.data:
            break
        assert answer.data["complete"] is False
        after = {"after": answer.data["after"]}
    assert pages > 1
    assert sorted(seen) == sorted(whole)


@pytest.mark.parametrize("gone", [range(3), [-1], range(-3, 0)], ids=["some before", "the last", "the last three"])
async def test_people_who_leave_while_a_long_page_is_read_take_nobody_along(org, gone):
    for user in org.box.org.users.values():
        user.profile.update(dict.fromkeys(("title", "department", "displayName"), f"{user.login} " + "x" * 1500))
    first = await org.call("list_users", search="id pr")
    shown = logins(first)
    behind = {user.login for user in org.box.org.users.values()} - set(shown)
    leavers = [login for login in shown if login != "admin@example.com"]
    for place in gone:
        org.box.org.remove_user(org.user(leavers[place]))
    second = await org.call("list_users", search="id pr", after=first.data["after"])
    rest = logins(second)
    if -1 in gone:
        assert second.data["note"] == snapshot(
            "The list changed meanwhile: rows that were shown before may be shown again."
        )
        third = await org.call("list_users", search="id pr", after=second.data["after"])
        assert behind <= set(rest) | set(logins(third))
    else:
        assert "note" not in second.data
        assert set(rest) == behind


async def test_someone_who_joins_between_two_pages_neither_hides_nor_doubles_anyone(org):
    before = logins(await org.call("list_users", search="id pr"))
    first = await org.call("list_users", search="id pr", limit=30)
    await org.person_in("ACTIVE")
    second = await org.call("list_users", search="id pr", limit=200, after=first.data["after"])
    assert logins(first) + logins(second) == [*before, "robin.vale@example.com"]


async def test_q_says_when_it_may_have_stopped_early(library):
    answer = await library.call("list_users", q="m", limit=2)
    assert answer.text.splitlines()[:2] == snapshot(
        ["2 users, not all.", "q shows the first matches only; use search with sw for all."]
    )
    assert answer.data["complete"] is False
    assert "after" not in answer.data


REFUSED = [
    (
        {"search": "id pr", "q": "a"},
        snapshot(
            "list_users was not called: `q` and `search` cannot be combined; put all conditions into `search`, joined by and."
        ),
    ),
    (
        {"search": "id pr", "filter": 'status eq "ACTIVE"'},
        snapshot(
            "list_users was not called: `search` and `filter` cannot be combined; put all conditions into `search`, joined by and."
        ),
    ),
    (
        {"q": "a", "filter": 'status eq "ACTIVE"'},
        snapshot(
            "list_users was not called: `q` and `filter` cannot be combined; put all conditions into `search`, joined by and."
        ),
    ),
    (
        {"q": "a", "search": "id pr", "filter": 'status eq "ACTIVE"'},
        snapshot(
            "list_users was not called: `q` and `search` and `filter` cannot be combined; put all conditions into `search`, joined by and."
        ),
    ),
    (
        {"q": "a", "after": "00uAAAAAAAAAAAAAAAA1"},
        snapshot("list_users was not called: `q` has no further pages; use `search` with `sw` to page through many."),
    ),
    (
        {"sortBy": "profile.lastName"},
        snapshot(
            "list_users was not called: `sortBy` works with `search` only; to sort all of them send the search id pr."
        ),
    ),
    (
        {"sortBy": "status", "filter": 'status eq "ACTIVE"'},
        snapshot(
            "list_users was not called: `sortBy` works with `search` only; to sort all of them send the search id pr."
        ),
    ),
    ({"sortOrder": "asc", "search": "id pr"}, snapshot("list_users was not called: `sortOrder` needs `sortBy`.")),
    (
        {"sortBy": "status", "sortOrder": "up", "search": "id pr"},
        snapshot("list_users was not called: `sortOrder` is one of 'asc' or 'desc'."),
    ),
    ({"search": ""}, snapshot("list_users was not called: `search` is empty; leave it out to list everything.")),
    ({"search": "   "}, snapshot("list_users was not called: `search` is empty; leave it out to list everything.")),
    ({"filter": ""}, snapshot("list_users was not called: `filter` is empty; leave it out to list everything.")),
    ({"q": ""}, snapshot("list_users was not called: `q` is empty; leave it out to list everything.")),
    ({"limit": 0}, snapshot("list_users was not called: `limit` is out of range: 1 to 200.")),
    ({"limit": 201}, snapshot("list_users was not called: `limit` is out of range: 1 to 200.")),
    ({"limit": -1}, snapshot("list_users was not called: `limit` is out of range: 1 to 200.")),
    ({"limit": "many"}, snapshot("list_users was not called: `limit` has to be a whole number.")),
    ({"limit": 1.5}, snapshot("list_users was not called: `limit` has to be a whole number.")),
    ({"serach": "id pr"}, snapshot("list_users was not called: unknown argument `serach`; did you mean `search`?")),
    ({"user": "Chloe"}, snapshot("list_users was not called: unknown argument `user`; did you mean `search`?")),
    (
        {"after": "00uAAAAAAAAAAAAAAAA1~x"},
        snapshot(
            "list_users was not called: `after` is not a cursor of this tool; send the value of `after` from its last answer."
        ),
    ),
    ({"search": ["id pr"]}, snapshot("list_users was not called: `search` has to be a text.")),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
async def test_what_cannot_be_asked_is_refused_before_any_request(library, arguments, said):
    answer = await library.call("list_users", **arguments)
    assert answer.is_error
    assert answer.story == said
    assert library.requests == []


BAD_EXPRESSIONS = [
    (
        {"search": "status eq"},
        snapshot("""\
Okta does not understand `search`.
Next: Expected a value at the end but found nothing. What holds there: attributes as profile.department, e.g. status eq "ACTIVE" and profile.department eq "Sales"; operators eq sw gt ge lt le pr, and co on names, login and email.
Okta: 400 E0000031 Invalid search criteria.; Invalid search syntax. (error id <error>, request <request>)\
"""),
    ),
    (
        {"search": 'profile.title co "x"'},
        snapshot("""\
Okta does not understand `search`.
Next: In a users search, `profile.title` cannot be compared with `co` (`co` works only on `profile.firstName`, `profile.lastName`, `profile.email`, `profile.login`); use `eq`, `gt`, `ge`, `lt`, `le`, `sw`, `pr`.
Okta: 400 E0000031 Invalid search criteria. (error id <error>, request <request>)\
"""),
    ),
    (
        {"search": 'status ne "ACTIVE"'},
        snapshot("""\
Okta does not understand `search`.
Next: In a users search, `status` cannot be compared with `ne`; use `eq`, `gt`, `ge`, `lt`, `le`, `sw`, `pr`, as in `(status lt "X" or status gt "X")` for "not X".
Okta: 400 E0000031 Invalid search criteria. (error id <error>, request <request>)\
"""),
    ),
    (
        {"search": 'nonsense eq "x"'},
        snapshot("""\
Okta does not understand `search`.
Next: A users search does not know `nonsense`; did you mean `profile.nonsense`.
Okta: 400 E0000031 Invalid search criteria. (error id <error>, request <request>)\
"""),
    ),
    (
        {"search": "the locked-out people"},
        snapshot("""\
Okta does not understand `search`.
Next: Expected an operator (eq, ne, gt, ge, lt, le, sw, co, ew, pr) after `the` at column 4 but found `locked-out`. What holds there: attributes as profile.department, e.g. status eq "ACTIVE" and profile.department eq "Sales"; operators eq sw gt ge lt le pr, and co on names, login and email.
Okta: 400 E0000031 Invalid search criteria.; Invalid search syntax. (error id <error>, request <request>)\
"""),
    ),
    (
        {"filter": 'profile.department eq "Sales"'},
        snapshot("""\
Okta does not understand `filter`.
Next: A users filter does not know `profile.department`; it knows `status`, `id`, `profile.login`, `profile.email`, `profile.firstName`, `profile.lastName`, `lastUpdated`. Sent as `search`, it is understood as it stands.
Okta: 400 E0000031 Invalid search criteria. (error id <error>, request <request>)\
"""),
    ),
    (
        {"after": "no-cursor"},
        snapshot("""\
Okta does not know this cursor.
Next: start again without `after`.
Okta: 400 E0000031 Invalid search criteria.; Invalid cursor. (error id <error>, request <request>)\
"""),
    ),
    (
        {"search": "id pr", "sortBy": "profile.nonsense"},
        snapshot("""\
Okta does not understand `search`.
Next: values in double quotes, attributes as profile.department, e.g. status eq "ACTIVE" and profile.department eq "Sales"; operators eq sw gt ge lt le pr, and co on names, login and email.
Okta: 400 E0000031 Invalid search criteria. (error id <error>, request <request>)\
"""),
    ),
]


@pytest.mark.parametrize(("arguments", "said"), BAD_EXPRESSIONS)
async def test_an_expression_okta_does_not_understand_is_explained_with_an_example(library, arguments, said):
    answer = await library.call("list_users", **arguments)
    assert answer.is_error
    assert answer.story == said
    assert len(library.requests) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"params": {"search": 'status eq "LOCKED_OUT"', "limit": "10"}},
        {"params": '{"search": "status eq \\"LOCKED_OUT\\"", "limit": 10}'},
        {"search": 'status eq "LOCKED_OUT"', "limit": 10, "after": None, "q": None, "sortBy": None},
        {"search": 'status eq "LOCKED_OUT"', "limit": "10"},
    ],
)
async def test_the_connectors_spellings_mean_the_same(library, arguments):
    answer = await library.send("list_users", arguments)
    assert logins(answer) == ["felix.hartmann@example.com"]
    assert "limit=10" in library.sent[0].query


@pytest.mark.parametrize("value", ['Le "Mans"', "a\\b", "x&limit=1", "a#b", "50% off", "ä+ö", "'"])
async def test_a_value_stays_inside_its_quotes_and_its_parameter(org, value):
    user = await org.person_in("ACTIVE")
    user.profile["title"] = value
    answer = await org.call("list_users", search=f"profile.title eq {json.dumps(value)}")
    assert logins(answer) == [user.login]
    assert org.requests == ["GET /users"]


async def test_who_was_deactivated_and_sought_by_q_is_not_told_as_nobody(library):
    answer = await library.call("list_users", q="nosuchname")
    assert answer.text == "0 users.\nDeactivated users are not found by q, by search they are."
