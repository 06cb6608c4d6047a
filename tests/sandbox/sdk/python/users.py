"""Users, their lifecycle and credentials, and what belongs to them."""

import json
import os

from checks import done, every, ids, nothing, refusal, value
from okta.models import ChangePasswordRequest, CreateUserRequest, UpdateUserRequest, UserCredentials

# The plus has to arrive as one, and not as a space.
LOGIN = "robin+vale@example.com"
FIRST, SECOND, THIRD = ({"value": word} for word in ("Corr3ct-horse", "Batt3ry-staple", "Saddl3-lantern"))
PERSON = {"firstName": "Robin", "lastName": "Vale", "login": LOGIN, "email": LOGIN}


async def users(sdk):
    robin = await creating(sdk)
    await listing(sdk)
    await changing(sdk, robin)
    await passwords(sdk, robin)
    await lifecycle(sdk, robin)
    await of_somebody(sdk)
    await leaving(sdk, robin)


def named(login, **more):
    return CreateUserRequest.from_dict({"profile": {**PERSON, "login": login, "email": login}, **more})


def change(**body):
    return UpdateUserRequest.from_dict(body)


def passwords_of(old, new):
    return ChangePasswordRequest.from_dict({"oldPassword": old, "newPassword": new})


async def status_of(sdk, user):
    return (await value(sdk.get_user(user))).status.value


async def creating(sdk):
    recovery = {"question": "Favourite harbour?", "answer": "Northlight"}
    body = named(LOGIN, credentials={"password": FIRST, "recovery_question": recovery})
    robin = await value(sdk.create_user(body))
    assert robin.status.value == "ACTIVE"
    assert robin.credentials.recovery_question.question == recovery["question"]
    assert await refusal(sdk.create_user(body)) == (400, "E0000001")
    toni = named("toni@example.com", credentials={"password": FIRST})
    expired = await value(sdk.create_user(toni, next_login="changePassword"))
    assert expired.status.value == "PASSWORD_EXPIRED"
    done("createUser")

    # Okta holds a proof against the decoded path, the SDK puts the encoded one into it (okta-sdk-python#541).
    proofs = any(name.upper() == "OKTA_CLIENT_DPOPENABLED" for name in os.environ)
    for key in (robin.id,) if proofs else (robin.id, LOGIN, "robin+vale"):
        assert (await value(sdk.get_user(key))).id == robin.id
    assert await refusal(sdk.get_user("nobody")) == (404, "E0000007")
    done("getUser")
    return robin.id


