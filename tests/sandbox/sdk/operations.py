"""Okta's operations, by the names of its OpenAPI description, and which of them a journal shows."""

import re

__all__ = ["OPERATIONS", "carried_out"]

OPERATIONS = {
    "createUser": "POST /users",
    "listUsers": "GET /users",
    "getUser": "GET /users/{user}",
    "updateUser": "POST /users/{user}",
    "replaceUser": "PUT /users/{user}",
    "activateUser": "POST /users/{user}/lifecycle/activate",
    "reactivateUser": "POST /users/{user}/lifecycle/reactivate",
    "deactivateUser": "POST /users/{user}/lifecycle/deactivate",
    "suspendUser": "POST /users/{user}/lifecycle/suspend",
    "unsuspendUser": "POST /users/{user}/lifecycle/unsuspend",
    "unlockUser": "POST /users/{user}/lifecycle/unlock",
    "resetPassword": "POST /users/{user}/lifecycle/reset_password",
    "expirePassword": "POST /users/{user}/lifecycle/expire_password",
    "expirePasswordWithTempPassword": "POST /users/{user}/lifecycle/expire_password_with_temp_password",
    "forgotPassword": "POST /users/{user}/credentials/forgot_password",
    "forgotPasswordSetNewPassword": "POST /users/{user}/credentials/forgot_password_recovery_question",
    "changePassword": "POST /users/{user}/credentials/change_password",
    "changeRecoveryQuestion": "POST /users/{user}/credentials/change_recovery_question",
    "resetFactors": "POST /users/{user}/lifecycle/reset_factors",
    "deleteUser": "DELETE /users/{user}",
    "revokeUserSessions": "DELETE /users/{user}/sessions",
    "listUserGroups": "GET /users/{user}/groups",
    "listAppLinks": "GET /users/{user}/appLinks",
    "listUserBlocks": "GET /users/{user}/blocks",
    "listAssignedRolesForUser": "GET /users/{user}/roles",
    "listGroups": "GET /groups",
    "getGroup": "GET /groups/{group}",
    "addGroup": "POST /groups",
    "replaceGroup": "PUT /groups/{group}",
    "deleteGroup": "DELETE /groups/{group}",
    "listGroupUsers": "GET /groups/{group}/users",
    "assignUserToGroup": "PUT /groups/{group}/users/{user}",
    "unassignUserFromGroup": "DELETE /groups/{group}/users/{user}",
    "listAssignedApplicationsForGroup": "GET /groups/{group}/apps",
    "listGroupRules": "GET /groups/rules",
    "createGroupRule": "POST /groups/rules",
    "getGroupRule": "GET /groups/rules/{rule}",
    "replaceGroupRule": "PUT /groups/rules/{rule}",
    "deleteGroupRule": "DELETE /groups/rules/{rule}",
    "activateGroupRule": "POST /groups/rules/{rule}/lifecycle/activate",
    "deactivateGroupRule": "POST /groups/rules/{rule}/lifecycle/deactivate",
    "listApplications": "GET /apps",
    "createApplication": "POST /apps",
    "getApplication": "GET /apps/{app}",
    "replaceApplication": "PUT /apps/{app}",
    "deleteApplication": "DELETE /apps/{app}",
    "activateApplication": "POST /apps/{app}/lifecycle/activate",
    "deactivateApplication": "POST /apps/{app}/lifecycle/deactivate",
    "listApplicationUsers": "GET /apps/{app}/users",
    "assignUserToApplication": "POST /apps/{app}/users",
    "getApplicationUser": "GET /apps/{app}/users/{user}",
    "updateApplicationUser": "POST /apps/{app}/users/{user}",
    "unassignUserFromApplication": "DELETE /apps/{app}/users/{user}",
    "listApplicationGroupAssignments": "GET /apps/{app}/groups",
    "getApplicationGroupAssignment": "GET /apps/{app}/groups/{group}",
    "assignGroupToApplication": "PUT /apps/{app}/groups/{group}",
    "unassignApplicationFromGroup": "DELETE /apps/{app}/groups/{group}",
    "listLogEvents": "GET /logs",
    "getOrgSettings": "GET /org",
    "listUserTypes": "GET /meta/types/user",
    "createUserType": "POST /meta/types/user",
    "getUserType": "GET /meta/types/user/{type}",
    "updateUserType": "POST /meta/types/user/{type}",
    "replaceUserType": "PUT /meta/types/user/{type}",
    "deleteUserType": "DELETE /meta/types/user/{type}",
    "getUserSchema": "GET /meta/schemas/user/{schema}",
    "updateUserProfile": "POST /meta/schemas/user/{schema}",
    "getGroupSchema": "GET /meta/schemas/group/default",
    "updateGroupSchema": "POST /meta/schemas/group/default",
    "listRealms": "GET /realms",
    "createRealm": "POST /realms",
    "getRealm": "GET /realms/{realm}",
    "replaceRealm": "PUT /realms/{realm}",
    "deleteRealm": "DELETE /realms/{realm}",
}


def carried_out(journal):
    """Return the names of the operations that a request of this journal did with success."""
    return {_operation(entry.method, entry.path) for entry in journal if entry.status < 300} - {None}


def _operation(method, path):
    fitting = [
        (place.count("{"), name)
        for name, place in OPERATIONS.items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", place.replace(" ", " /api/v1")), f"{method} {path}")
    ]
    # A rule's path fits that of a group, too.
    return min(fitting, default=(0, None))[1]
