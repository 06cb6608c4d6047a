"""From what a person says to the object that is meant, and what it costs."""

import unicodedata

import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.directory import Directory, Unresolved
from okta_mcp.okta import OktaClient, OrgAddress, RateLimited

# What was said, the login of who is meant, and the number of Okta requests it takes to know.
PEOPLE = [
    ("ada.byrne@example.com", "ada.byrne@example.com", 1),
    ("ADA.Byrne@Example.com", "ada.byrne@example.com", 1),
    ("sinead.o'brien@example.com", "sinead.o'brien@example.com", 1),
    ("elena.ionescu@example.com", "elena.popescu@example.com", 3),
    ("Elena.Ionescu@EXAMPLE.com", "elena.popescu@example.com", 3),
    ("Ada Byrne", "ada.byrne@example.com", 2),
    ("Byrne Ada", "ada.byrne@example.com", 2),
    ("Byrne, Ada", "ada.byrne@example.com", 2),
    ("Byrne,Ada", "ada.byrne@example.com", 2),
    ("ada bYRNE", "ada.byrne@example.com", 2),
    ("  Ada   Byrne ", "ada.byrne@example.com", 2),
    ("Ada\u00a0Byrne", "ada.byrne@example.com", 2),
    ("Ada\tByrne", "ada.byrne@example.com", 2),
    ("ada.byrne", "ada.byrne@example.com", 2),
    ("Grace", "grace.okafor@example.com", 2),
    ("okafor", "grace.okafor@example.com", 2),
    ("Zoë Lefèvre", "zoe.lefevre@example.com", 2),
    ("LEFÈVRE, zoë", "zoe.lefevre@example.com", 2),
    (unicodedata.normalize("NFD", "Zoë Lefèvre"), "zoe.lefevre@example.com", 2),
    ("Björn Åkesson", "bjorn.akesson@example.com", 2),
    ("Ingrid Sørensen", "ingrid.sorensen@example.com", 2),
    ("Sinéad O'Brien", "sinead.o'brien@example.com", 2),
    ("O'Brien, Sinéad", "sinead.o'brien@example.com", 2),
    ("Olivia Grant", "olivia.grant@example.com", 2),
    ("maria.santos2@example.com", "maria.santos2@example.com", 1),
    ("maria.santos2", "maria.santos2@example.com", 2),
    ("Dr. Ada Nwosu", "ada.nwosu@example.com", 2),
    ("ms ada nwosu", "ada.nwosu@example.com", 2),
    ("Mr Whitfield", "sam.whitfield@example.com", 2),
    ("Prof. Byrne, Ada", "ada.byrne@example.com", 2),
    ("Mrs. Ada in Sales", "ada.byrne@example.com", 2),
    ("Zoe Lefevre", "zoe.lefevre@example.com", 3),
    ("Bjorn Akesson", "bjorn.akesson@example.com", 3),
    ("Mr. Akesson, Bjorn", "bjorn.akesson@example.com", 3),
    ("Sinead O'Brien", "sinead.o'brien@example.com", 3),
]

# What is not enough for a write, and the login of who is offered.
IN_PART = [
    ("Grace", "grace.okafor@example.com"),
    ("okafor", "grace.okafor@example.com"),
    ("Mr Whitfield", "sam.whitfield@example.com"),
    ("Zoe Lefevre", "zoe.lefevre@example.com"),
    ("Bjorn Akesson", "bjorn.akesson@example.com"),
    ("Mr. Akesson, Bjorn", "bjorn.akesson@example.com"),
    ("Sinead O'Brien", "sinead.o'brien@example.com"),
]

# What was said, the logins of all who are called so, requests.
SHARED = [
    ("Maria Santos", {"maria.santos@example.com", "maria.santos2@example.com"}, 1),
    ("santos, maria", {"maria.santos@example.com", "maria.santos2@example.com"}, 1),
    ("Maria", {"maria.santos@example.com", "maria.santos2@example.com"}, 1),
    ("Ada", {"ada.byrne@example.com", "ada.kovacs@example.com", "ada.nwosu@example.com"}, 1),
    ("sam", {"sam.whitfield@example.com", "sam.adeyemi@example.com", "sam.kowalski@example.com"}, 1),
]

