"""What can be done to many: every write of the connector."""

from okta_mcp.actions.action import Action
from okta_mcp.actions.groups import assign_user_to_group, remove_user_from_group
from okta_mcp.actions.lifecycle import activate_user, deactivate_user, suspend_user, unsuspend_user
from okta_mcp.actions.passwords import expire_password, forgot_password, reset_password
from okta_mcp.actions.updating import update_user
from okta_mcp.actions.users import create_user

WRITES: tuple[Action, ...] = (
    create_user,
    update_user,
    activate_user,
    deactivate_user,
    suspend_user,
    unsuspend_user,
    expire_password,
    reset_password,
    forgot_password,
    assign_user_to_group,
    remove_user_from_group,
)

BY_NAME = {one.name: one for one in WRITES}
