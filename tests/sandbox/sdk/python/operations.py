"""Every operation of the sandbox that Okta's Python SDK offers, against a fresh sandbox that has realms.

The SDK takes the address and the credentials from OKTA_CLIENT_...; see its documentation. Prints the operationId of
each operation that answered right, and ends with 1 at the first that did not.
"""

import asyncio

from apps import apps
from groups import groups
from okta.client import Client
from org import org
from users import users


async def main():
    async with Client({"rateLimit": {"maxRetries": 0}}) as sdk:
        for part in (users, groups, apps, org):
            await part(sdk)


asyncio.run(main())
