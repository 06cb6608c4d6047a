"""The System Log through the tool: what it shows, in which order, and that reading on neither skips nor repeats."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from okta_mcp.actions.fitting import LARGEST

ADA = "ada.byrne@example.com"
SIGN_IN = 'eventType eq "user.session.start"'


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def uuids(answer):
    return [event["uuid"] for event in answer.data["events"]]


def query(org):
    return dict(parse_qsl(org.sent[-1].query))


def happen(org, number=1, event_type="user.session.start", **facts):
    """Let things happen now, a millisecond apart; returns their uuids."""
    ada = org.user(ADA)
    actor = {"id": ada.id, "type": "User", "alternateId": ADA, "displayName": "Ada Byrne"}
    made = []
    for _ in range(number):
        org.clock.forward(milliseconds=1)
        event = org.box.org.log.record(event_type, published=org.clock(), actor=actor, targets=[actor], **facts)
        made.append(event["uuid"])
    return made


async def read_to_the_end(org, between=None, **arguments):
    """Follow `after` until the list is complete; returns the answers."""
    answers, after = [], {}
    for turn in range(500):
        answer = await org.call("get_system_log_events", **arguments, **after)
        assert not answer.is_error, answer.text
        assert len(org.sent) == 1
        answers.append(answer)
        if "after" not in answer.data:
            return answers
        after = {"after": answer.data["after"]}
        if between is not None:
            between(turn)
    raise AssertionError("the list never ends")


async def test_the_newest_events_come_first(org):
    made = happen(org, 3)
    answer = await org.call("get_system_log_events")
    assert uuids(answer)[:3] == made[::-1]
    published = [event["published"] for event in answer.data["events"]]
    assert published == sorted(published, reverse=True)
    assert query(org) == {"limit": "100", "sortOrder": "DESCENDING"}


async def test_an_event_says_who_did_what_to_whom_from_where(org):
    await org.call("suspend_user", user=ADA)
    answer = await org.call("get_system_log_events", filter='eventType eq "user.lifecycle.suspend"', limit=1)
    (event,) = answer.data["events"]
    assert event == {
        "published": "2026-03-02T09:30:15.000Z",
        "type": "user.lifecycle.suspend",
        "actor": 'admin@example.com "Alex Admin"',
        "targets": [f'User {ADA} "Ada Byrne"'],
        "actorId": org.user("admin@example.com").id,
        "targetIds": [org.user(ADA).id],
        "outcome": "SUCCESS",
        "client": event["client"],
        "uuid": event["uuid"],
    }
    assert "okta-mcp/" in event["client"]
    window, header, row = answer.text.splitlines()[1:4]
    assert window == "Only the 7 days before now; for earlier ones give since."
    assert header.split("\t") == [
        "published",
        "type",
        "actor",
        "targets",
        "actorId",
        "targetIds",
        "outcome",
        "client",
        "uuid",
    ]
    assert row.split("\t")[:4] == [
        "2026-03-02T09:30",
        "user.lifecycle.suspend",
        'admin@example.com "Alex Admin"',
        f'User {ADA} "Ada Byrne"',
    ]


async def test_a_failed_sign_in_says_why_and_from_where(org):
    happen(
        org,
        outcome="FAILURE",
        reason="INVALID_CREDENTIALS",
        client={
            "ipAddress": "203.0.113.9",
            "geographicalContext": {"city": "Lyon", "country": "France"},
            "userAgent": {"rawUserAgent": "Browser/1.0 " + "x" * 200},
        },
    )
    answer = await org.call("get_system_log_events", limit=1)
    (event,) = answer.data["events"]
    assert event["outcome"] == "FAILURE: INVALID_CREDENTIALS"
    assert event["client"].startswith("203.0.113.9, Lyon, France, Browser/1.0 xxx")
    assert len(event["client"]) <= 160


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({"sortOrder": "ASCENDING"}, {"sortOrder": "ASCENDING", "limit": "100"}),
        (
            {"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"},
            {
                "since": "2026-03-01T00:00:00Z",
                "until": "2026-03-02T00:00:00Z",
                "sortOrder": "DESCENDING",
                "limit": "100",
            },
        ),
        ({"filter": SIGN_IN, "limit": 5}, {"filter": SIGN_IN, "limit": "5", "sortOrder": "DESCENDING"}),
        (
            {"filter": "eventType eq user.session.start"},
            {"filter": SIGN_IN, "limit": "100", "sortOrder": "DESCENDING"},
        ),
        ({"q": ADA}, {"q": ADA, "limit": "100", "sortOrder": "DESCENDING"}),
        ({"sort_order": "ASCENDING", "limit": "7"}, {"sortOrder": "ASCENDING", "limit": "7"}),
    ],
)
async def test_a_question_reaches_okta_as_it_was_put(library, arguments, sent):
    answer = await library.send("get_system_log_events", arguments)
    assert not answer.is_error
    assert query(library) == sent
    assert library.requests == ["GET /logs"]


async def test_since_and_until_bound_the_list(org):
    made = happen(org, 10)
    log = org.box.org.log.query({"limit": "1000", "since": "2026-03-02T09:30:15Z"}, org.clock())
    moments = {event["uuid"]: event["published"] for event in log.events}
    answer = await org.call(
        "get_system_log_events", since=moments[made[2]], until=moments[made[6]], sortOrder="ASCENDING"
    )
    assert uuids(answer) == made[2:7]
    assert answer.data["complete"] is True


async def test_a_filter_and_keywords_choose(org):
    happen(org, 2, outcome="FAILURE", reason="INVALID_CREDENTIALS")
    happen(org, 1, "user.session.end")
    failed = await org.call(
        "get_system_log_events", filter=f'{SIGN_IN} and outcome.result eq "FAILURE"', q=ADA, limit=50
    )
    assert len(failed.data["events"]) >= 2
    assert {(one["type"], one["outcome"]) for one in failed.data["events"]} == {
        ("user.session.start", "FAILURE: INVALID_CREDENTIALS")
    }
    assert all("Ada Byrne" in one["actor"] for one in failed.data["events"])


async def test_nothing_found_is_said(library):
    answer = await library.call("get_system_log_events", q="nothingsuch")
    assert answer.text == "0 events.\nOnly the 7 days before now; for earlier ones give since."
    assert answer.data["events"] == []
    assert answer.data["complete"] is True


async def test_what_okta_no_longer_keeps_is_said(library):
    since = f"{library.clock() - timedelta(days=120):%Y-%m-%dT%H:%M:%SZ}"
    answer = await library.call("get_system_log_events", since=since, q="nothingsuch")
    assert re.fullmatch(r"0 events\.\nOkta keeps 90 days: nothing before \d{4}-\d\d-\d\d is found\.", answer.text)


async def test_a_range_that_the_caller_gave_needs_no_words(library):
    since = f"{library.clock() - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    answer = await library.call("get_system_log_events", since=since, q="nothingsuch")
    assert answer.text == "0 events."


async def test_a_range_that_ends_before_it_begins_is_refused_before_any_request(library):
    answer = await library.call(
        "get_system_log_events", since="2026-03-02T00:00:00Z", until="2026-03-01T23:00:00-02:00"
    )
    assert not answer.is_error
    answer = await library.call("get_system_log_events", since="2026-03-02T00:00:00Z", until="2026-03-01T23:00:00Z")
    assert answer.is_error
    assert "`since` is later than `until`" in answer.text
    assert library.sent == []


@pytest.mark.parametrize("order", ["DESCENDING", "ASCENDING"])
@pytest.mark.parametrize("limit", [1, 7, 50, 1000])
async def test_reading_to_the_end_shows_every_event_exactly_once(org, order, limit):
    happen(org, 20)
    everything = org.box.org.log.query({"limit": "1000", "sortOrder": order}, org.clock()).events
    answers = await read_to_the_end(
        org, limit=limit, sortOrder=order, since=stamp(org.clock() - timedelta(hours=6)), q=ADA
    )
    wanted = [
        event["uuid"]
        for event in everything
        if event["published"] >= stamp(org.clock() - timedelta(hours=6)) and ADA in str(event)
    ]
    assert len(wanted) >= 20
    assert [uuid for answer in answers for uuid in uuids(answer)] == wanted
    assert [answer.data["complete"] for answer in answers] == [False] * (len(answers) - 1) + [True]


@pytest.mark.parametrize("until", [{}, {"until": "2026-03-02T09:30:15.500Z"}])
async def test_events_that_arrive_in_between_do_not_disturb_reading_newest_first(org, until):
    before = happen(org, 23)

    def arrive(_turn):
        org.clock.forward(minutes=3)
        happen(org, 4)

    answers = await read_to_the_end(org, arrive, limit=5, since="2026-03-02T09:30:15Z", **until)
    seen = [uuid for answer in answers for uuid in uuids(answer)]
    assert [uuid for uuid in seen if uuid in before] == before[::-1]
    assert len(seen) == len(set(seen))
    assert len(answers) >= 5


async def test_reading_oldest_first_shows_what_arrives_in_between_too(org):
    made = happen(org, 23)

    def arrive(turn):
        if turn < 3:
            org.clock.forward(minutes=3)
            made.extend(happen(org, 4))

    answers = await read_to_the_end(org, arrive, limit=5, since="2026-03-02T09:30:15.001Z", sortOrder="ASCENDING")
    assert [uuid for answer in answers for uuid in uuids(answer)] == made


@pytest.mark.parametrize("order", ["DESCENDING", "ASCENDING"])
@pytest.mark.parametrize(
    "bounds",
    [{}, {"since": "2026-03-02T09:30:15.001Z"}, {"since": "2026-03-02T09:30:15.001Z", "until": "2026-03-02T09:30:18Z"}],
)
async def test_an_answer_that_was_cut_resumes_exactly(org, order, bounds):
    made = happen(org, 700)
    facts = {"q": "cut.example.com"} if not bounds else {}
    if facts:
        for entry in org.box.org.log.query({"limit": "1000", "since": "2026-03-02T09:30:15.001Z"}, org.clock()).events:
            entry["displayMessage"] = "cut.example.com"

    def arrive(_turn):
        org.clock.forward(minutes=2)
        if order == "DESCENDING":
            happen(org, 3, display_message="cut.example.com")

    answers = await read_to_the_end(org, arrive, limit=1000, sortOrder=order, **bounds, **facts)
    seen = [uuid for answer in answers for uuid in uuids(answer)]
    assert seen == (made if order == "ASCENDING" else made[::-1])
    assert len(answers) >= 3
    assert all(len(answer.text) <= LARGEST for answer in answers)


async def test_no_answer_is_larger_than_a_context_takes(org):
    happen(org, 1000, outcome="FAILURE", reason="INVALID_CREDENTIALS" * 10)
    answer = await org.call("get_system_log_events", limit=1000)
    assert answer.data["complete"] is False
    assert "~" in answer.data["after"]
    assert len(answer.text) <= LARGEST
    assert len(str(answer.data)) <= LARGEST * 1.1


@pytest.mark.parametrize("argument", ["since", "until"])
@pytest.mark.parametrize("date", ["yesterday", "2026-03-01", "01/03/2026", "2026-13-01T00:00:00Z"])
async def test_a_date_that_is_none_is_refused_with_the_form_it_takes(library, argument, date):
    answer = await library.call("get_system_log_events", **{argument: date})
    assert answer.is_error
    assert argument in answer.text
    assert "ISO" in answer.text
    assert "change" not in answer.text


async def test_a_since_that_is_too_old_says_how_far_the_log_goes(library):
    answer = await library.call("get_system_log_events", since="2020-01-01T00:00:00Z")
    assert answer.is_error
    assert "180 days" in answer.text
    # It is not the filter that was wrong.
    assert "expression" not in answer.text


@pytest.mark.parametrize("wrong", ['nonsense eq "x"', 'eventType likes "x"', "(("])
async def test_a_filter_that_okta_does_not_understand_is_explained_for_the_log(library, wrong):
    answer = await library.call("get_system_log_events", filter=wrong)
    assert answer.is_error
    lines = answer.text.splitlines()
    assert lines[0] == "Okta does not understand `filter`."
    # The example has to be one that works here: events have no status, no profile and no department.
    assert "eventType" in lines[1]
    assert "profile." not in lines[1]
    assert lines[2].startswith("Okta: 400 E00000")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"limit": 0}, "`limit` is out of range: 1 to 1000"),
        ({"limit": 1001}, "`limit` is out of range: 1 to 1000"),
        ({"sortOrder": "newest"}, "`sortOrder` is one of 'DESCENDING' or 'ASCENDING'"),
        ({"q": "a b c d e f g h i j k"}, "`q` takes at most 10 keywords of at most 40 characters each"),
        ({"q": "x" * 41}, "`q` takes at most 10 keywords of at most 40 characters each"),
        ({"after": "1_2~x"}, "`after` is not a cursor of this tool; send the value of `after` from its last answer"),
        ({"until": "@", "user": "x"}, "unknown argument `user`"),
    ],
)
async def test_what_cannot_be_asked_is_refused_before_any_request(library, arguments, told):
    answer = await library.call("get_system_log_events", **arguments)
    assert answer.is_error
    assert answer.text.startswith(f"get_system_log_events was not called: {told}")
    assert library.sent == []


@pytest.mark.parametrize("empty", ["filter", "q"])
@pytest.mark.parametrize("text", ["", "  "])
async def test_an_empty_condition_is_no_list_of_everything(library, empty, text):
    answer = await library.call("get_system_log_events", **{empty: text})
    assert (answer.is_error, library.sent) == (True, [])
    assert f"`{empty}` is empty" in answer.text


@pytest.mark.parametrize("after", ["nonsense", "00u0000000000000000X", "nonsense~3"])
async def test_a_cursor_that_is_none_of_the_log_is_not_taken_for_the_beginning(library, after):
    answer = await library.call("get_system_log_events", after=after, limit=3)
    assert answer.is_error
    assert "cursor" in answer.text


async def test_what_people_wrote_arrives_clean(org):
    org.user(ADA).profile["firstName"] = "Ada\u202e\x1b[31m"
    happen(
        org,
        reason="line\nbreak\u200b",
        outcome="FAILURE",
        client={"userAgent": {"rawUserAgent": "Agent\x00\U000e0041"}, "ipAddress": "192.0.2.1"},
        display_message="x",
    )
    answer = await org.call("get_system_log_events", limit=1)
    assert answer.data["events"][0]["outcome"] == "FAILURE: line break"
    assert answer.data["events"][0]["client"] == "192.0.2.1, Agent"
    assert answer.text.replace("\n", "").replace("\t", "").isprintable()


async def test_an_event_without_a_client_and_targets_is_shown_all_the_same(org):
    actor = {"id": "spr1", "type": "SystemPrincipal", "alternateId": "unknown", "displayName": None}
    org.clock.forward(milliseconds=5)
    org.box.org.log.record("system.org.rate_limit.warning", published=org.clock(), actor=actor)
    answer = await org.call("get_system_log_events", limit=1)
    (event,) = answer.data["events"]
    assert event["type"] == "system.org.rate_limit.warning"
    assert ("actor" in event, event.get("targets", [])) == (False, [])


@pytest.mark.parametrize(
    ("trouble", "first"),
    [
        ({"status": 403}, "The credentials of this server may not do this (okta.logs.read)."),
        ({"status": 500}, "Okta had an internal error, as it has when something takes it too long."),
        ({"status": 503, "times": 3}, "Okta is not available at the moment."),
        ({"disconnect": "before", "times": 3}, "The connection to sandbox.okta.example was lost before the answer"),
        ({"status": 429, "times": 3}, "Okta's limit on requests per minute is used up."),
    ],
)
async def test_a_log_that_cannot_be_read_says_why(org, trouble, first):
    org.box.fail("GET", "/api/v1/logs", **trouble)
    answer = await org.call("get_system_log_events")
    assert answer.is_error
    assert answer.text.startswith(first)
    assert "change was made" not in answer.text
    assert "Nothing was changed" not in answer.text


@pytest.mark.parametrize(
    ("ago", "since"),
    [("90m", "2026-03-02T08:00:15Z"), ("24h", "2026-03-01T09:30:15Z"), ("7d", "2026-02-23T09:30:15Z")],
)
async def test_since_may_be_said_as_so_long_ago_by_oktas_clock(org, ago, since):
    answer = await org.call("get_system_log_events", since=ago, limit=1)
    assert not answer.is_error, answer.text
    assert query(org)["since"] == since
    assert answer.data["note"].startswith(f"From {since} to now.")


async def test_so_long_ago_that_okta_keeps_less_is_told_with_the_day(org):
    answer = await org.call("get_system_log_events", since="120d", q="nothingsuch")
    assert answer.data["note"] == (
        "From 2025-11-02T09:30:15Z to now. Okta keeps 90 days: nothing before 2025-12-02 is found."
    )


@pytest.mark.parametrize("said", ["24", "h", "24 h", "-24h", "1w", "24hours", "99999d", "\u0662\u0664h"])
async def test_what_is_no_time_ago_is_refused_with_the_forms_there_are(library, said):
    answer = await library.call("get_system_log_events", since=said)
    assert answer.is_error
    assert "or as long ago as 90m, 24h or 7d" in answer.text
    assert library.requests == []


async def test_a_page_cut_of_the_last_hours_goes_on_where_it_was_cut_while_time_passes(org):
    org.clock.forward(hours=1)
    whole = await org.call("get_system_log_events", since="7d", sortOrder="ASCENDING", limit=1000)
    assert "~" in whole.data["after"]
    first = [one["uuid"] for one in whole.data["events"]]
    org.clock.forward(hours=3)
    following = await org.call(
        "get_system_log_events", since="7d", sortOrder="ASCENDING", limit=1000, after=whole.data["after"]
    )
    log = org.box.org.log.query({"limit": "1000", "since": whole.data["events"][0]["published"]}, org.clock())
    seen = [event["uuid"] for event in log.events]
    assert [*first, *(one["uuid"] for one in following.data["events"])] == seen[
        : len(first) + len(following.data["events"])
    ]
