"""From what a person says to the object that is meant: what backs the dropdowns."""

from okta_mcp.directory.answers import Completed, Found, GroupMatch, UserMatch
from okta_mcp.directory.attributes import Attributes, only_spelling
from okta_mcp.directory.beginnings import searching_groups, searching_users
from okta_mcp.directory.directory import MOST, Directory
from okta_mcp.directory.groups import list_groups_page
from okta_mcp.directory.managers import FORMS, ID, Kept
from okta_mcp.directory.matching import LONGEST, Kind, Unresolved, is_id
from okta_mcp.directory.rows import GROUP_KINDS, GroupName, GroupRow, Person, Row, UserRow
from okta_mcp.directory.users import list_users_page

__all__ = [
    "FORMS",
    "GROUP_KINDS",
    "ID",
    "LONGEST",
    "MOST",
    "Attributes",
    "Completed",
    "Directory",
    "Found",
    "GroupMatch",
    "GroupName",
    "GroupRow",
    "Kept",
    "Kind",
    "Person",
    "Row",
    "Unresolved",
    "UserMatch",
    "UserRow",
    "is_id",
    "list_groups_page",
    "list_users_page",
    "only_spelling",
    "searching_groups",
    "searching_users",
]
