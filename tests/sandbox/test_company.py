"""The promises of the seeded company."""

import ipaddress
from collections import Counter
from itertools import pairwise

import pytest

from okta_mcp.sandbox.company import sample_company

COMPANY = sample_company()
PEOPLE = {person.login: person for person in COMPANY.people}
GROUPS = {group.name: group for group in COMPANY.groups}
APPS = {app.label: app for app in COMPANY.apps}
DOCUMENTATION = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def test_every_caller_gets_an_equal_company_of_its_own():
    assert sample_company() == COMPANY
    mine, yours = sample_company().people[0].profile, sample_company().people[0].profile
    assert mine is not yours


def test_the_company_has_the_size_of_a_small_firm():
    assert 55 <= len(COMPANY.people) <= 70
    assert 10 <= len(COMPANY.groups) <= 14
    assert 7 <= len(COMPANY.apps) <= 10
    assert 130 <= len(COMPANY.activity) <= 180


def test_logins_and_employee_numbers_are_unique_and_addresses_are_of_example_com():
    assert len(PEOPLE) == len(COMPANY.people)
    assert len({person.login.casefold() for person in COMPANY.people}) == len(COMPANY.people)
    assert len({person.employee_number for person in COMPANY.people}) == len(COMPANY.people)
    for person in COMPANY.people:
        for address in (person.login, person.email):
            assert address.endswith("@example.com")
            assert address.isascii()
            assert 5 <= len(address) <= 100


def test_managers_form_a_tree_under_one_head():
    heads = [person for person in COMPANY.people if person.manager is None]
    assert [head.full_name for head in heads] == ["Grace Okafor"]
    for person in COMPANY.people:
        chain = [person.login]
        while (above := PEOPLE[chain[-1]].manager) is not None:
            assert above in PEOPLE
            assert above not in chain
            assert PEOPLE[above].status == "ACTIVE"
            chain.append(above)
        assert chain[-1] == heads[0].login


def test_all_nine_departments_have_people():
    expected = "Engineering Sales Finance People Support IT Legal Marketing Operations"
    assert {person.department for person in COMPANY.people} == set(expected.split())


@pytest.mark.parametrize(
    ("status", "least"),
    [
        ("STAGED", 2),
        ("PROVISIONED", 2),
        ("SUSPENDED", 2),
        ("DEPROVISIONED", 2),
        ("RECOVERY", 1),
        ("PASSWORD_EXPIRED", 1),
        ("LOCKED_OUT", 1),
        ("ACTIVE", 40),
    ],
)
def test_somebody_is_in_every_status(status, least):
    assert sum(person.status == status for person in COMPANY.people) >= least


def test_first_names_are_shared_and_one_full_name_is():
    first = Counter(person.first_name for person in COMPANY.people)
    assert first["Ada"] >= 3
    assert first["Sam"] >= 2
    shared = [name for name, times in Counter(p.full_name for p in COMPANY.people).items() if times > 1]
    assert shared == ["Maria Santos"]
    marias = [person for person in COMPANY.people if person.full_name == "Maria Santos"]
    assert [maria.department for maria in marias] == ["Engineering", "Finance"]


def test_the_adas_differ_in_surname_and_department():
    adas = {person.last_name: person.department for person in COMPANY.people if person.first_name == "Ada"}
    assert adas["Byrne"] == "Sales"
    assert len(adas) == len(set(adas.values())) >= 3


def test_names_have_accents_and_an_apostrophe():
    assert sum(not person.full_name.isascii() for person in COMPANY.people) >= 5
    assert PEOPLE["sinead.o'brien@example.com"].last_name == "O'Brien"


def test_one_login_differs_from_the_email():
    different = [person for person in COMPANY.people if person.login != person.email]
    assert [person.full_name for person in different] == ["Elena Popescu"]
    assert different[0].email not in PEOPLE


def test_the_administrator_can_own_the_api_token():
    admin = PEOPLE["admin@example.com"]
    assert (admin.full_name, admin.status, admin.provider) == ("Alex Admin", "ACTIVE", "OKTA")
    assert "Okta Administrators" in admin.groups


def test_some_people_are_mastered_by_active_directory():
    mastered = [person for person in COMPANY.people if person.provider == "ACTIVE_DIRECTORY"]
    assert 1 <= len(mastered) <= 3
    assert all("Domain Users" in person.groups for person in mastered)
    assert set(APPS["Active Directory"].users) == {person.login for person in mastered}


def test_groups_exist_under_unique_names_and_everyone_is_named_nowhere():
    assert len(GROUPS) == len(COMPANY.groups)
    for person in COMPANY.people:
        assert set(person.groups) <= set(GROUPS) - {"Everyone"}
        assert len(set(person.groups)) == len(person.groups)
    for app in COMPANY.apps:
        assert set(app.groups) <= set(GROUPS)
        assert set(app.users) <= set(PEOPLE)