async def listing(sdk):
    found, pages = await every(sdk.list_users, search="id pr", limit=20)
    everybody = ids(found)
    assert pages == -(-len(everybody) // 20) > 2
    assert everybody == sorted(everybody)
    present, pages = await every(sdk.list_users, limit=10)
    assert pages > 5
    gone, pages = await every(sdk.list_users, filter='status eq "DEPROVISIONED"', limit=1)
    assert pages == len(gone) > 1
    assert sorted(ids(present) + ids(gone)) == everybody
    criterion = 'profile.department eq "sales" and status eq "ACTIVE"'
    sales, pages = await every(sdk.list_users, search=criterion, sort_by="profile.lastName", sort_order="desc", limit=3)
    names = [user.profile.last_name.lower() for user in sales]
    assert pages > 1
    assert names == sorted(names, reverse=True)
    assert await value(sdk.list_users(q="robin"))
    assert await refusal(sdk.list_users(search='profile.firstname eq "Ada"')) == (400, "E0000031")
    done("listUsers")


async def changing(sdk, robin):
    titled = await value(sdk.update_user(robin, change(profile={"title": "Archivist", "city": "Lyon"})))
    assert (titled.profile.title, titled.profile.first_name) == ("Archivist", "Robin")
    named_too = await value(sdk.update_user(robin, change(profile={"nickName": "Rob"})))
    assert (named_too.profile.title, named_too.profile.city) == ("Archivist", "Lyon")
    done("updateUser")

    replaced = await value(sdk.replace_user(robin, change(profile={**PERSON, "nickName": "Bo"})))
    assert (replaced.profile.title, replaced.profile.nick_name) == (None, "Bo")
    assert await refusal(sdk.replace_user(robin, change(profile={"firstName": "Robin"}))) == (400, "E0000001")
    done("replaceUser")


async def passwords(sdk, robin):
    changed = await value(sdk.change_password(robin, passwords_of(FIRST, SECOND)))
    assert changed.provider.type.value == "OKTA"
    assert await refusal(sdk.change_password(robin, passwords_of(FIRST, THIRD))) == (403, "E0000014")
    done("changePassword")

    question = {"question": "Favourite pier?", "answer": "Westmole"}
    body = UserCredentials.from_dict({"password": SECOND, "recovery_question": question})
    asked = await value(sdk.change_recovery_question(robin, body))
    assert asked.recovery_question.question == question["question"]
    done("changeRecoveryQuestion")

    link = await value(sdk.forgot_password(robin, send_email=False))
    assert "/signin/reset-password/" in link.reset_password_url
    assert await status_of(sdk, robin) == "ACTIVE"
    done("forgotPassword")

    body = UserCredentials.from_dict({"password": THIRD, "recovery_question": {"answer": "westmole"}})
    recovered = await value(sdk.forgot_password_set_new_password(robin, body))
    assert recovered.provider.type.value == "OKTA"
    done("forgotPasswordSetNewPassword")

    expired = await value(sdk.expire_password(robin))
    assert expired.status.value == "PASSWORD_EXPIRED"
    done("expirePassword")

    # The SDK takes the answer for a user, and so shows the temporary password in its raw data only.
    _, response, error = await sdk.expire_password_with_temp_password(robin, revoke_sessions=True)
    assert error is None, error
    temporary = {"value": json.loads(response.raw_data)["tempPassword"]}
    assert await refusal(sdk.change_password(robin, passwords_of(THIRD, FIRST))) == (403, "E0000014")
    await nothing(sdk.change_password(robin, passwords_of(temporary, FIRST)))
    assert await status_of(sdk, robin) == "ACTIVE"
    done("expirePasswordWithTempPassword")

    reset = await value(sdk.reset_password(robin, send_email=False, revoke_sessions=True))
    assert "/reset_password/" in reset.reset_password_url
    assert await status_of(sdk, robin) == "RECOVERY"
    await nothing(sdk.update_user(robin, change(credentials={"password": SECOND})))
    assert await status_of(sdk, robin) == "ACTIVE"
    done("resetPassword")


async def lifecycle(sdk, robin):
    await nothing(sdk.suspend_user(robin))
    assert await status_of(sdk, robin) == "SUSPENDED"
    assert await refusal(sdk.suspend_user(robin)) == (400, "E0000001")
    done("suspendUser")

    await nothing(sdk.unsuspend_user(robin))
    assert await status_of(sdk, robin) == "ACTIVE"
    done("unsuspendUser")

    staged = await value(sdk.create_user(named("kim.roe@example.com"), activate=False))
    assert staged.status.value == "STAGED"
    link = await value(sdk.activate_user(staged.id, send_email=False))
    assert link.activation_url.endswith(f"/{link.activation_token}/verify")
    assert await status_of(sdk, staged.id) == "PROVISIONED"
    assert await refusal(sdk.activate_user(robin)) == (403, "E0000016")
    done("activateUser")

    again = await value(sdk.reactivate_user(staged.id, send_email=False))
    assert again.activation_token != link.activation_token
    assert await refusal(sdk.reactivate_user(robin)) == (403, "E0000038")
    done("reactivateUser")

    felix = await value(sdk.get_user("felix.hartmann"))
    assert felix.status.value == "LOCKED_OUT"
    await nothing(sdk.unlock_user(felix.id))
    assert await status_of(sdk, felix.id) == "ACTIVE"
    assert await refusal(sdk.unlock_user(robin)) == (403, "E0000032")
    done("unlockUser")

    await nothing(sdk.reset_factors(robin))
    assert await status_of(sdk, robin) == "ACTIVE"
    done("resetFactors")


async def of_somebody(sdk):
    wei = (await value(sdk.get_user("wei.chen"))).id
    groups = await value(sdk.list_user_groups(wei))
    assert {"Everyone", "IT"} <= {group.profile.actual_instance.name for group in groups}
    done("listUserGroups")

    links = await value(sdk.list_app_links(wei))
    assert {"Mail Suite", "Code Hosting"} <= {link.label for link in links}
    done("listAppLinks")

    assert await value(sdk.list_user_blocks(wei)) == []
    done("listUserBlocks")

    assert await value(sdk.list_assigned_roles_for_user(wei)) == []
    admin = (await value(sdk.get_user("admin"))).id
    (role,) = await value(sdk.list_assigned_roles_for_user(admin))
    assert role.actual_instance.type.value == "SUPER_ADMIN"
    done("listAssignedRolesForUser")

    await nothing(sdk.revoke_user_sessions(wei, oauth_tokens=True))
    done("revokeUserSessions")


async def leaving(sdk, robin):
    await nothing(sdk.deactivate_user(robin, prefer="respond-async"))
    assert await status_of(sdk, robin) == "DEPROVISIONED"
    assert await refusal(sdk.deactivate_user(robin)) == (404, "E0000007")
    await nothing(sdk.activate_user(robin))
    assert await status_of(sdk, robin) == "PROVISIONED"
    done("deactivateUser")

    await nothing(sdk.delete_user(robin))
    assert await status_of(sdk, robin) == "DEPROVISIONED"
    await nothing(sdk.delete_user(robin))
    assert await refusal(sdk.get_user(robin)) == (404, "E0000007")
    done("deleteUser")
