"""The org itself: its settings, log, user types, schemas and realms."""

from datetime import UTC, datetime, timedelta

from checks import done, every, ids, nothing, refusal, value
from okta.models import (
    AddGroupRequest,
    CreateRealmRequest,
    CreateUserRequest,
    GroupSchema,
    UpdateRealmRequest,
    UserSchema,
    UserType,
    UserTypePostRequest,
    UserTypePutRequest,
)


async def org(sdk):
    settings = await value(sdk.get_org_settings())
    assert (settings.company_name, settings.status) == ("Harbourlight", "ACTIVE")
    done("getOrgSettings")
    await log(sdk)
    await types(sdk)
    await group_schema(sdk)
    await realms(sdk)


async def staged(sdk, first, last, **more):
    login = f"{first}.{last}@example.com".lower()
    profile = {"firstName": first, "lastName": last, "login": login, "email": login, **more.pop("profile", {})}
    body = CreateUserRequest.from_dict({"profile": profile, **more})
    return await value(sdk.create_user(body, activate=False))


async def remove(sdk, user):
    for _ in range(2):
        await nothing(sdk.delete_user(user))


async def log(sdk):
    ada = (await value(sdk.get_user("ada.byrne"))).id
    await nothing(sdk.suspend_user(ada))
    await nothing(sdk.unsuspend_user(ada))
    criterion = f'target.id eq "{ada}" and eventType sw "user.lifecycle"'
    latest, former, *_ = await value(sdk.list_log_events(filter=criterion, sort_order="DESCENDING"))
    assert (latest.event_type, former.event_type) == ("user.lifecycle.unsuspend", "user.lifecycle.suspend")
    assert latest.outcome.result == "SUCCESS"

    now = datetime.now(UTC)
    since, until = ((now - timedelta(days=days)).isoformat(timespec="milliseconds") for days in (7, 0))
    paged, pages = await every(sdk.list_log_events, since=since, until=until, limit=50)
    whole = await value(sdk.list_log_events(since=since, until=until, limit=1000))
    assert pages == -(-len(paged) // 50) > 3
    assert [event.uuid for event in paged] == [event.uuid for event in whole]
    assert len({event.uuid for event in paged}) == len(paged)

    # Without `until` there is always a next page.
    polled, pages = await every(sdk.list_log_events, since=since, filter='eventType eq "user.lifecycle.unsuspend"')
    assert (polled[-1].uuid, pages) == (latest.uuid, 2)
    assert await value(sdk.list_log_events(since=since, until=until, q="suspend", limit=5))
    assert await refusal(sdk.list_log_events(filter='foo eq "bar"')) == (400, "E0000053")
    done("listLogEvents")


async def types(sdk):
    body = UserType.from_dict({"name": "contractor", "displayName": "Contractor"})
    kind = await value(sdk.create_user_type(body))
    assert (kind.name, kind.default) == ("contractor", False)
    done("createUserType")

    named = UserTypePostRequest.from_dict({"displayName": "Temporary", "description": "Here for a while"})
    assert (await value(sdk.update_user_type(kind.id, named))).display_name == "Temporary"
    done("updateUserType")

    replaced = {"name": "contractor", "displayName": "External", "description": "Not of the company"}
    changed = await value(sdk.replace_user_type(kind.id, UserTypePutRequest.from_dict(replaced)))
    assert changed.display_name == "External"
    done("replaceUserType")

    read = await value(sdk.get_user_type(kind.id))
    assert read.description == "Not of the company"
    done("getUserType")

    assert [one.name for one in await value(sdk.list_user_types())] == ["user", "contractor"]
    done("listUserTypes")

    await schemas(sdk, read)

    await nothing(sdk.delete_user_type(kind.id))
    assert await refusal(sdk.get_user_type(kind.id)) == (404, "E0000007")
    done("deleteUserType")


async def schemas(sdk, kind):
    assert (await value(sdk.get_user_schema("default"))).definitions.base.properties.login.max_length == 100
    schema_id = kind.links.var_schema.href.rsplit("/", 1)[1]
    assert (await value(sdk.get_user_schema(schema_id))).definitions.base.properties.email
    done("getUserSchema")

    attribute = {"title": "Agency", "type": "string", "maxLength": 20}
    custom = {"id": "#custom", "type": "object", "properties": {"agency": attribute}}
    changed = await value(sdk.update_user_profile(schema_id, UserSchema.from_dict({"definitions": {"custom": custom}})))
    assert changed.definitions.custom.properties["agency"].title == "Agency"
    sam = await staged(sdk, "Sam", "Lee", type={"id": kind.id}, profile={"agency": "Gangway"})
    read = await value(sdk.get_user(sam.id))
    assert read.profile.additional_properties["agency"] == "Gangway"
    done("updateUserProfile")

    # A type that somebody is of stays.
    assert (await refusal(sdk.delete_user_type(kind.id)))[0] == 400
    await remove(sdk, sam.id)


async def group_schema(sdk):
    attribute = {"title": "Cost center", "type": "string", "maxLength": 4}
    custom = {"id": "#custom", "type": "object", "properties": {"costCenter": attribute}}
    await nothing(sdk.update_group_schema(GroupSchema.from_dict({"definitions": {"custom": custom}})))

    def owners(centre):
        return AddGroupRequest.from_dict({"profile": {"name": "Owners", "costCenter": centre}})

    group = await value(sdk.add_group(owners("CC-7")))
    read = await value(sdk.get_group(group.id))
    assert read.profile.actual_instance.additional_properties["costCenter"] == "CC-7"
    assert ids(await value(sdk.list_groups(search='profile.costCenter eq "CC-7"'))) == [group.id]
    assert await refusal(sdk.replace_group(group.id, owners("CC-77"))) == (400, "E0000001")
    await nothing(sdk.delete_group(group.id))
    done("updateGroupSchema")

    schema = await value(sdk.get_group_schema())
    assert schema.definitions.base.properties.name.max_length == 255
    assert schema.definitions.custom.properties["costCenter"].title == "Cost center"
    done("getGroupSchema")


async def realms(sdk):
    body = CreateRealmRequest.from_dict({"profile": {"name": "Partners", "realmType": "PARTNER"}})
    realm = await value(sdk.create_realm(body))
    assert (realm.profile.name, realm.is_default) == ("Partners", False)
    done("createRealm")

    profile = {"name": "Carriers", "realmType": "PARTNER", "domains": ["carriers.example.com"]}
    body = UpdateRealmRequest.from_dict({"profile": profile})
    assert (await value(sdk.replace_realm(realm.id, body))).profile.name == "Carriers"
    done("replaceRealm")

    assert (await value(sdk.get_realm(realm.id))).profile.domains == ["carriers.example.com"]
    done("getRealm")

    found, pages = await every(sdk.list_realms, limit=1)
    assert (len(ids(found)), pages) == (2, 2)
    assert ids(await value(sdk.list_realms(search='profile.name co "carr"'))) == [realm.id]
    done("listRealms")

    jo = await staged(sdk, "Jo", "Bay", realmId=realm.id)
    assert (await value(sdk.get_user(jo.id))).realm_id == realm.id
    assert await refusal(sdk.delete_realm(realm.id)) == (400, "E0000178")
    await remove(sdk, jo.id)
    await nothing(sdk.delete_realm(realm.id))
    assert await refusal(sdk.get_realm(realm.id)) == (404, "E0000007")
    done("deleteRealm")