# What was said, the logins of who is near, requests.
NEAR = [
    ("Ada B", {"ada.byrne@example.com"}, 2),
    ("Lef", {"zoe.lefevre@example.com"}, 2),
    ("Ada Byr", {"ada.byrne@example.com"}, 2),
    ("Byr, Ada", {"ada.byrne@example.com"}, 2),
    ("Ana Byrne", {"ada.byrne@example.com"}, 2),
    ("ada.byrne@", {"ada.byrne@example.com"}, 2),
    ("Ada\u202eByrne", {"ada.byrne@example.com"}, 2),
]

NOBODY = [
    ("Nobody Atall", 2),
    ("nobody@example.com", 3),
    ("00u0000000000000000X", 1),
    ('" or status eq "ACTIVE', 2),
    ('Ada" or profile.lastName eq "Byrne', 2),
    ("x') or (id pr", 2),
    ("\\", 2),
    ('\\"', 2),
    ('"', 2),
    ("*", 2),
    ("%", 2),
    ("id pr", 2),
    ("../../apps", 2),
    ("../../apps@example.com", 2),
    ("me/../00u@x", 2),
    ("ada.byrne@example.com?activate=true", 3),
    ("ada.byrne@example.com#x", 3),
    ("\x00", 0),
    ("\x1b[2J", 2),
    ("a\x00@example.com", 2),
    ("\ud83d", 0),
    ("\ud83d@example.com", 2),
    ("..@..", 3),
    ("@", 2),
    ("@example.com", 2),
]


@pytest.mark.parametrize(("said", "login", "requests"), PEOPLE)
async def test_a_phrase_names_one_person(box, okta, said, login, requests):
    found = await Directory(okta).user(said)
    assert found.login == login
    assert len(box.journal) == requests


WHOLE = [said for said, *_ in PEOPLE if said not in dict(IN_PART)]


@pytest.mark.parametrize("said", WHOLE)
async def test_a_whole_name_is_enough_for_a_write(okta, said):
    assert (await Directory(okta).user(said, wholly=True)).id == (await Directory(okta).user(said)).id


@pytest.mark.parametrize(("said", "login"), IN_PART)
async def test_a_part_of_a_name_and_one_without_its_accents_are_only_offered_for_a_write(okta, said, login):
    directory = Directory(okta)
    for _ in range(2):
        with pytest.raises(Unresolved) as refused:
            await directory.user(said, wholly=True)
        assert [row.login for row in refused.value.candidates] == [login]
        # What was enough for reading is remembered, and still not enough.
        assert (await directory.user(said)).login == login


async def test_of_two_names_that_are_one_without_accents_neither_is_taken_for_it(okta, made):
    await made("users", firstName="Zo\u00e9", lastName="Lefevre", login="z2@example.com", email="z2@example.com")
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user("Zoe Lefevre")
    assert {row.login for row in refused.value.candidates} == {"zoe.lefevre@example.com", "z2@example.com"}


async def test_whoever_is_called_so_with_a_title_and_whoever_without_are_namesakes(okta, made):
    names = {"firstName": "Eve", "lastName": "Okoro", "displayName": "Dr. Ada Nwosu"}
    await made("users", **names, login="e@example.com", email="e@example.com")
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user("Dr. Ada Nwosu")
    assert {row.login for row in refused.value.candidates} == {"ada.nwosu@example.com", "e@example.com"}


async def test_an_id_names_one_person_in_one_request(box, okta):
    ada = box.org.user_by_login("ada.byrne@example.com")
    assert (await Directory(okta).user(ada.id)).login == "ada.byrne@example.com"
    assert [one.path for one in box.journal] == [f"/api/v1/users/{ada.id}"]


async def test_a_display_name_of_its_own_names_one_person(box, okta):
    ada = box.org.user_by_login("ada.byrne@example.com")
    ada.profile = {**ada.profile, "displayName": "Countess Lovelace III"}
    assert (await Directory(okta).user("countess lovelace iii")).login == "ada.byrne@example.com"


async def test_a_name_of_three_words_is_found_wherever_it_is_cut(okta, made):
    await made(
        "users",
        firstName="Ana Sofía",
        lastName="de la Cruz",
        login="ana.delacruz@example.com",
        email="ana.delacruz@example.com",
    )
    for said in ("Ana Sofía de la Cruz", "de la Cruz, Ana Sofía", "de la Cruz"):
        assert (await Directory(okta).user(said)).login == "ana.delacruz@example.com"


@pytest.mark.parametrize(("said", "logins", "requests"), SHARED)
async def test_a_name_that_several_have_is_never_guessed(box, okta, said, logins, requests):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user(said)
    assert {row.login for row in refused.value.candidates} == logins
    assert refused.value.matches == len(logins)
    assert len(box.journal) == requests


