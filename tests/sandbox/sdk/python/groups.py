"""Groups, their members, and the rules that fill them."""

from checks import done, every, ids, nothing, refusal, value
from okta.models import AddGroupRequest, CreateGroupRuleRequest, GroupRule


async def groups(sdk):
    group = await creating(sdk)
    await listing(sdk)
    await members(sdk, group)
    await rules(sdk, group)
    await nothing(sdk.delete_group(group))
    assert await refusal(sdk.get_group(group)) == (404, "E0000007")
    done("deleteGroup")


def name_of(group):
    return group.profile.actual_instance.name


async def named(sdk, name):
    (group,) = await value(sdk.list_groups(search=f'profile.name eq "{name}"'))
    return group.id


async def creating(sdk):
    def body(name, **more):
        return AddGroupRequest.from_dict({"profile": {"name": name, **more}})

    group = await value(sdk.add_group(body("Night Shift", description="Late")))
    assert (group.type.value, name_of(group)) == ("OKTA_GROUP", "Night Shift")
    assert await refusal(sdk.add_group(body("Night Shift"))) == (400, "E0000001")
    done("addGroup")

    replaced = await value(sdk.replace_group(group.id, body("Day Shift")))
    assert name_of(replaced) == "Day Shift"
    done("replaceGroup")

    read = await value(sdk.get_group(group.id))
    assert (name_of(read), read.profile.actual_instance.description) == ("Day Shift", None)
    done("getGroup")
    return group.id


async def listing(sdk):
    paged, pages = await every(sdk.list_groups, limit=4)
    assert pages > 3
    assert ids(paged) == ids(await value(sdk.list_groups()))
    imported = await value(sdk.list_groups(filter='type eq "APP_GROUP"'))
    assert {name_of(group) for group in imported} == {"Domain Users", "Sales-EU"}
    assert name_of((await value(sdk.list_groups(q="sales")))[0]) == "Sales"
    (engineering,) = await value(sdk.list_groups(search='profile.name sw "Engin"', expand="stats"))
    assert engineering.embedded.stats.users_count > 3
    done("listGroups")


async def members(sdk, group):
    wei = (await value(sdk.get_user("wei.chen"))).id
    for _ in range(2):
        await nothing(sdk.assign_user_to_group(group, wei))
    assert ids(await value(sdk.list_group_users(group))) == [wei]
    everyone = await named(sdk, "Everyone")
    assert await refusal(sdk.assign_user_to_group(everyone, wei)) == (501, "E0000060")
    assert await refusal(sdk.assign_user_to_group(await named(sdk, "Domain Users"), wei)) == (403, "E0000006")
    done("assignUserToGroup")

    await nothing(sdk.unassign_user_from_group(group, wei))
    assert await value(sdk.list_group_users(group)) == []
    done("unassignUserFromGroup")

    (counted,) = await value(sdk.list_groups(search='profile.name eq "Everyone"', expand="stats"))
    found, pages = await every(sdk.list_group_users, everyone, limit=25)
    assert len(ids(found)) == counted.embedded.stats.users_count
    assert pages > 2
    done("listGroupUsers")

    engineering = await named(sdk, "Engineering")
    apps, pages = await every(sdk.list_assigned_applications_for_group, engineering, limit=1)
    assert {app.label for app in apps} == {"Code Hosting", "Team Wiki"}
    assert pages == 2
    done("listAssignedApplicationsForGroup")


async def rules(sdk, group):
    def body(name, expression):
        return {
            "type": "group_rule",
            "name": name,
            "conditions": {
                "people": {"users": {"exclude": []}, "groups": {"exclude": []}},
                "expression": {"value": expression, "type": "urn:okta:expression:1.0"},
            },
            "actions": {"assignUserToGroups": {"groupIds": [group]}},
        }

    made = CreateGroupRuleRequest.from_dict(body("By day", 'user.city=="Nowhere"'))
    rule = await value(sdk.create_group_rule(made))
    assert rule.status.value == "INACTIVE"
    done("createGroupRule")

    wanted = GroupRule.from_dict(body("Sales", 'user.department=="Sales"'))
    assert (await value(sdk.replace_group_rule(rule.id, wanted))).name == "Sales"
    done("replaceGroupRule")

    await nothing(sdk.activate_group_rule(rule.id))
    assert len(await value(sdk.list_group_users(group))) > 3
    done("activateGroupRule")

    read = await value(sdk.get_group_rule(rule.id, expand="groupIdToGroupNameMap"))
    assert (read.status.value, read.conditions.expression.value) == ("ACTIVE", 'user.department=="Sales"')
    assert read.actions.assign_user_to_groups.group_ids == [group]
    done("getGroupRule")

    assert ids(await value(sdk.list_group_rules(search="sales"))) == [rule.id]
    done("listGroupRules")

    assert await refusal(sdk.replace_group_rule(rule.id, wanted)) == (400, "E0000001")
    await nothing(sdk.deactivate_group_rule(rule.id))
    assert (await value(sdk.get_group_rule(rule.id))).status.value == "INACTIVE"
    done("deactivateGroupRule")

    await nothing(sdk.delete_group_rule(rule.id, remove_users=True))
    assert await value(sdk.list_group_users(group)) == []
    assert await refusal(sdk.get_group_rule(rule.id)) == (404, "E0000007")
    done("deleteGroupRule")
