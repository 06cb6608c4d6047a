"""From what a person says to the object that is meant: what backs the dropdowns."""

from okta_mcp.directory.groups import list_groups_page, resolve_group, resolve_groups
from okta_mcp.directory.matching import LONGEST, Kind, Unresolved, is_id
from okta_mcp.directory.rows import GroupName, GroupRow, Person, Row, UserRow
from okta_mcp.directory.users import list_users_page, resolve_user

__all__ = [
    "LONGEST",
    "GroupName",
    "GroupRow",
    "Kind",
    "Person",
    "Row",
    "Unresolved",
    "UserRow",
    "is_id",
    "list_groups_page",
    "list_users_page",
    "resolve_group",
    "resolve_groups",
    "resolve_user",
]