@pytest.mark.parametrize(("said", "logins", "requests"), NEAR)
async def test_a_name_that_nobody_has_brings_the_nearest(box, okta, said, logins, requests):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user(said)
    assert refused.value.matches == 0
    assert {row.login for row in refused.value.candidates} == logins
    assert len(box.journal) == requests


@pytest.mark.parametrize(("said", "requests"), NOBODY)
async def test_a_phrase_names_nobody(box, okta, said, requests):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user(said)
    assert (refused.value.matches, refused.value.candidates) == (0, ())
    assert len(box.journal) == requests
    assert [one.status for one in box.journal if one.status not in {200, 404}] == []


@pytest.mark.parametrize("said", ["", " ", "\t\n", ",", " , ,"])
async def test_nothing_names_nobody_and_asks_nothing(box, okta, said):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user(said)
    assert (refused.value.matches, refused.value.candidates, box.journal) == (0, (), [])


async def test_the_person_is_read_itself_because_the_search_index_lags(box, okta):
    await Directory(okta).user("Ada Byrne")
    ada = box.org.user_by_login("ada.byrne@example.com")
    assert [one.path for one in box.journal] == ["/api/v1/users", f"/api/v1/users/{ada.id}"]


async def test_a_failure_of_okta_is_not_taken_for_nobody(box, okta):
    box.fail("GET", "/api/v1/users", status=429)
    with pytest.raises(RateLimited):
        await Directory(okta).user("Ada Byrne")


# Groups


GROUPS = [
    ("Sales EU", "Sales EU"),
    ("sales eu", "Sales EU"),
    (" Sales  EU ", "Sales EU"),
    ("Sales-EU", "Sales-EU"),
    ("SALES-eu", "Sales-EU"),
    ("Sales", "Sales"),
    ("everyone", "Everyone"),
    ("IT", "IT"),
]


@pytest.mark.parametrize(("said", "name"), GROUPS)
async def test_a_name_names_one_group_in_one_request(box, okta, said, name):
    assert (await Directory(okta).group(said)).name == name
    assert len(box.journal) == 1


async def test_an_id_names_one_group_in_one_request(box, okta):
    sales = box.org.group_by_name("Sales")
    assert (await Directory(okta).group(sales.id)).name == "Sales"
    assert [one.path for one in box.journal] == [f"/api/v1/groups/{sales.id}"]


async def test_a_group_whose_name_has_two_spaces_is_found_by_it(okta, made):
    await made("groups", name="Night  Shift")
    assert (await Directory(okta).group("Night  Shift")).name == "Night  Shift"


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("Sale", {"Sales", "Sales EU", "Sales-EU"}),
        ("Sales E", {"Sales", "Sales EU", "Sales-EU"}),
        ("vpn", {"VPN Users"}),
        ("domain", {"Domain Users", "Sales-EU"}),
        ("Nothing alike", set()),
        ("00g0000000000000000X", set()),
        ('" or type eq "OKTA_GROUP', set()),
        ("\\", set()),
        ("\x00\u202e", set()),
        ("../users", {"VPN Users", "Domain Users"}),
        ("../apps", set()),
    ],
)
async def test_a_name_that_no_group_has_brings_the_nearest(okta, said, near):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).group(said)
    assert refused.value.matches == 0
    assert {row.name for row in refused.value.candidates} == near


async def test_two_groups_of_one_name_are_never_guessed(box, okta, made):
    own = await made("groups", name="domain users")
    imported = box.org.group_by_name("Domain Users").id
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).group("Domain Users")
    assert {row.id for row in refused.value.candidates} == {own, imported}
    assert refused.value.matches == 2
    assert len(box.journal) == 1
    assert (await Directory(okta).group(own)).type == "OKTA_GROUP"


async def test_many_groups_cost_one_request(box, okta):
    it = box.org.group_by_name("IT")
    found = await Directory(okta).groups(["vpn users", it.id, "Sales", "Sales", "SALES"])
    assert [group.name for group in found] == ["VPN Users", "IT", "Sales"]
    assert len(box.journal) == 1


async def test_no_groups_cost_nothing(box, okta):
    assert await Directory(okta).groups([]) == []
    assert box.journal == []


async def test_one_group_that_is_not_there_refuses_them_all(box, okta):
    with pytest.raises(Unresolved, match="Nothing such"):
        await Directory(okta).groups(["Sales", "Nothing such", "IT"])
    assert len(box.journal) == 2


