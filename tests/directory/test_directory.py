"""What is remembered and for how long, what it costs, and what makes it forgotten."""

import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.directory import Directory, Unresolved
from okta_mcp.okta import OktaClient, OrgAddress, User

ADA = "ada.byrne@example.com"


class Moment:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("said", "first"), [("{id}", 1), (ADA, 1), ("Ada Byrne", 1), ("byrne", 1), ("elena.ionescu@example.com", 2)]
)
async def test_a_repeat_costs_nothing_where_the_status_does_not_matter(box, okta, said, first):
    directory = Directory(okta)
    said = said.replace("{id}", box.org.user_by_login(ADA).id)
    found = await directory.user(said, fresh=False)
    assert len(box.journal) == first
    for again in (said, f" {said} ", said if said.startswith("00u") else said.upper(), found.id, found.login):
        assert (await directory.user(again, fresh=False)).id == found.id
    assert len(box.journal) == first


@pytest.mark.parametrize(("said", "first"), [("{id}", 1), (ADA, 1), ("Ada Byrne", 2), ("byrne", 2)])
async def test_a_repeat_costs_one_request_where_it_does_and_brings_the_status_as_it_is(box, okta, said, first):
    directory = Directory(okta)
    ada = box.org.user_by_login(ADA)
    said = said.replace("{id}", ada.id)
    assert (await directory.user(said)).status == "ACTIVE"
    assert len(box.journal) == first
    ada.status = type(ada.status)("SUSPENDED")
    assert (await directory.user(said)).status == "SUSPENDED"
    assert len(box.journal) == first + 1


async def test_several_of_a_name_are_remembered_too_and_nobody_is_not(box, okta, made):
    directory = Directory(okta)
    for _ in range(3):
        with pytest.raises(Unresolved):
            await directory.user("Maria Santos")
    assert len(box.journal) == 1
    with pytest.raises(Unresolved):
        await directory.user("Nora Quist")
    await made("users", firstName="Nora", lastName="Quist", login="nora.quist@example.com", email="n@example.com")
    assert (await directory.user("Nora Quist")).login == "nora.quist@example.com"


async def test_a_minute_later_it_is_asked_for_again(box, okta):
    moment = Moment()
    directory = Directory(okta, clock=moment)
    await directory.user("Ada Byrne", fresh=False)
    moment.now = 60.0
    await directory.user("Ada Byrne", fresh=False)
    assert len(box.journal) == 2


async def test_who_is_not_called_so_any_more_is_not_taken_from_the_memory(box, okta, made):
    directory = Directory(okta)
    await directory.user("Ada Byrne")
    ada = box.org.user_by_login(ADA)
    ada.profile = {**ada.profile, "lastName": "Quist", "displayName": "Ada Quist", "login": "ada.quist@example.com"}
    other = await made("users", firstName="Ada", lastName="Byrne", login="ada.b@example.com", email="b@example.com")
    assert (await directory.user("Ada Byrne")).id == other


async def test_a_write_makes_everything_forgotten_that_it_may_have_changed(box, okta):
    directory = Directory(okta)
    grace = await directory.user("Grace", fresh=False)
    directory.forget_user(box.org.user_by_login(ADA).id)
    assert (await directory.user("Grace", fresh=False)).id == grace.id
    assert len(box.journal) == 2


async def test_whom_we_have_just_made_is_a_namesake_before_okta_s_search_knows(box, okta):
    moment = Moment()
    directory = Directory(okta, clock=moment)
    profile = {"firstName": "Ada", "lastName": "Byrne", "login": "ada.byrne2@example.com"}
    made = User.from_json({"id": "00u0000000000000000X", "status": "STAGED", "profile": profile})
    directory.forget_user(made.id, made)
    with pytest.raises(Unresolved) as refused:
        await directory.user("Ada Byrne")
    assert {row.login for row in refused.value.candidates} == {ADA, "ada.byrne2@example.com"}
    moment.now = 61.0
    assert (await directory.user("Ada Byrne")).login == ADA


async def test_groups_to_be_looked_at_are_remembered_and_those_to_be_changed_are_read(box, okta):
    directory = Directory(okta)
    for fresh, requests in ((False, 1), (False, 1), (True, 2), (False, 2)):
        assert (await directory.group("sales eu", fresh=fresh)).name == "Sales EU"
        assert len(box.journal) == requests
    directory.forget_group("00g1")
    await directory.group("Sales EU", fresh=False)
    assert len(box.journal) == 3


async def test_the_memory_is_bounded(box, okta):
    directory = Directory(okta)
    ada = box.org.user_by_login(ADA)
    for number in range(1_100):
        directory._remember(f"name {number}", User.from_json({"id": ada.id, "status": "ACTIVE", "profile": {}}))
    assert len(directory._users) == 1_000


async def test_a_view_shares_the_memory_and_other_credentials_do_not(box, okta):
    directory = Directory(okta)
    await directory.user("Ada Byrne", fresh=False)

    async def on_wait(_wait):
        raise AssertionError("nothing waits here")

    await directory.observed(okta.observed(on_wait)).user("Ada Byrne", fresh=False)
    assert len(box.journal) == 1
    transport = httpx2.ASGITransport(app=box.app)
    async with OktaClient(
        OrgAddress.parse("https://sandbox.okta.example"), SecretStr("00other"), transport=transport
    ) as b:
        with pytest.raises(ValueError, match="one set of credentials"):
            directory.observed(b)


# Telling namesakes apart