def test_groups_of_all_types_are_there():
    types = Counter(group.type for group in COMPANY.groups)
    assert types["BUILT_IN"] == 2
    assert types["APP_GROUP"] == 2
    assert {"Everyone", "Okta Administrators"} == {g.name for g in COMPANY.groups if g.type == "BUILT_IN"}
    for group in COMPANY.groups:
        assert (group.source_app is not None) == (group.type == "APP_GROUP")
        if group.source_app is not None:
            assert group.source_app in APPS
            assert {"samAccountName", "dn", "objectSid", "externalId"} <= set(group.profile)


def test_an_imported_group_is_named_nearly_like_one_of_okta_s():
    assert GROUPS["Sales EU"].type == "OKTA_GROUP"
    assert GROUPS["Sales-EU"].type == "APP_GROUP"


def test_one_group_is_empty_and_without_a_description():
    members = Counter(name for person in COMPANY.people for name in person.groups)
    assert [name for name in GROUPS if not members[name] and name != "Everyone"] == ["Aurora Pilot"]
    assert GROUPS["Aurora Pilot"].description is None


def test_all_managers_holds_everybody_who_leads_somebody():
    leading = {person.manager for person in COMPANY.people} - {None}
    assert leading <= {person.login for person in COMPANY.people if "All Managers" in person.groups}


def test_apps_are_of_several_kinds_and_one_is_inactive():
    assert len(APPS) == len(COMPANY.apps)
    assert [app.label for app in COMPANY.apps if app.status == "INACTIVE"] == ["Old Intranet"]
    modes = {app.sign_on_mode for app in COMPANY.apps}
    assert {"SAML_2_0", "OPENID_CONNECT", "BOOKMARK"} <= modes
    assert any(app.users for app in COMPANY.apps if app.sign_on_mode == "OPENID_CONNECT")


def test_custom_attributes_cover_the_types_and_profiles_fit_them():
    types = {attribute.name: attribute.type for attribute in COMPANY.custom_attributes}
    assert types == {"startDate": "string", "badgeNumber": "integer", "remote": "boolean", "skills": "array"}
    python = {"string": str, "integer": int, "boolean": bool, "array": list}
    for person in COMPANY.people:
        for name in types.keys() & person.profile.keys():
            assert type(person.profile[name]) is python[types[name]]
    assert any("skills" in person.profile for person in COMPANY.people)
    assert {person.profile["remote"] for person in COMPANY.people} == {True, False}


def test_activity_fills_the_last_week_oldest_first():
    hours = [event.hours_ago for event in COMPANY.activity]
    assert all(earlier >= later for earlier, later in pairwise(hours))
    assert 0 < hours[-1] < 12
    assert 6 * 24 < hours[0] < 7 * 24
    assert {int(hour // 24) for hour in hours} == set(range(7))


def test_activity_is_by_people_with_apps_from_documentation_networks():
    for event in COMPANY.activity:
        person = PEOPLE[event.login]
        assert person.status in {"ACTIVE", "LOCKED_OUT", "RECOVERY", "PASSWORD_EXPIRED"}
        assert any(ipaddress.ip_address(event.ip) in network for network in DOCUMENTATION)
        assert (event.outcome == "FAILURE") == (event.reason is not None)
        assert (event.app is not None) == (event.event_type == "user.authentication.sso")
        if event.app is not None:
            app = APPS[event.app]
            assert app.status == "ACTIVE"
            assert event.login in app.users or {"Everyone", *person.groups} & set(app.groups)


def test_failed_sign_ins_cluster_on_the_locked_out_person():
    failed = Counter(
        event.login
        for event in COMPANY.activity
        if event.event_type == "user.session.start" and event.reason == "INVALID_CREDENTIALS"
    )
    (locked, times), (_, others) = failed.most_common(2)
    assert PEOPLE[locked].status == "LOCKED_OUT"
    assert times >= 10 > others
    last = [event for event in COMPANY.activity if event.login == locked][-1]
    assert last.event_type == "user.account.lock"


def test_the_last_sign_in_is_the_one_in_the_activity():
    for person in COMPANY.people:
        times = [
            event.hours_ago
            for event in COMPANY.activity
            if (event.login, event.event_type, event.outcome) == (person.login, "user.session.start", "SUCCESS")
        ]
        if person.status in {"STAGED", "PROVISIONED"}:
            assert person.last_login_hours_ago is None
        elif times:
            assert person.last_login_hours_ago == min(times)
        else:
            assert person.last_login_hours_ago > 7 * 24
        assert person.hired_days_ago * 24 > (person.last_login_hours_ago or 0)
