"""Groups through the tools: lists of them, of their members, and who goes in and out."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

ADA, OLIVIA = "ada.byrne@example.com", "olivia.grant@example.com"

BY_NAMES = [
    "GET /users",
    "GET /users/{id}",
    "GET /groups",
    "GET /users/{id}/groups",
]


def names(answer):
    return [group["name"] for group in answer.data["groups"]]


def query(org, place=0):
    return dict(parse_qsl(org.sent[place].query))


# list_groups


async def test_all_groups_are_listed_in_one_request(library):
    answer = await library.call("list_groups")
    assert set(names(answer)) == {group.name for group in library.box.org.groups.values()}
    assert answer.data["complete"] is True
    assert "after" not in answer.data
    assert library.requests == ["GET /groups"]
    assert query(library) == {"limit": "200"}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"q": "Sales"}, ["Sales", "Sales EU", "Sales-EU"]),
        ({"q": "sales eu"}, ["Sales EU"]),
        ({"q": "EU"}, []),
        ({"search": 'profile.name sw "Sales"'}, ["Sales", "Sales EU", "Sales-EU"]),
        ({"search": 'type eq "OKTA_GROUP" and profile.name sw "Sales"'}, ["Sales", "Sales EU"]),
        ({"search": 'profile.name co "user"'}, ["Domain Users", "VPN Users"]),
        ({"search": "type eq APP_GROUP"}, ["Domain Users", "Sales-EU"]),
        ({"filter": 'type eq "BUILT_IN"'}, ["Everyone", "Okta Administrators"]),
        ({"filter": 'type eq "APP_GROUP"', "q": "Sales"}, ["Sales-EU"]),
        ({"filter": 'lastUpdated gt "2035-01-01T00:00:00.000Z"'}, []),
    ],
)
async def test_groups_are_found(library, arguments, found):
    answer = await library.call("list_groups", **arguments)
    assert sorted(names(answer)) == found
    assert answer.data["complete"] is True
    assert library.requests == ["GET /groups"]


async def test_a_list_is_read_as_text_and_as_data_alike(library):
    answer = await library.call("list_groups", q="Sales", expand=["stats"])
    assert answer.story == (
        "3 groups.\n"
        "id\tname\ttype\tdescription\tusersCount\tappsCount\tsourceApp\n"
        "<Sales>\tSales\tOKTA_GROUP\tEverybody in Sales\t12\t1\t\n"
        "<Sales EU>\tSales EU\tOKTA_GROUP\tSales staff in Europe\t7\t1\t\n"
        "<Sales-EU>\tSales-EU\tAPP_GROUP\tEuropean sales, from the domain\t2\t0\t<Active Directory>"
    )
    rows = answer.text.splitlines()[2:]
    assert [row.split("\t")[:2] for row in rows] == [[g["id"], g["name"]] for g in answer.data["groups"]]


async def test_members_are_counted_without_being_sent(library):
    answer = await library.call("list_groups", search='profile.name eq "Sales"', expand=["stats"])
    (sales,) = answer.data["groups"]
    assert sales["usersCount"] == len(library.group("Sales").members)
    assert library.requests == ["GET /groups"]
    assert query(library)["expand"] == "stats"


async def test_the_source_of_an_imported_group_is_named_when_asked_for(library):
    plain = await library.call("list_groups", filter='type eq "APP_GROUP"')
    named = await library.call("list_groups", filter='type eq "APP_GROUP"', expand=["app"])
    directory = library.box.org.app_by_label("Active Directory")
    assert {group["sourceApp"] for group in plain.data["groups"]} == {directory.id}
    assert {group["sourceApp"] for group in named.data["groups"]} == {"Active Directory"}


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_groups_are_sorted(library, order):
    search = 'type eq "OKTA_GROUP"'
    answer = await library.call("list_groups", search=search, sortBy="profile.name", sortOrder=order)
    sorted_names = sorted((name for name in names(answer)), key=str.lower, reverse=order == "desc")
    assert names(answer) == sorted_names
    assert query(library)["sortOrder"] == order


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"search": 'lastUpdated gt "2001-01-01T00:00:00.000Z"'},
        {"search": 'lastUpdated gt "2001-01-01T00:00:00.000Z"', "sortBy": "profile.name", "sortOrder": "desc"},
        {"filter": 'type eq "OKTA_GROUP" or type eq "APP_GROUP" or type eq "BUILT_IN"'},
    ],
)
@pytest.mark.parametrize("limit", [1, 4, 13, 14, 15])
async def test_paging_shows_every_group_exactly_once(library, arguments, limit):
    seen, after = [], {}
    for _ in range(50):
        answer = await library.call("list_groups", limit=limit, **arguments, **after)
        assert len(library.sent) == 1
        seen += names(answer)
        assert answer.data["complete"] is ("after" not in answer.data)
        assert ("More: call again" in answer.text) is not answer.data["complete"]
        if answer.data["complete"]:
            break
        after = {"after": answer.data["after"]}
    assert sorted(seen) == sorted(group.name for group in library.box.org.groups.values())


async def test_a_capped_q_says_that_there_may_be_more(library):
    answer = await library.call("list_groups", q="Sales", limit=2)
    assert names(answer) == ["Sales", "Sales EU"]
    assert answer.data["complete"] is False
    assert "after" not in answer.data
    assert answer.data["note"] == "q shows the first matches only; use search with sw for all."


async def test_nothing_found_is_said(library):
    answer = await library.call("list_groups", search='profile.name eq "Nothing such"')
    assert answer.text == "0 groups."
    assert answer.data == {"complete": True, "groups": []}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"search": "id pr", "q": "Sales"},
            "`search` and `q` cannot be combined; put all conditions into `search`, joined by and",
        ),
        (
            {"search": "id pr", "filter": 'type eq "BUILT_IN"'},
            "`search` and `filter` cannot be combined; put all conditions into `search`, joined by and",
        ),
        ({"search": "id pr", "sortOrder": "desc"}, "`sortOrder` needs `sortBy`"),
        ({"q": "Sales", "after": "x"}, "`q` has no further pages; use `search` with `sw` to page through many"),
        ({"limit": 0}, "`limit` is out of range: 1 to 200"),
        ({"limit": 201}, "`limit` is out of range: 1 to 200"),
        ({"expand": ["members"]}, "`expand[0]` is one of 'stats' or 'app'"),
        ({"after": "x~y"}, "`after` is not a cursor of this tool; send the value of `after` from its last answer"),
        ({"serach": "id pr"}, "unknown argument `serach`; did you mean `search`?"),
    ],
)
async def test_what_cannot_be_asked_is_refused_before_any_request(library, arguments, told):
    answer = await library.call("list_groups", **arguments)
    end = "" if told.endswith("?") else "."
    assert (answer.is_error, answer.text) == (True, f"list_groups was not called: {told}{end}")
    assert library.sent == []


async def test_the_search_that_is_recommended_for_sorting_works(library):
    refused = await library.call("list_groups", sortBy="profile.name")
    assert refused.text.startswith("list_groups was not called: `sortBy` works with `search` only")
    recommended = re.findall(r"search='(.+)'", refused.text)
    for search in recommended:
        answer = await library.call("list_groups", search=search, sortBy="profile.name")
        assert not answer.is_error, answer.text
        assert len(answer.data["groups"]) == 14


@pytest.mark.parametrize("empty", ["q", "search", "filter"])
@pytest.mark.parametrize("text", ["", "  "])
async def test_an_empty_condition_is_no_list_of_everything(library, empty, text):
    answer = await library.call("list_groups", **{empty: text})
    assert (answer.is_error, library.sent) == (True, [])
    assert f"`{empty}` is empty" in answer.text


@pytest.mark.parametrize("argument", ["search", "filter"])
async def test_an_expression_that_okta_does_not_understand_is_explained_for_groups(library, argument):
    answer = await library.call("list_groups", **{argument: "profile.name likes Sales"})
    assert answer.is_error
    first, following, okta = answer.text.splitlines()
    assert first == f"Okta does not understand `{argument}`."
    assert following.startswith("Next: Expected an operator")
    # The example has to be one that works here: groups have no status and no department.
    assert "status" not in following
    assert "department" not in following
    assert okta.startswith("Okta: 400 E0000031 Invalid search criteria.")


async def test_a_cursor_of_another_list_is_refused_by_okta_and_said(library):
    answer = await library.call("list_groups", search='profile.name sw "S"', after="00u0000000000000000X")
    assert answer.is_error
    assert "Invalid cursor" in answer.text
    assert "expression" not in answer.text


# list_group_users


@pytest.mark.parametrize("said", ["Sales EU", "sales eu", " Sales EU "])
async def test_members_are_listed_by_the_name_of_the_group(org, said):
    answer = await org.call("list_group_users", group=said)
    members = org.group("Sales EU").members
    assert {user["id"] for user in answer.data["users"]} == members
    assert answer.data["group"] == {
        "id": org.group("Sales EU").id,
        "name": "Sales EU",
        "type": "OKTA_GROUP",
    }
    assert answer.text.startswith(f'"Sales EU": {len(members)} members.\n')
    assert org.requests == ["GET /groups", "GET /groups/{id}/users"]


async def test_members_are_listed_by_the_id_of_the_group(library):
    answer = await library.call("list_group_users", group=library.group("Contractors").id)
    assert answer.data["group"]["name"] == "Contractors"
    assert library.requests == ["GET /groups/{id}", "GET /groups/{id}/users"]


async def test_members_come_in_every_status(library):
    answer = await library.call("list_group_users", group="Everyone")
    shown = {user["id"]: user["status"] for user in answer.data["users"]}
    org = library.box.org
    assert shown == {key: org.users[key].status for key in library.group("Everyone").members}
    assert {"STAGED", "SUSPENDED", "LOCKED_OUT"} <= set(shown.values())


async def test_a_group_without_members_says_so(library):
    answer = await library.call("list_group_users", group="Aurora Pilot")
    assert answer.text == '"Aurora Pilot": 0 members.'
    assert (answer.data["users"], answer.data["complete"]) == ([], True)


@pytest.mark.parametrize("limit", [1, 3, 6, 7, 8])
async def test_paging_shows_every_member_exactly_once(library, limit):
    seen, after = [], {}
    for _ in range(50):
        answer = await library.call("list_group_users", group="Sales EU", limit=limit, **after)
        seen += [user["id"] for user in answer.data["users"]]
        if "after" not in answer.data:
            break
        after = {"after": answer.data["after"]}
    assert len(seen) == len(set(seen))
    assert set(seen) == library.group("Sales EU").members
    assert answer.data["complete"] is True


async def test_a_person_does_not_pass_for_a_group(library):
    answer = await library.call("list_group_users", group=library.user(ADA).id)
    assert answer.is_error
    assert answer.text.startswith(f'No group matches "{library.user(ADA).id}". Nothing was done.')


# assign_user_to_group, remove_user_from_group


async def test_somebody_is_put_into_a_group_by_names(org):
    answer = await org.call("assign_user_to_group", user="Ada Byrne", group="contractors")
    assert org.user(ADA).id in org.group("Contractors").members
    assert answer.story == (
        f'Added "Ada Byrne" ({ADA}) to "Contractors".\n'
        "- member: no → yes\n"
        "Group id <Contractors>.\n"
        f"User id <{ADA}>, status ACTIVE, Okta request <request>."
    )
    assert org.requests == [*BY_NAMES, "PUT /groups/{id}/users/{id}"]
    assert answer.data["requestId"] == org.sent[-1].request_id
    assert answer.data["changes"] == [{"field": "member", "before": False, "after": True}]
    assert answer.data["group"] == {
        "id": org.group("Contractors").id,
        "name": "Contractors",
        "type": "OKTA_GROUP",
    }
    assert answer.data["user"]["login"] == ADA


async def test_somebody_is_taken_out_of_a_group_by_names(org):
    answer = await org.call("remove_user_from_group", user="Byrne, Ada", group="Sales EU")
    assert org.user(ADA).id not in org.group("Sales EU").members
    assert answer.story == (
        f'Removed "Ada Byrne" ({ADA}) from "Sales EU". If a group rule had put them in, Okta now leaves them out of '
        "that rule for good.\n"
        "- member: yes → no\n"
        "Group id <Sales EU>.\n"
        f"User id <{ADA}>, status ACTIVE, Okta request <request>."
    )
    assert org.requests == [*BY_NAMES, "DELETE /groups/{id}/users/{id}"]
    assert answer.data["changes"] == [{"field": "member", "before": True, "after": False}]


@pytest.mark.parametrize(
    ("tool", "group", "method"),
    [("assign_user_to_group", "Contractors", "PUT"), ("remove_user_from_group", "Sales", "DELETE")],
)
async def test_ids_save_the_search(org, tool, group, method):
    answer = await org.call(tool, user=org.user(ADA).id, group=org.group(group).id)
    assert not answer.is_error
    # The person and the group are read together, in whichever order they answer.
    assert sorted(org.requests[:2]) == ["GET /groups/{id}", "GET /users/{id}"]
    assert org.requests[2:] == ["GET /users/{id}/groups", f"{method} /groups/{{id}}/users/{{id}}"]
    assert org.changes[0].path == f"/api/v1/groups/{org.group(group).id}/users/{org.user(ADA).id}"


@pytest.mark.parametrize(
    ("tool", "group", "told"),
    [
        ("assign_user_to_group", "Sales EU", f'"Ada Byrne" ({ADA}) was already in "Sales EU"; nothing changed.'),
        ("remove_user_from_group", "Contractors", f'"Ada Byrne" ({ADA}) was not in "Contractors"; nothing changed.'),
    ],
)
async def test_what_is_so_already_is_not_reported_as_a_change(org, tool, group, told):
    before = org.state()
    answer = await org.call(tool, user=ADA, group=group)
    assert answer.text.splitlines()[0] == told
    assert (answer.data["changes"], answer.is_error) == ([], False)
    assert org.state() == before


@pytest.mark.parametrize("tool", ["assign_user_to_group", "remove_user_from_group"])
@pytest.mark.parametrize(
    ("group", "okta", "told"),
    [
        (
            "Sales-EU",
            "Okta: 403 E0000006",
            [
                '"Sales-EU" is imported from another directory; its members cannot be changed in Okta.',
                "Nothing was changed.",
                "Next: change them in the directory or app it comes from, or choose a group of type OKTA_GROUP.",
            ],
        ),
        (
            "Everyone",
            "Okta: 501 E0000060",
            [
                '"Everyone" is built into Okta; its members cannot be changed.',
                "Nothing was changed.",
                "Next: choose a group of type OKTA_GROUP.",
            ],
        ),
    ],
)
async def test_a_group_that_cannot_be_edited_says_why(org, tool, group, okta, told):
    before = org.state()
    answer = await org.call(tool, user=ADA, group=group)
    assert answer.is_error
    assert answer.text.splitlines()[:3] == told
    assert answer.text.splitlines()[3].startswith(okta)
    assert org.state() == before


async def test_a_deactivated_person_cannot_be_put_into_a_group(org):
    before = org.state()
    answer = await org.call("assign_user_to_group", user="Olivia Grant", group="Sales EU")
    assert answer.is_error
    assert answer.text.splitlines()[:2] == [
        f'"Olivia Grant" ({OLIVIA}) is DEPROVISIONED; assign_user_to_group works in any status but DEPROVISIONED.',
        "Nothing was changed.",
    ]
    assert "Okta: 403 E0000038" in answer.text
    assert org.state() == before


async def test_a_deactivated_person_can_be_taken_out_of_a_group(org):
    assert "Sales" in org.groups_of(OLIVIA)
    answer = await org.call("remove_user_from_group", user=OLIVIA, group="Sales")
    assert not answer.is_error
    assert "Sales" not in org.groups_of(OLIVIA)


@pytest.mark.parametrize("tool", ["assign_user_to_group", "remove_user_from_group"])
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"user": "Maria Santos", "group": "Sales"}, '"Maria Santos" names 2 users.'),
        ({"user": "Nobody Atall", "group": "Sales"}, 'No user matches "Nobody Atall". Nothing was done.'),
        ({"user": ADA, "group": "Sale"}, 'No group is called exactly "Sale".'),
        ({"user": ADA, "group": "Nothing such"}, 'No group matches "Nothing such". Nothing was done.'),
        (
            {"user": "00u0000000000000000X", "group": "Sales"},
            'No user matches "00u0000000000000000X". Nothing was done.',
        ),
        ({"user": ADA, "group": "00g0000000000000000X"}, 'No group matches "00g0000000000000000X". Nothing was done.'),
    ],
)
async def test_whoever_is_not_certain_is_not_touched(library, tool, arguments, told):
    answer = await library.call(tool, **arguments)
    assert answer.is_error
    assert answer.text.splitlines()[0] == told
    assert library.changes == []


@pytest.mark.parametrize("tool", ["list_group_users", "assign_user_to_group", "remove_user_from_group"])
async def test_two_groups_of_one_name_are_never_guessed(org, tool):
    imported = org.group("Domain Users").id
    async with org.admin() as okta:
        made = await okta.post("/api/v1/groups", json={"profile": {"name": "Domain Users"}})
    user = {} if tool == "list_group_users" else {"user": ADA}
    answer = await org.call(tool, group="domain users", **user)
    assert answer.is_error
    lines = answer.text.splitlines()
    assert lines[:2] == [
        '"domain users" names 2 groups.',
        "Nothing was done. Ask which one is meant, then call again with its id as `group`:",
    ]
    assert sorted(lines[2:]) == sorted(
        [
            f'- {made.json()["id"]}: "Domain Users", Okta group',
            (
                f'- {imported}: "Domain Users", group imported from a directory or app, not editable here, '
                '"All domain users"'
            ),
        ]
    )
    assert org.changes == []
    chosen = await org.call(tool, group=made.json()["id"], **user)
    assert not chosen.is_error


async def test_where_too_many_groups_hide_the_answer_no_former_membership_is_claimed(org):
    sales = org.group("Sales")
    for number in range(2_100):
        group = replace(sales, id=f"00g{number:017}", profile={"name": f"Team {number}"}, members={org.user(ADA).id})
        org.box.org.groups[group.id] = group
    answer = await org.call("remove_user_from_group", user=ADA, group="Contractors")
    assert answer.text.splitlines()[0].startswith(f'Removed "Ada Byrne" ({ADA}) from "Contractors". ')
    assert answer.data["changes"] == [{"field": "member", "after": False}]
    assert org.requests.count("GET /users/{id}/groups") == 10


async def test_the_space_and_the_hyphen_are_not_the_same_group(org):
    await org.call("remove_user_from_group", user="Ada Byrne", group="Sales EU")
    assert "Sales EU" not in org.groups_of(ADA)
    answer = await org.call("remove_user_from_group", user="Erik Johansson", group="Sales-EU")
    assert "imported from another directory" in answer.text


@pytest.mark.parametrize("tool", ["assign_user_to_group", "remove_user_from_group"])
@pytest.mark.parametrize("missing", ["user", "group"])
async def test_both_have_to_be_named(library, tool, missing):
    arguments = {"user": ADA, "group": "Sales"}
    del arguments[missing]
    answer = await library.call(tool, **arguments)
    assert answer.text.startswith(f"{tool} was not called: `{missing}` is required")
    assert library.sent == []


# Trouble


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (
            {"status": 403},
            [
                "The credentials of this server may not do this (okta.groups.manage, okta.users.read).",
                "Nothing was changed.",
                "Next: the operator gives the token's admin the role for it; `okta-mcp check` shows what is allowed.",
            ],
        ),
        (
            {"status": 404, "error_code": "E0000007"},
            [
                "Okta does not find it (any more), or these credentials may not see it.",
                "Nothing was changed.",
                "Next: look it up again by name.",
            ],
        ),
        (
            {"status": 401},
            [
                "Okta does not accept this server's API token: it is wrong, expired or revoked.",
                "Nothing was changed.",
                (
                    "Next: the operator makes a new token in the Admin Console (Security, API, Tokens), sets "
                    "OKTA_API_TOKEN and runs `okta-mcp check`."
                ),
            ],
        ),
        (
            {"status": 500},
            [
                "Okta had an internal error.",
                "It is not known whether the change was made.",
                "Next: look with list_user_groups before trying again.",
            ],
        ),
    ],
)
async def test_a_write_that_okta_refuses_is_explained(org, trouble, told):
    org.box.fail("PUT", "/api/v1/groups", times=9, **trouble)
    answer = await org.call("assign_user_to_group", user=ADA, group="Contractors")
    assert answer.is_error
    assert answer.text.splitlines()[:3] == told
    assert answer.text.splitlines()[3].startswith(f"Okta: {trouble['status']} E00000")
    assert len(org.changes) == 1
    assert "Contractors" not in org.groups_of(ADA)


@pytest.mark.parametrize("tool", ["assign_user_to_group", "remove_user_from_group"])
async def test_when_the_groups_cannot_be_read_nothing_is_written(org, tool):
    org.box.fail("GET", f"/api/v1/users/{org.user(ADA).id}/groups", status=500)
    answer = await org.call(tool, user=ADA, group="Contractors")
    assert answer.is_error
    assert answer.text.splitlines()[:2] == ["Okta had an internal error.", "Nothing was changed."]
    assert org.changes == []


async def test_a_write_waits_for_the_rate_limit_and_is_made_once(org):
    org.box.fail("PUT", "/api/v1/groups", status=429, concurrency=True)
    answer = await org.call("assign_user_to_group", user=ADA, group="Contractors")
    assert not answer.is_error
    assert [entry.status for entry in org.changes] == [429, 204]
    assert len(org.slept) == 1
    assert any("Okta's limit on simultaneous requests; waiting" in message for message in answer.progress)


async def test_a_rate_limit_that_lasts_is_said(org):
    org.box.fail("*", "/api/v1/groups", status=429, times=99)
    answer = await org.call("list_groups")
    assert answer.is_error
    assert answer.text.startswith("Okta's limit on requests per minute is used up.\nNext: try again in ")
    assert "Nothing was changed" not in answer.text


async def test_a_put_whose_connection_is_lost_is_sent_again(org):
    org.box.fail("PUT", "/api/v1/groups", disconnect="after")
    answer = await org.call("assign_user_to_group", user=ADA, group="Contractors")
    assert not answer.is_error
    assert [entry.method for entry in org.changes] == ["PUT", "PUT"]
    assert len(org.events("group.user_membership.add")) >= 1
    assert org.user(ADA).id in org.group("Contractors").members


@pytest.mark.parametrize(
    ("tool", "method", "group"),
    [("assign_user_to_group", "PUT", "Contractors"), ("remove_user_from_group", "DELETE", "Sales EU")],
)
async def test_a_connection_that_stays_lost_leaves_the_outcome_open(org, tool, method, group):
    org.box.fail(method, "/api/v1/groups", disconnect="after", times=9)
    answer = await org.call(tool, user=ADA, group=group)
    assert answer.is_error
    assert answer.text.splitlines()[1:] == [
        "It is not known whether the change was made.",
        "Next: look with list_user_groups before trying again.",
    ]
    assert answer.text.startswith("The connection to sandbox.okta.example was lost")
    assert [entry.method for entry in org.changes] == [method] * 3


async def test_a_read_whose_connection_is_lost_promises_nothing(org):
    org.box.fail("GET", "/api/v1/groups", disconnect="before", times=9)
    answer = await org.call("list_groups")
    assert answer.is_error
    assert "change" not in answer.text
    assert answer.text.endswith("Next: try again.")


async def test_a_page_of_html_is_no_empty_list(org):
    org.box.fail("GET", "/api/v1/groups", html=True, status=200)
    answer = await org.call("list_groups")
    assert answer.is_error
    assert "does not come from Okta's API" in answer.text


REHEARSED = [
    ("assign_user_to_group", False, [{"field": "member", "before": False, "after": True}]),
    ("assign_user_to_group", True, []),
    ("remove_user_from_group", True, [{"field": "member", "before": True, "after": False}]),
    ("remove_user_from_group", False, []),
]


@pytest.mark.parametrize(("tool", "inside", "changes"), REHEARSED)
async def test_a_rehearsal_knows_who_is_a_member_already(org_with, tool, inside, changes):
    org = await org_with(settings={"dry_run": True})
    robin = await org.person_in("ACTIVE")
    if inside:
        async with org.admin() as okta:
            (await okta.put(f"/api/v1/groups/{org.group('Sales').id}/users/{robin.id}")).raise_for_status()
    answer = await org.call(tool, user=robin.login, group="Sales")
    assert answer.data["changes"] == changes
    assert ("it is so already, nothing would change" in answer.text) is (changes == [])
    assert org.changes == []


async def test_whoever_a_rule_put_in_and_a_removal_took_out_stays_out_as_the_answer_says(org):
    group = org.group("Contractors")
    async with org.admin() as okta:
        rule = {
            "type": "group_rule",
            "name": "Sales to Contractors",
            "conditions": {
                "people": {"users": {"exclude": []}, "groups": {"exclude": []}},
                "expression": {"value": 'user.department=="Sales"', "type": "urn:okta:expression:1.0"},
            },
            "actions": {"assignUserToGroups": {"groupIds": [group.id]}},
        }
        made = (await okta.post("/api/v1/groups/rules", json=rule)).json()
        (await okta.post(f"/api/v1/groups/rules/{made['id']}/lifecycle/activate")).raise_for_status()
        assert org.user(ADA).id in group.members
        answer = await org.call("remove_user_from_group", user=ADA, group="Contractors")
        assert "If a group rule had put them in, Okta now leaves them out of that rule for good." in answer.text
        shown = (await okta.get(f"/api/v1/groups/rules/{made['id']}")).json()
        assert shown["conditions"]["people"]["users"]["exclude"] == [org.user(ADA).id]
    assert org.user(ADA).id not in group.members
    again = await org.call("remove_user_from_group", user=ADA, group="Contractors")
    assert "nothing changed" in again.text
    assert "rule" not in again.text
