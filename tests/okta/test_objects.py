import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.okta import Application, AppLink, Group, LogEvent, Org, User

KINDS = [User, Group, Application, AppLink, LogEvent, Org]


def test_a_user_is_read_whole():
    json = {
        "id": "00u1",
        "status": "BRAND_NEW_STATUS",
        "transitioningToStatus": "ACTIVE",
        "created": "2026-01-05T09:00:00.000Z",
        "activated": None,
        "statusChanged": "2026-01-05T09:00:01.000Z",
        "lastLogin": None,
        "lastUpdated": "2026-01-05T09:00:02.000Z",
        "passwordChanged": "2026-01-05T09:00:03.000Z",
        "realmId": "guo1",
        "type": {"id": "oty1"},
        "profile": {
            "login": "ada@example.com",
            "email": "ada@example.com",
            "title": "Engineer",
            "department": "R&D",
            "skills": ["a"],
        },
        "credentials": {"provider": {"type": "OKTA"}},
        "_embedded": {"blocks": []},
        "somethingNew": 1,
    }

    user = User.from_json(json)

    assert (user.id, user.status, user.transitioning_to) == ("00u1", "BRAND_NEW_STATUS", "ACTIVE")
    assert (user.created, user.activated) == ("2026-01-05T09:00:00.000Z", None)
    assert (user.status_changed, user.last_login) == ("2026-01-05T09:00:01.000Z", None)
    assert (user.last_updated, user.password_changed) == (
        "2026-01-05T09:00:02.000Z",
        "2026-01-05T09:00:03.000Z",
    )
    assert (user.type_id, user.realm_id) == ("oty1", "guo1")
    assert user.profile["skills"] == ["a"]
    assert user.credentials == {"provider": {"type": "OKTA"}}
    assert user.embedded == {"blocks": []}
    assert (user.login, user.email, user.title) == ("ada@example.com", "ada@example.com", "Engineer")
    assert user.department == "R&D"


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"displayName": "Ada L.", "firstName": "Ada", "login": "ada"}, "Ada L."),
        ({"firstName": "Ada", "lastName": "Silva", "login": "ada"}, "Ada Silva"),
        ({"firstName": None, "lastName": "Silva"}, "Silva"),
        ({"displayName": "", "login": "ada@example.com"}, "ada@example.com"),
        ({}, ""),
    ],
)
def test_a_user_s_name_is_the_best_that_the_profile_has(profile, name):
    assert User.from_json({"profile": profile}).name == name


@pytest.mark.parametrize(("type_", "editable"), [("OKTA_GROUP", True), ("APP_GROUP", False), ("BUILT_IN", False)])
def test_only_okta_s_own_groups_are_editable(type_, editable):
    json = {"id": "00g1", "type": type_, "profile": {"name": "Sales"}, "source": {"id": "0oa1"}}

    group = Group.from_json(json)

    assert (group.editable, group.name, group.description, group.source_id) == (
        editable,
        "Sales",
        None,
        "0oa1",
    )


def test_an_app_link_takes_the_application_s_id_and_not_the_user_s():
    link = AppLink.from_json({"id": "00u1", "appInstanceId": "0oa1", "label": "Payroll"})

    assert (link.app_id, link.label) == ("0oa1", "Payroll")


def test_an_event_with_an_endless_reason_and_no_target_is_read():
    event = LogEvent.from_json(
        {
            "uuid": "u1",
            "eventType": "user.session.start",
            "outcome": {"result": "NEVER_SEEN", "reason": "x" * 5000},
            "target": None,
        }
    )

    assert (event.targets, event.published) == ((), None)
    assert len(event.outcome["reason"]) == 5000


def test_an_application_and_an_org_are_read():
    app = Application.from_json({"id": "0oa1", "label": "Payroll", "signOnMode": "SAML_2_0", "settings": {"app": {}}})
    org = Org.from_json({"id": "00o1", "subdomain": "example", "companyName": "Example Inc.", "status": "ACTIVE"})

    assert (app.id, app.label, app.name, app.sign_on_mode, app.settings) == (
        "0oa1",
        "Payroll",
        "",
        "SAML_2_0",
        {"app": {}},
    )
    assert (org.id, org.subdomain, org.company_name, org.status) == (
        "00o1",
        "example",
        "Example Inc.",
        "ACTIVE",
    )


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = [
    "id",
    "status",
    "profile",
    "type",
    "source",
    "target",
    "transaction",
    "credentials",
    "_embedded",
    "settings",
]
FIELDS += ["hidden", "outcome", "actor", "label", "created", "realmId", "uuid"]


@pytest.mark.parametrize("kind", KINDS)
@given(json=st.dictionaries(st.sampled_from(FIELDS), ANY))
def test_no_object_is_too_odd_to_be_read(kind, json):
    item = kind.from_json(json)

    assert isinstance(item, kind)
    if isinstance(item, User):
        assert isinstance(item.name, str)
