"""The System Log: complete events, bounded queries that end, polls that resume exactly."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from okta_mcp.sandbox.errors import ApiError
from okta_mcp.sandbox.systemlog import LogPage, SystemLog, self_params
from okta_mcp.sandbox.systemlog.event_types import EVENT_TYPES

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
ADA = {"id": "00uADA", "type": "User", "alternateId": "ada@example.com", "displayName": "Ada Byrne"}
SAM = {"id": "00uSAM", "type": "User", "alternateId": "sam@example.com", "displayName": "Sam O'Brien-Lee"}
SALES = {"id": "00gSALES", "type": "UserGroup", "alternateId": "unknown", "displayName": "Sales EU"}
LYON = {"city": "Lyon", "state": None, "country": "France", "postalCode": None, "geolocation": None}


def add(log, minutes_ago=5.0, event_type="user.session.start", **fields):
    request = {"transaction_id": "0123456789abcdef0123456789abcdef", "request_uri": "/api/v1/authn"}
    given = {"published": NOW - timedelta(minutes=minutes_ago), "actor": ADA, **request, **fields}
    return log.record(event_type, **given)


def uuids(page):
    return [event["uuid"] for event in page.events]


def every_page(log, params, now=NOW, pages=100):
    found = []
    for _ in range(pages):
        page = log.query(params, now)
        found.append(page)
        if page.next_params is None or not page.events:
            return found
        params = page.next_params
    raise AssertionError("the pages never end")


def test_an_event_is_complete_and_in_okta_s_order():
    log = SystemLog()
    event = log.record(
        "group.user_membership.add",
        published=datetime(2026, 1, 6, 10, 11, 12, 345678, tzinfo=UTC),
        actor=ADA,
        targets=[SAM, SALES],
        client={
            "ipAddress": "203.0.113.9",
            "userAgent": {"rawUserAgent": "curl/8", "os": "Unknown", "browser": "UNKNOWN"},
            "geographicalContext": LYON,
        },
        transaction_id="0123456789abcdef0123456789abcdef",
        request_uri="/api/v1/groups/00gSALES/users/00uSAM",
        request_api_token_id="00TTOKEN",
    )
    assert event == snapshot(
        {
            "actor": {
                "id": "00uADA",
                "type": "User",
                "alternateId": "ada@example.com",
                "displayName": "Ada Byrne",
                "detailEntry": None,
            },
            "client": {
                "userAgent": {"rawUserAgent": "curl/8", "os": "Unknown", "browser": "UNKNOWN"},
                "zone": "null",
                "device": "Unknown",
                "id": None,
                "ipAddress": "203.0.113.9",
                "geographicalContext": {
                    "city": "Lyon",
                    "state": None,
                    "country": "France",
                    "postalCode": None,
                    "geolocation": None,
                },
            },
            "device": None,
            "authenticationContext": {
                "authenticationProvider": None,
                "credentialProvider": None,
                "credentialType": None,
                "issuer": None,
                "interface": None,
                "authenticationStep": 0,
                "rootSessionId": "trs0123456789abcdef012345",
                "externalSessionId": "trs0123456789abcdef012345",
            },
            "displayMessage": "Add user to group membership",
            "eventType": "group.user_membership.add",
            "outcome": {"result": "SUCCESS", "reason": None},
            "published": "2026-01-06T10:11:12.345Z",
            "securityContext": {
                "asNumber": None,
                "asOrg": None,
                "isp": None,
                "domain": None,
                "isProxy": None,
            },
            "severity": "INFO",
            "debugContext": {
                "debugData": {
                    "requestId": "0123456789abcdef0123456789abcdef",
                    "requestUri": "/api/v1/groups/00gSALES/users/00uSAM",
                    "url": "/api/v1/groups/00gSALES/users/00uSAM?",
                }
            },
            "legacyEventType": "core.user_group_member.user_add",
            "transaction": {
                "type": "WEB",
                "id": "0123456789abcdef0123456789abcdef",
                "detail": {"requestApiTokenId": "00TTOKEN"},
            },
            "uuid": "13a8a5dd-1216-5acc-85a1-3c27a33aa272",
            "version": "0",
            "request": {
                "ipChain": [
                    {
                        "ip": "203.0.113.9",
                        "geographicalContext": {
                            "city": "Lyon",
                            "state": None,
                            "country": "France",
                            "postalCode": None,
                            "geolocation": None,
                        },
                        "version": "V4",
                        "source": None,
                    }
                ]
            },
            "target": [
                {
                    "id": "00uSAM",
                    "type": "User",
                    "alternateId": "sam@example.com",
                    "displayName": "Sam O'Brien-Lee",
                    "detailEntry": None,
                },
                {
                    "id": "00gSALES",
                    "type": "UserGroup",
                    "alternateId": "unknown",
                    "displayName": "Sales EU",
                    "detailEntry": None,
                },
            ],
        }
    )
    assert list(event) == snapshot(
        [
            "actor",
            "client",
            "device",
            "authenticationContext",
            "displayMessage",
            "eventType",
            "outcome",
            "published",
            "securityContext",
            "severity",
            "debugContext",
            "legacyEventType",
            "transaction",
            "uuid",
            "version",
            "request",
            "target",
        ]
    )


def test_events_get_uuids_from_a_counter_so_that_two_runs_agree():
    one, other = SystemLog(), SystemLog()
    first = [add(one)["uuid"], add(one)["uuid"]]
    assert first == [add(other)["uuid"], add(other)["uuid"]]
    assert len(set(first)) == 2


@pytest.mark.parametrize("event_type", sorted(EVENT_TYPES))
def test_every_event_type_has_a_message(event_type):
    event = add(SystemLog(), event_type=event_type)
    assert event["eventType"] == event_type
    assert event["displayMessage"]
    assert event["legacyEventType"] is None or event["legacyEventType"].count(".") >= 2


@pytest.mark.parametrize(
    "event_type",
    [
        *(f"user.lifecycle.{name}" for name in ("create", "activate", "reactivate", "deactivate", "suspend")),
        *(f"user.lifecycle.{name}" for name in ("unsuspend", "delete.initiated", "delete.completed")),
        *(f"user.account.{name}" for name in ("update_profile", "update_password", "reset_password", "lock")),
        *(f"user.account.{name}" for name in ("unlock", "unlock_by_admin", "expire_password")),
        *(f"user.session.{name}" for name in ("start", "end", "clear")),
        *(f"group.user_membership.{name}" for name in ("add", "remove", "rule.add_exclusion")),
        *("group.lifecycle.create", "group.lifecycle.delete", "group.profile.update"),
        *("application.user_membership.add", "application.user_membership.remove"),
        *("user.mfa.factor.reset_all", "user.authentication.sso", "core.concurrency.org.limit.violation"),
        *(f"system.org.rate_limit.{name}" for name in ("warning", "violation", "burst")),
    ],
)
def test_the_catalogue_holds_the_event_types_of_the_reference(event_type):
    assert event_type in EVENT_TYPES


def test_an_unknown_event_type_is_a_mistake_of_the_sandbox():
    with pytest.raises(KeyError):
        add(SystemLog(), event_type="user.lifecycle.vanish")


@pytest.mark.parametrize(
    ("fields", "severity", "legacy"),
    [
        ({}, "INFO", "core.user_auth.login_success"),
        ({"outcome": "FAILURE", "reason": "INVALID_CREDENTIALS"}, "WARN", "core.user_auth.login_failed"),
        ({"severity": "DEBUG"}, "DEBUG", "core.user_auth.login_success"),
        ({"event_type": "user.account.lock"}, "WARN", "core.user_auth.account_locked"),
    ],
)
def test_failures_stand_out(fields, severity, legacy):
    event = add(SystemLog(), **fields)
    assert (event["severity"], event["legacyEventType"]) == (severity, legacy)


def test_what_no_request_caused_is_a_job():
    event = add(SystemLog(), transaction_id=None, request_uri=None, targets=())
    assert event["transaction"]["type"] == "JOB"
    assert event["transaction"]["id"] == event["uuid"].replace("-", "")
    assert event["debugContext"]["debugData"] == {"requestId": event["transaction"]["id"]}
    assert (event["target"], event["request"]["ipChain"]) == (None, [])


def test_fields_of_the_caller_override_the_defaults():
    event = add(
        SystemLog(),
        display_message="Something else",
        reason="x" * 300,
        debug_data={"factor": "PASSWORD"},
        targets=[{**SAM, "changeDetails": {"from": {"city": "Lyon"}, "to": {"city": "Paris"}}}],
        client={"ipAddress": "2001:db8::1", "zone": "Office"},
    )
    assert event["displayMessage"] == "Something else"
    assert event["outcome"]["reason"] == "x" * 255
    assert event["debugContext"]["debugData"]["factor"] == "PASSWORD"
    assert event["target"][0]["changeDetails"]["to"] == {"city": "Paris"}
    assert (event["client"]["zone"], event["request"]["ipChain"][0]["version"]) == ("Office", "V6")


def test_without_since_the_last_seven_days_are_shown():
    log = SystemLog()
    add(log, minutes_ago=7 * 24 * 60 + 1)
    inside = add(log, minutes_ago=7 * 24 * 60)
    assert uuids(log.query({}, NOW)) == [inside["uuid"]]
    assert uuids(log.query({"sortOrder": "DESCENDING"}, NOW)) == [inside["uuid"]]


def test_without_since_the_seven_days_before_until_are_shown():
    log = SystemLog()
    early = add(log, minutes_ago=10 * 24 * 60)
    add(log, minutes_ago=1 * 24 * 60)
    until = (NOW - timedelta(days=5)).isoformat().replace("+00:00", "Z")
    assert log.query({"until": until}, NOW) == LogPage([early], None)


def test_since_and_until_are_inclusive_and_may_have_offsets():
    log = SystemLog()
    add(log, minutes_ago=61)
    first, last = add(log, minutes_ago=60), add(log, minutes_ago=30)
    add(log, minutes_ago=29)
    bounds = {"since": "2026-07-01T13:00:00+02:00", "until": "2026-07-01T04:30:00.000-0700"}
    assert uuids(log.query(bounds, NOW)) == [first["uuid"], last["uuid"]]


def test_a_bounded_query_is_ordered_by_published_and_ends_without_next():
    log = SystemLog()
    times = [30, 50, 10, 40, 20]
    for minutes in times:
        add(log, minutes_ago=minutes)
    bounds = {"since": "2026-07-01T11:00:00Z", "until": "2026-07-01T12:00:00Z", "limit": "2"}
    pages = every_page(log, bounds)
    assert [len(page.events) for page in pages] == [2, 2, 1]
    assert pages[0].next_params == {
        "after": f"{int((NOW - timedelta(minutes=40)).timestamp()) * 1000}_4",
        "limit": "2",
        "until": "2026-07-01T12:00:00Z",
    }
    published = [event["published"] for page in pages for event in page.events]
    assert published == sorted(published)
    assert len(published) == len(times)
    newest_first = every_page(log, {**bounds, "sortOrder": "DESCENDING"})
    assert [event["published"] for page in newest_first for event in page.events] == published[::-1]
    assert newest_first[-1].next_params is None


def test_newest_first_without_until_is_bounded_by_now_and_keeps_its_since():
    log = SystemLog()
    add(log, minutes_ago=90)
    events = [add(log, minutes_ago=minutes) for minutes in (50, 40, 30)]
    add(log, minutes_ago=-1)
    first = log.query({"since": "2026-07-01T11:00:00Z", "sortOrder": "DESCENDING", "limit": "2"}, NOW)
    assert uuids(first) == [events[2]["uuid"], events[1]["uuid"]]
    assert set(first.next_params) == {"after", "limit", "sortOrder"}
    later = add(log, minutes_ago=0)
    second = log.query(first.next_params, NOW)
    assert (uuids(second), second.next_params) == ([events[0]["uuid"]], None)
    assert later["uuid"] not in uuids(second)


def test_a_poll_always_has_a_next_page_that_picks_up_what_came_since():
    log = SystemLog()
    empty = log.query({"since": "2026-07-01T11:00:00Z"}, NOW)
    assert (empty.events, set(empty.next_params)) == ([], {"after", "limit"})
    first = add(log)
    page = log.query(empty.next_params, NOW)
    assert uuids(page) == [first["uuid"]]
    again = log.query(page.next_params, NOW)
    assert (again.events, again.next_params) == ([], page.next_params)


def test_a_poll_shows_a_late_event_that_a_bounded_query_sorts_in():
    log = SystemLog()
    punctual = add(log, minutes_ago=10)
    page = log.query({}, NOW)
    late = add(log, minutes_ago=20)
    assert uuids(log.query(page.next_params, NOW)) == [late["uuid"]]
    assert uuids(log.query({"since": "2026-07-01T11:45:00Z"}, NOW)) == [punctual["uuid"], late["uuid"]]
    bounded = {"since": "2026-07-01T11:00:00Z", "until": "2026-07-01T12:00:00Z"}
    assert uuids(log.query(bounded, NOW)) == [late["uuid"], punctual["uuid"]]


def test_a_poll_repeats_its_filter_and_keywords_in_the_next_page():
    log = SystemLog()
    params = {
        "filter": 'actor.id eq "00uADA"',
        "q": "Ada",
        "limit": "1",
        "since": "2026-07-01T00:00:00Z",
        "x": "y",
    }
    add(log, actor=SAM)
    add(log)
    page = log.query(params, NOW)
    assert page.next_params == {
        "after": page.next_params["after"],
        "limit": "1",
        "q": "Ada",
        "filter": 'actor.id eq "00uADA"',
    }


def test_limit_0_shows_nothing_and_loses_nothing():
    log = SystemLog()
    first = add(log)
    page = log.query({"limit": "0"}, NOW)
    assert page.events == []
    assert uuids(log.query({**page.next_params, "limit": "5"}, NOW)) == [first["uuid"]]
    bounds = {"since": "2026-07-01T00:00:00Z", "until": "2026-07-01T12:00:00Z", "limit": "0"}
    assert log.query(bounds, NOW) == LogPage([], None)


def test_events_older_than_ninety_days_are_silently_missing():
    log = SystemLog()
    add(log, minutes_ago=91 * 24 * 60)
    kept = add(log, minutes_ago=89 * 24 * 60)
    since = {"since": "2026-01-10T00:00:00Z"}
    assert uuids(log.query(since, NOW)) == [kept["uuid"]]
    assert uuids(log.query({**since, "until": "2026-07-01T12:00:00Z"}, NOW)) == [kept["uuid"]]


def test_events_become_visible_after_the_lag_and_no_poll_misses_them():
    log = SystemLog(lag=timedelta(minutes=2))
    seen, hidden = add(log, minutes_ago=5), add(log, minutes_ago=1)
    page = log.query({}, NOW)
    assert uuids(page) == [seen["uuid"]]
    assert uuids(log.query(page.next_params, NOW + timedelta(minutes=1))) == [hidden["uuid"]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('eventType eq "user.session.start" and outcome.result eq "FAILURE"', [1]),
        ('target.id eq "00uSAM" and target.id eq "00gSALES"', [2]),
        ('target.id eq "00uSAM" and target.type eq "UserGroup"', [2]),
        ('actor.id ne "00uADA"', [1]),
        ('eventType co "SESSION"', [0, 1]),
        ('eventType ew "add"', [2]),
        ('eventType eq "USER.SESSION.START"', []),
        ('actor.alternateId sw "ADA"', [0, 2]),
        ('not (severity eq "INFO")', [1]),
        ('client.ipAddress eq "203.0.113.9"', [1]),
        ('request.ipChain.ip eq "203.0.113.9"', [1]),
        ('client.geographicalContext.city eq "Lyon" or outcome.reason pr', [1]),
        ('debugContext.debugData.requestUri sw "/api/v1/groups"', [2]),
        ('transaction.id eq "t2"', [2]),
        ('debugContext.debugData.url co "x" or actor.id pr', None),
    ],
)
def test_a_filter_selects_events(expression, expected):
    log = SystemLog()
    events = [
        add(log, 30),
        add(
            log,
            20,
            actor=SAM,
            outcome="FAILURE",
            reason="INVALID_CREDENTIALS",
            client={"ipAddress": "203.0.113.9", "geographicalContext": LYON},
        ),
        add(
            log,
            10,
            "group.user_membership.add",
            targets=[SAM, SALES],
            request_uri="/api/v1/groups/00gSALES/users/00uSAM",
            transaction_id="t2",
        ),
    ]
    if expected is None:
        with pytest.raises(ApiError):
            log.query({"filter": expression}, NOW)
        return
    assert uuids(log.query({"filter": expression}, NOW)) == [events[index]["uuid"] for index in expected]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ada", True),
        ("ADA BYRNE", True),
        ("byrne   login", True),
        ("by", False),
        ("ada@example.com", True),
        ("O'Brien-Lee", True),
        ("O'Brien", True),
        ("lee", True),
        ("brien", False),
        ("eu group", True),
        ("eu paris", False),
        ("", True),
        (" ", True),
        ("a b c d e f g h i j", False),
        ("x" * 40, False),
    ],
)
def test_keywords_match_whole_words_or_parts_between_hyphens(q, found):
    log = SystemLog()
    add(log, targets=[SAM, SALES], display_message="User login, to: a (group)")
    assert bool(log.query({"q": q}, NOW).events) is found


@pytest.mark.parametrize(
    ("params", "status", "code", "summary", "causes"),
    [
        (
            {"until": "yesterday"},
            400,
            "E0000001",
            (
                "Api validation failed: 'until': The date format in your query is not recognized. "
                "Please enter dates using ISO8601 string format. 'until': must be a valid date-time or empty."
            ),
            2,
        ),
        ({"since": "2026-13-01T00:00:00Z"}, 400, "E0000001", "Api validation failed: 'since': The date", 2),
        ({"since": "2026-01-01"}, 400, "E0000001", "Api validation failed: 'since': The date", 2),
        ({"since": "2026-01-01T00:00:00"}, 400, "E0000001", "Api validation failed: 'since': The date", 2),
        (
            {"filter": 'display_message eqq "Create okta user"'},
            400,
            "E0000053",
            (
                "Invalid filter 'display_message eqq \"Create okta user\"': Unrecognized attribute operator "
                "'eqq' at position 16. Expected: eq,co,sw,pr,gt,ge,lt,le"
            ),
            0,
        ),
        (
            {"filter": "severity eq INFO"},
            400,
            "E0000053",
            "Invalid filter 'severity eq INFO': Expected a value",
            0,
        ),
        ({"filter": "severity"}, 400, "E0000053", "Invalid filter 'severity': Expected an operator", 0),
        ({"filter": 'foo eq "x"'}, 400, "E0000053", "field is not valid: foo", 0),
        ({"filter": 'published gt "x"'}, 400, "E0000053", "field is not valid: published", 0),
        (
            {"filter": 'debugContext.debugData.url co "/oauth/"'},
            400,
            "E0000031",
            (
                "The supplied combination of operator and field is not currently supported. Operator: co, "
                "Field: debugContext.debugData.url"
            ),
            0,
        ),
        (
            {"q": "ok " + "x" * 41},
            400,
            "E0000001",
            (
                "Api validation failed: 'q': Freeform search cannot contain items longer than 40 characters. "
                "Please shorten the items in your search or use an advanced filter "
                "to query by specific fields."
            ),
            1,
        ),
        ({"q": "a b c d e f g h i j k"}, 400, "E0000001", "Api validation failed: 'q': Freeform search", 1),
        (
            {"since": "2026-01-01T11:59:59Z"},
            400,
            "E0000053",
            "Invalid parameter: The since parameter is over 180 days prior to the current day.",
            0,
        ),
        ({"limit": "1001"}, 400, "E0000001", "Api validation failed: 'limit': must be between 0 and 1000", 1),
        ({"limit": "-1"}, 400, "E0000001", "Api validation failed: 'limit': must be between 0 and 1000", 1),
        ({"limit": "ten"}, 400, "E0000037", "Type mismatch exception. limit", 0),
        ({"sortOrder": "UP"}, 400, "E0000001", "Api validation failed: 'sortOrder': must be one of", 1),
        (
            {"after": "1_2", "since": "2026-06-30T00:00:00Z"},
            400,
            "E0000001",
            "Api validation failed: 'since':",
            1,
        ),
        ({"after": "here"}, 400, "E0000029", "Invalid paging request.", 1),
        ({"after": "9" * 400 + "_1"}, 400, "E0000029", "Invalid paging request.", 1),
    ],
)
def test_a_bad_query_is_refused_as_okta_refuses_it(params, status, code, summary, causes):
    with pytest.raises(ApiError) as caught:
        SystemLog().query(params, NOW)
    assert (caught.value.status, caught.value.code, len(caught.value.causes)) == (status, code, causes)
    assert caught.value.summary.startswith(summary)


@pytest.mark.parametrize(
    "params",
    [
        {"since": "", "until": "", "filter": "", "q": "", "limit": "", "sortOrder": "", "after": ""},
        {"since": "9999-12-31T23:59:59Z"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31T23:59:59.999999-12:00"},
        {"since": "2026-01-02T12:00:01Z", "limit": "1000"},
        {"unknown": "x"},
    ],
)
def test_an_unusual_query_is_answered(params):
    assert SystemLog().query(params, NOW).events == []


def test_a_finer_since_excludes_the_millisecond_it_lies_in():
    log = SystemLog()
    event = add(log, minutes_ago=5)
    assert log.query({"since": "2026-07-01T11:55:00.000Z"}, NOW).events == [event]
    assert log.query({"since": "2026-07-01T11:55:00.0005Z"}, NOW).events == []


def test_the_self_link_repeats_what_counted_in_okta_s_order():
    params = {
        "filter": 'a eq "b"',
        "until": "u",
        "q": "",
        "sortOrder": "DESCENDING",
        "after": "1_1",
        "x": "y",
    }
    assert list(self_params(params).items()) == [
        ("after", "1_1"),
        ("limit", "100"),
        ("sortOrder", "DESCENDING"),
        ("until", "u"),
        ("filter", 'a eq "b"'),
    ]


minutes = st.integers(0, 30)
modes = st.sampled_from(
    (
        {"since": "2026-07-01T11:40:00Z"},
        {"since": "2026-07-01T11:40:00Z", "until": "2026-07-01T11:55:00Z"},
        {"since": "2026-07-01T11:40:00Z", "sortOrder": "DESCENDING"},
        {"until": "2026-07-01T11:55:00Z", "sortOrder": "DESCENDING"},
    )
)


@given(st.lists(st.tuples(minutes, st.booleans()), max_size=25), modes, st.integers(1, 7))
def test_pages_together_are_the_whole_without_gap_or_repetition(events, mode, limit):
    log = SystemLog()
    for age, mine in events:
        add(log, age, actor=ADA if mine else SAM)
    params = {**mode, "filter": 'actor.id eq "00uADA"'}
    whole = log.query({**params, "limit": "1000"}, NOW)
    pages = every_page(log, {**params, "limit": str(limit)})
    assert [uuid for page in pages for uuid in uuids(page)] == uuids(whole)
    assert all(len(page.events) <= limit for page in pages)
    within = [
        age for age, mine in events if mine and (age <= 20 or "since" not in mode) and (age >= 5 or "until" not in mode)
    ]
    if "until" in mode or "sortOrder" in mode:
        assert len(uuids(whole)) == len(within)


@given(st.lists(st.one_of(minutes, st.none()), max_size=30), st.integers(1, 4))
def test_a_poll_that_goes_on_while_events_come_in_sees_each_once(steps, limit):
    log = SystemLog()
    params, seen, made = {"limit": str(limit)}, [], []
    for step in [*steps, *[None] * (len(steps) + 1)]:
        if step is None:
            page = log.query(params, NOW)
            seen += uuids(page)
            params = page.next_params
        else:
            made.append(add(log, step)["uuid"])
    assert seen == made
