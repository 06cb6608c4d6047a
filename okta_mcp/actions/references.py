"""The parameters that point at a person or a group."""

from collections.abc import Sequence
from typing import Annotated

from okta_mcp.actions.arguments import Reference
from okta_mcp.okta import Group, User

_SAID = "Id, login, email or name"

TheUser = Annotated[User, Reference("user", _SAID)]
"""Anybody, as they are at this moment."""

TheUserHere = Annotated[User, Reference("user", _SAID, include_deactivated=False)]
"""Somebody for an action that does nothing for the deactivated, who are offered last."""

KnownUser = Annotated[User, Reference("user", _SAID, fresh=False)]
"""Anybody, as they were a moment ago: for lists, where only the id matters."""

TheGroup = Annotated[Group, Reference("group", "Id or name", fresh=False)]
"""A group to be looked at."""

TheMembership = Annotated[Group, Reference("group", "Id or name", editable_first=True)]
"""A group whose members are to be changed."""

TheGroups = Annotated[Sequence[Group], Reference("group", "Names or ids", many=True, editable_first=True)]
"""Groups to be made a member of."""
