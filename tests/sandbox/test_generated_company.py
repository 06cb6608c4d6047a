"""A company of any size."""

import unicodedata
from collections import Counter, defaultdict
from dataclasses import fields, replace

import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.company import generated_company
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.records import User

USERS = 3_000


@pytest.fixture(scope="module")
def company():
    return generated_company(USERS, 1_000)


@pytest.fixture(scope="module")
def people(company):
    return list(company.people)


@pytest.fixture(scope="module")
def org(company):
    return Sandbox(company).org


def test_it_has_the_size_asked_for(company, people, org):
    assert len(company.people) == len(people) == len(org.users) == USERS
    assert len(org.groups) == 1_000
    assert 55 <= len(org.apps) <= 65


def test_it_is_the_same_for_a_seed_and_another_for_another(company, people):
    again = generated_company(USERS, 1_000)
    assert list(again.people) == people
    assert list(company.people) == people
    assert again.apps == company.apps
    assert again.activity == company.activity
    other = list(generated_company(USERS, 1_000, seed=2).people)
    assert sum(one.login == another.login for one, another in zip(people, other, strict=True)) < USERS / 4


def test_logins_are_unique_and_everything_is_at_example_com(people):
    logins = [person.login.casefold() for person in people]
    assert len(set(logins)) == USERS
    for person in people:
        for address in (person.login, person.email):
            local, _, domain = address.partition("@")
            assert domain == "example.com" or domain.endswith(".example.com")
            assert local.isascii()
            assert local == local.lower()


def test_every_profile_is_one_the_schema_takes(org):
    schema = org.schema
    assert isinstance(schema, ProfileSchema)
    for user in org.users.values():
        assert schema.complete(user.profile, "newUser") == user.profile


def test_managers_are_active_come_first_and_form_a_tree(people):
    place = {person.login: number for number, person in enumerate(people)}
    teams = Counter(person.manager for person in people)
    for number, person in enumerate(people):
        if person.manager is not None:
            assert place[person.manager] < number
            assert people[place[person.manager]].status == "ACTIVE"
    assert max(count for login, count in teams.items() if login is not None) < 60
    heads = [person for person in people if person.title == "Chief Executive Officer"]
    assert len(heads) == 1


def test_names_come_in_several_orders_with_accents_apostrophes_and_hyphens(people):
    names = [f"{person.first_name} {person.last_name}" for person in people]
    assert sum("'" in name for name in names) > 20
    assert sum("-" in name for name in names) > 100
    assert sum(name != unicodedata.normalize("NFKD", name) for name in names) > 300
    family_first = [
        person
        for person in people
        if person.first_name != person.last_name
        and person.profile["displayName"] == f"{person.last_name} {person.first_name}"
    ]
    assert len(family_first) > 100
    assert Counter(person.first_name for person in people).most_common(1)[0][1] > 15


def test_some_share_their_whole_name_and_some_of_these_are_deactivated(people):
    by_name = defaultdict(list)
    for person in people:
        by_name[person.full_name].append(person)
    twins = [each for each in by_name.values() if len(each) > 1]
    assert 0.01 < sum(map(len, twins)) / USERS < 0.5
    returned = [each for each in twins if {"ACTIVE", "DEPROVISIONED"} <= {person.status for person in each}]
    assert len(returned) > 5
    assert all(len({person.login for person in each}) == len(each) for each in twins)


def test_statuses_sources_and_kinds_come_in_realistic_shares(people):
    statuses = Counter(person.status for person in people)
    assert 0.83 < statuses["ACTIVE"] / USERS < 0.93
    assert 0.05 < statuses["DEPROVISIONED"] / USERS < 0.1
    assert len(statuses) == 8
    kinds = Counter(person.profile["userType"] for person in people)
    assert 0.08 < kinds["Contractor"] / USERS < 0.16
    assert kinds["Shared mailbox"] > 5
    sources = Counter(person.provider for person in people)
    assert 0.2 < sources["ACTIVE_DIRECTORY"] / USERS < 0.35


def test_most_people_are_in_five_to_fifteen_groups_and_a_few_groups_are_large(org):
    counts = [len(org.groups_of(user)) for user in org.users.values()]
    assert sum(5 <= count <= 15 for count in counts) / USERS > 0.95
    sizes = sorted((len(group.members) for group in org.groups.values()), reverse=True)
    assert sizes[0] == USERS
    assert sizes[2] > USERS / 3
    assert sizes[len(sizes) // 2] < USERS / 100


def test_the_administrator_administers(org):
    assert org.is_admin(org.user("admin@example.com"))


def test_what_the_org_tells_of_lately_stands_in_the_log(org, company):
    assert len(org.log) == len(company.activity) > 1_000


@pytest.mark.parametrize(("users", "groups"), [(1, 2), (2, 3), (20, 40), (300, 8_000)])
def test_any_size_will_do(users, groups):
    org = Sandbox(generated_company(users, groups)).org
    assert (len(org.users), len(org.groups)) == (users, groups)


@pytest.mark.parametrize(
    ("users", "groups", "message"),
    [(0, 10, "from 1 to 1,000,000 users, not 0"), (1_000_001, 10, "not 1,000,001"), (10, 1, "at least the 2 groups")],
)
def test_a_size_that_makes_no_sense_is_refused(users, groups, message):
    with pytest.raises(ValueError, match=message):
        generated_company(users, groups)


def test_an_org_laid_down_as_it_stands_needs_its_administrator(people):
    company = replace(generated_company(5, 1_000), people=tuple(people[1:2]))
    with pytest.raises(ValueError, match=r"needs its own admin@example\.com"):
        Sandbox(company)


def shown(org):
    """Everything of an org but ids, the log, one-time tokens and how often something was changed."""
    names = {group.id: group.name for group in org.groups.values()}
    logins = {user.id: user.login for user in org.users.values()}
    left_out = {"id", "type_id", "revision", "one_time_token", "watcher", "last_updated", "password", "realm_id"}
    users = {
        user.login: {part.name: getattr(user, part.name) for part in fields(User) if part.name not in left_out}
        for user in org.users.values()
    }
    groups = {
        group.name: (group.type, group.profile, sorted(logins[member] for member in group.members))
        for group in org.groups.values()
    }
    apps = {
        app.label: {
            logins[user_id]: (assignment.scope, names.get(assignment.group_id), assignment.created)
            for user_id, assignment in app.assignments.items()
        }
        for app in org.apps.values()
    }
    return users, groups, apps


def test_laid_down_as_it_stands_it_is_what_it_would_be_told_from_the_beginning(clock):
    company = generated_company(400, 120)
    laid_down = shown(Sandbox(company, clock=clock).org)
    told = shown(Sandbox(replace(company, as_it_stands=False), clock=clock).org)
    assert laid_down[0] == told[0]
    assert laid_down[1] == told[1]
    assert laid_down[2] == told[2]
