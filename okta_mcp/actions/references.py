"""The parameters that point at a person or a group."""

from collections.abc import Sequence
from typing import Annotated

from okta_mcp.actions.arguments import Reference
from okta_mcp.okta import Group, User

TheUser = Annotated[User, Reference("user", "Id, login, email or name")]
TheGroup = Annotated[Group, Reference("group", "Id or name")]
TheGroups = Annotated[Sequence[Group], Reference("group", "Names or ids", many=True)]
