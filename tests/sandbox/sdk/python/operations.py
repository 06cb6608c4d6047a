"""Every operation of the sandbox that Okta's Python SDK offers, against a fresh sandbox that has realms.

The SDK takes the address and the credentials from OKTA_CLIENT_...; see its documentation. Prints the operationId of
each operation that answered right, and ends with 1 at the first that did not. Arguments: the parts to do, of users,
groups, apps and org; all of them without any.
"""

import asyncio
import sys

from apps import apps
from groups import groups
from okta.client import Client
from org import org
from users import users

PARTS = {"users": users, "groups": groups, "apps": apps, "org": org}


async def main(named):
    async with Client({"rateLimit": {"maxRetries": 0}}) as sdk:
        for name in named or PARTS:
            await PARTS[name](sdk)


asyncio.run(main(sys.argv[1:]))
