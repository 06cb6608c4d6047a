"""From what a person says to the object that is meant: what backs the dropdowns."""

from okta_mcp.directory.answers import Completed, Found, GroupMatch, UserMatch
from okta_mcp.directory.beginnings import searching_groups, searching_users
from okta_mcp.directory.directory import MOST, Directory
from okta_mcp.directory.groups import list_groups_page
from okta_mcp.directory.matching import LONGEST, Kind, Unresolved, is_id
from okta_mcp.directory.rows import GROUP_KINDS, GroupName, GroupRow, Person, Row, UserRow
from okta_mcp.directory.users import list_users_page

__all__ = [
    "GROUP_KINDS",
    "LONGEST",
    "MOST",
    "Completed",
    "Directory",
    "Found",
    "GroupMatch",
    "GroupName",
    "GroupRow",
    "Kind",
    "Person",
    "Row",
    "Unresolved",
    "UserMatch",
    "UserRow",
    "is_id",
    "list_groups_page",
    "list_users_page",
    "searching_groups",
    "searching_users",
]