TOLD = [
    ("Ada in Sales", ADA, 2),
    ("ada from the sales team", ADA, 2),
    ("Ada from Sales", ADA, 2),
    ("Ada (Finance)", "ada.nwosu@example.com", 2),
    ("Ada, the staff engineer", "ada.kovacs@example.com", 2),
    ("Ada the engineer", "ada.kovacs@example.com", 2),
    ("Maria Santos in Finance", "maria.santos2@example.com", 2),
    ("Maria Santos - Engineering", "maria.santos@example.com", 2),
    ("santos, maria (Finance)", "maria.santos2@example.com", 2),
    ('"Maria Santos" (maria.santos2@example.com)', "maria.santos2@example.com", 1),
    ("Maria Santos <maria.santos@example.com>", "maria.santos@example.com", 1),
    ("employee 1026", None, 2),
    ("#1026", None, 2),
    ("1026", None, 2),
]


@pytest.mark.parametrize(("said", "login", "requests"), TOLD)
async def test_words_besides_the_name_tell_namesakes_apart(box, okta, said, login, requests):
    if login is None:
        login = next(user.login for user in box.org.users.values() if user.profile.get("employeeNumber") == "1026")
    assert (await Directory(okta).user(said)).login == login
    assert len(box.journal) == requests


@pytest.mark.parametrize(
    ("said", "first", "matches"),
    [
        ("Ada in Legal", "ada.byrne@example.com", 0),
        ("Ada in Engineer", "ada.kovacs@example.com", 0),
        ("Ada, the manager", "ada.byrne@example.com", 0),
        ("Sam in Sales Development", "sam.adeyemi@example.com", 0),
        ("Ada Byrne, Sales", "ada.byrne@example.com", 0),
        ("Maria Santos <ada.byrne@example.com>", "ada.byrne@example.com", 0),
        ("Zoe in Engineering", "zoe.lefevre@example.com", 0),
    ],
)
async def test_words_that_do_not_quite_fit_choose_nobody(okta, said, first, matches):
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user(said)
    assert refused.value.candidates[0].login == first
    assert refused.value.matches == matches


async def test_two_who_fit_are_both_offered(box, okta):
    nwosu = box.org.user_by_login("ada.nwosu@example.com")
    nwosu.profile = {**nwosu.profile, "title": "Sales Analyst"}
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user("Ada in Sales")
    assert [row.login for row in refused.value.candidates] == ["ada.byrne@example.com", "ada.nwosu@example.com"]


async def test_whoever_is_called_by_the_whole_phrase_does_not_stand_in_for_who_is_meant(box, okta):
    grace = box.org.user_by_login("grace.okafor@example.com")
    grace.profile = {**grace.profile, "displayName": "Ada in Sales"}
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).user("Ada in Sales")
    assert {row.login for row in refused.value.candidates} == {"grace.okafor@example.com", ADA}


async def test_a_deactivated_namesake_is_a_namesake_and_offered_last_where_nothing_can_be_done_for_one(box, okta):
    gone = box.org.user_by_login("olivia.grant@example.com")
    gone.profile = {**gone.profile, "firstName": "Ada", "lastName": "Byrne", "displayName": "Ada Byrne", "title": "A"}
    for include, last in ((False, "DEPROVISIONED"), (True, "DEPROVISIONED")):
        with pytest.raises(Unresolved) as refused:
            await Directory(okta).user("Ada Byrne", include_deactivated=include)
        assert [row.status for row in refused.value.candidates][-1] == last


async def test_of_two_groups_of_one_name_the_editable_one_is_offered_first(okta, made):
    own = await made("groups", name="domain users")
    with pytest.raises(Unresolved) as refused:
        await Directory(okta).group("Domain Users", editable_first=True)
    assert [row.type for row in refused.value.candidates] == ["OKTA_GROUP", "APP_GROUP"]
    assert refused.value.candidates[0].id == own


# Finding


@pytest.mark.parametrize(
    ("query", "found", "why"),
    [
        ("ada", ["ada.byrne@example.com", "ada.kovacs@example.com", "ada.nwosu@example.com"], "first name"),
        ("Ada in Finance", ["ada.nwosu@example.com"], "first name, Finance"),
        ("zoe lefevre", ["zoe.lefevre@example.com"], "display name, without accents and signs"),
        ("Grcae Okafor", ["grace.okafor@example.com"], "spelled nearly so"),
        ("Okaffor", ["grace.okafor@example.com"], "spelled nearly so"),
        ("hart", ["felix.hartmann@example.com"], "begins so"),
        ("ada.byrne@example.com", ["ada.byrne@example.com"], "login"),
        ("elena.ionescu@example.com", ["elena.popescu@example.com"], "email"),
        ("nobody at all", [], ""),
    ],
)
async def test_whoever_may_be_meant_is_found_with_the_reason(okta, query, found, why):
    candidates = await Directory(okta).find_users(query, limit=10)
    offered = {row.login: row.why for row in candidates.items}
    assert list(offered)[: len(found)] == found or set(found) <= set(offered)
    assert all(offered[login] == why for login in found)
    assert candidates.complete


@pytest.mark.parametrize(
    ("query", "first"),
    [("sales", "Sales"), ("eu sales", "Sales EU"), ("SALES EU", "Sales EU"), ("vnp users", "VPN Users"), ("zzz", None)],
)
async def test_groups_that_may_be_meant_are_found(okta, query, first):
    found = (await Directory(okta).find_groups(query, limit=2)).items
    assert (found[0].name if found else None) == first


async def test_fewer_than_all_is_said(okta):
    found = await Directory(okta).find_users("a", limit=2)
    assert (len(found.items), found.complete) == (2, False)