# Words


async def test_the_candidates_are_offered_with_what_tells_them_apart(okta, box):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user("Maria Santos")
    first, second = (box.org.user_by_login(f"maria.santos{n}@example.com").id for n in ("", "2"))
    assert sorted(refused.value.explain().splitlines()) == sorted(
        [
            '"Maria Santos" names 2 users.',
            "Nothing was done. Ask which one is meant, then call again with its id as `user`:",
            (
                f'- {first}: "Maria Santos" (maria.santos@example.com), ACTIVE, "Software Engineer", "Engineering", '
                'reports to "Ibrahim Sesay"'
            ),
            (
                f'- {second}: "Maria Santos" (maria.santos2@example.com), ACTIVE, "Payroll Specialist", "Finance", '
                'reports to "Helena Novák"'
            ),
        ]
    )


async def test_a_long_list_of_candidates_is_cut_and_says_so(okta, box):
    for number, user in enumerate(box.org.users.values()):
        user.profile = {**user.profile, "firstName": "Robin" if number < 20 else "Kim"}
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user("Robin")
    told = refused.value.explain().splitlines()
    assert len([line for line in told if line.startswith("- ")]) == 12
    assert told[0] == '"Robin" names 20 users.'
    assert told[-1] == "and more; ask for something that narrows it down, such as the login."


async def test_more_namesakes_than_one_page_are_not_counted_as_if_they_were_all(okta, box):
    for user in box.org.users.values():
        user.profile = {**user.profile, "firstName": "Robin"}
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user("Robin")
    assert refused.value.explain().startswith('"Robin" names 20 or more users.')


async def test_one_match_on_a_page_that_is_not_the_last_is_not_taken_for_the_only_one():
    profile = {"firstName": "Ada", "lastName": "Byrne", "login": "ada.byrne@example.com"}
    ada = {"id": "00u1", "status": "ACTIVE", "profile": profile}
    following = {"link": '<https://example.okta.com/api/v1/users?after=x>; rel="next"'}
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=[ada], headers=following))
    async with OktaClient(OrgAddress.parse("https://example.okta.com"), SecretStr("00t"), transport=transport) as okta:
        with pytest.raises(Unresolved) as refused:
            await Directory(okta).user("Ada")
    assert refused.value.explain().startswith('"Ada" names 1 or more users.')


async def test_whoever_was_renamed_since_the_index_knew_of_it_is_shown_and_not_chosen():
    old = {"firstName": "Ada", "lastName": "Byrne", "login": "ada.byrne@example.com"}
    user = {"id": "00u00000000000000001", "status": "ACTIVE"}

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/v1/users":
            return httpx2.Response(200, json=[{**user, "profile": old}])
        return httpx2.Response(200, json={**user, "profile": {**old, "lastName": "King"}})

    transport = httpx2.MockTransport(answer)
    async with OktaClient(OrgAddress.parse("https://example.okta.com"), SecretStr("00t"), transport=transport) as okta:
        with pytest.raises(Unresolved) as refused:
            await Directory(okta).user("Ada Byrne")
    assert refused.value.explain().splitlines() == [
        'No user is called exactly "Ada Byrne".',
        "Nothing was done. Nearest; if one is meant, call again with its id as `user`:",
        '- 00u00000000000000001: "Ada King" (ada.byrne@example.com), ACTIVE',
    ]


@pytest.mark.parametrize("stored", ["Maria D\u2019Arc de la Cruz", "Maria D'Arc de la Cruz"])
@pytest.mark.parametrize("said", ["Maria D\u2019Arc de la Cruz", "maria d'arc de la cruz"])
async def test_a_long_name_is_found_whichever_apostrophe_is_written(okta, box, said, stored):
    ada = box.org.user_by_login("ada.byrne@example.com")
    first, _, last = stored.partition(" ")
    ada.profile = {**ada.profile, "firstName": first, "lastName": last, "displayName": None}
    assert (await Directory(okta).user(said)).id == ada.id


@pytest.mark.parametrize("said", ["x\x1b[31m", "x\u202ey", 'x" ACTIVE', "x\ny"])
async def test_hostile_words_are_repeated_in_quotes_and_without_what_is_not_seen(okta, said):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user(said)
    told = refused.value.explain()
    assert told.replace("\n", "").isprintable()
    assert told.startswith('No user matches "x')
    assert len(told.splitlines()) == 2
