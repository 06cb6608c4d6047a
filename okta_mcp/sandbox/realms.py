"""The feature that divides the users of an org into realms."""

from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import Realm

__all__ = ["enable_realms"]


def enable_realms(org: Org) -> None:
    """Give an org without realms the default one, and put every user there."""
    profile = {"name": "Default Realm", "realmType": "DEFAULT", "domains": []}
    realm = Realm(org.ids.new("guo"), profile, is_default=True, created=org.created, last_updated=org.created)
    org.realms[realm.id] = realm
    for user in org.users.values():
        user.realm_id = realm.id
