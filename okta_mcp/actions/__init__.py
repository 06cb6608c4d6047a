"""The actions of the connector: what they take, what they do, what they answer.

`ACTIONS` is the only list of them. The tools, their annotations, the scopes, the policy and the tables in the
documentation are generated from it.
"""

from okta_mcp.actions.access import list_user_applications, list_user_groups
from okta_mcp.actions.action import Action, Call, Effect
from okta_mcp.actions.bulk.tools import get_bulk_run, run_bulk
from okta_mcp.actions.consent import Consent
from okta_mcp.actions.groups import (
    assign_user_to_group,
    list_group_users,
    list_groups,
    remove_user_from_group,
)
from okta_mcp.actions.lifecycle import activate_user, deactivate_user, suspend_user, unsuspend_user
from okta_mcp.actions.logs import get_system_log_events
from okta_mcp.actions.lookup import find_group, find_user
from okta_mcp.actions.passwords import expire_password, forgot_password, reset_password
from okta_mcp.actions.performing import Performer
from okta_mcp.actions.sender import Sender
from okta_mcp.actions.tool import ActionTool, listed_tool
from okta_mcp.actions.touched import Touched
from okta_mcp.actions.updating import update_user
from okta_mcp.actions.users import UserDetail, create_user, get_user, list_users

ACTIONS: tuple[Action, ...] = (
    create_user,
    list_users,
    get_user,
    update_user,
    activate_user,
    deactivate_user,
    suspend_user,
    unsuspend_user,
    expire_password,
    reset_password,
    forgot_password,
    list_user_groups,
    list_user_applications,
    list_groups,
    list_group_users,
    assign_user_to_group,
    remove_user_from_group,
    get_system_log_events,
    find_user,
    find_group,
    run_bulk,
    get_bulk_run,
)

__all__ = [
    "ACTIONS",
    "Action",
    "ActionTool",
    "Call",
    "Consent",
    "Effect",
    "Performer",
    "Sender",
    "Touched",
    "UserDetail",
    "listed_tool",
]
