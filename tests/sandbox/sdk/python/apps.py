"""Applications, and who is assigned to them."""

from checks import done, every, ids, nothing, refusal, value
from okta.models import (
    ApplicationGroupAssignment,
    AppUserAssignRequest,
    AppUserCredentialsRequestPayload,
    AppUserUpdateRequest,
    BookmarkApplication,
)


async def apps(sdk):
    app = await creating(sdk)
    await listing(sdk)
    await assigned_users(sdk, app)
    await assigned_groups(sdk, app)
    await removing(sdk, app)


async def creating(sdk):
    def canteen(label):
        settings = {"app": {"requestIntegration": False, "url": "https://canteen.example.com"}}
        body = {"name": "bookmark", "label": label, "signOnMode": "BOOKMARK", "settings": settings}
        return BookmarkApplication.from_dict(body)

    app = await value(sdk.create_application(canteen("Canteen")))
    assert (app.label, app.status.value) == ("Canteen", "ACTIVE")
    assert app.settings.app.url == "https://canteen.example.com"
    done("createApplication")

    await nothing(sdk.replace_application(app.id, canteen("Canteen and bar")))
    done("replaceApplication")

    assert (await value(sdk.get_application(app.id))).label == "Canteen and bar"
    assert await refusal(sdk.get_application("0oanothing")) == (404, "E0000007")
    done("getApplication")
    return app.id


async def listing(sdk):
    found, pages = await every(sdk.list_applications, limit=3)
    assert pages > 3
    assert len({app.sign_on_mode for app in found}) > 4
    wei = (await value(sdk.get_user("wei.chen"))).id
    # Not with expand=user/{id}: the SDK's model of _embedded takes objects only, and Okta sends texts.
    assigned, pages = await every(sdk.list_applications, filter=f'user.id eq "{wei}"', limit=2)
    assert pages > 1
    assert {app.label for app in assigned} == {link.label for link in await value(sdk.list_app_links(wei))}
    assert [app.label for app in await value(sdk.list_applications(q="team"))] == ["Team Wiki"]
    done("listApplications")


async def assigned_users(sdk, app):
    wei = (await value(sdk.get_user("wei.chen"))).id
    assigned = await value(sdk.assign_user_to_application(app, AppUserAssignRequest.from_dict({"id": wei})))
    assert (assigned.id, assigned.scope) == (wei, "USER")
    done("assignUserToApplication")

    # Not with from_dict, which cannot tell credentials from a profile.
    credentials = AppUserCredentialsRequestPayload.from_dict({"credentials": {"userName": "wei"}})
    body = AppUserUpdateRequest(credentials)
    assert (await value(sdk.update_application_user(app, wei, body))).credentials.user_name == "wei"
    done("updateApplicationUser")

    assert (await value(sdk.get_application_user(app, wei))).credentials.user_name == "wei"
    done("getApplicationUser")

    (mail,) = await value(sdk.list_applications(q="Mail Suite"))
    found, pages = await every(sdk.list_application_users, mail.id, limit=20)
    assert pages == -(-len(ids(found)) // 20) > 2
    assert ids(await value(sdk.list_application_users(app))) == [wei]
    done("listApplicationUsers")

    await nothing(sdk.unassign_user_from_application(app, wei))
    assert await refusal(sdk.get_application_user(app, wei)) == (404, "E0000007")
    done("unassignUserFromApplication")


async def assigned_groups(sdk, app):
    (it,) = await value(sdk.list_groups(search='profile.name eq "IT"'))
    body = ApplicationGroupAssignment.from_dict({"priority": 0})
    assert (await value(sdk.assign_group_to_application(app, it.id, body))).id == it.id
    done("assignGroupToApplication")

    assert (await value(sdk.get_application_group_assignment(app, it.id))).priority == 0
    done("getApplicationGroupAssignment")

    assert ids(await value(sdk.list_application_group_assignments(app))) == [it.id]
    assert {user.scope for user in await value(sdk.list_application_users(app))} == {"GROUP"}
    done("listApplicationGroupAssignments")

    await nothing(sdk.unassign_application_from_group(app, it.id))
    assert await value(sdk.list_application_users(app)) == []
    done("unassignApplicationFromGroup")


async def removing(sdk, app):
    async def status():
        return (await value(sdk.get_application(app))).status.value

    assert await refusal(sdk.delete_application(app)) == (403, "E0000056")
    await nothing(sdk.deactivate_application(app))
    assert await status() == "INACTIVE"
    done("deactivateApplication")

    await nothing(sdk.activate_application(app))
    assert await status() == "ACTIVE"
    done("activateApplication")

    await nothing(sdk.deactivate_application(app))
    await nothing(sdk.delete_application(app))
    assert await refusal(sdk.get_application(app)) == (404, "E0000007")
    done("deleteApplication")
