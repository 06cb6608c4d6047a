"""Checking the credentials when the server starts, without keeping a client waiting."""

import logging

import anyio

from okta_mcp.guard import Owner, Protection, Reach, neutral_text
from okta_mcp.okta import OktaClient, OktaError
from okta_mcp.okta.identity import identify

logger = logging.getLogger("okta_mcp")

_HEAD_START = 0.5
"""Seconds for the client's first requests: making the HTTP client's TLS context keeps the process busy for 70 ms."""


async def announce(okta: OktaClient, owner: Owner, reach: Reach, protection: Protection | None = None) -> None:
    """Find out whether the credentials work, what they serve and whose they are, and log it.

    What is wrong with the protection is logged as well: until it is mended, nothing is written.

    A failure does not stop the server: the lists of tools need no org, and every call repeats the reason to
    the reader.
    """
    await anyio.sleep(_HEAD_START)
    try:
        await reach.learn()
        identity = await identify(okta)
    except OktaError as error:
        # The message says it all to an operator; a stack trace would not.
        logger.error("Okta cannot be used: %s Run `okta-mcp check` for the details.", neutral_text(error.message))  # noqa: TRY400
        return
    owner.learn(identity.user)
    org = neutral_text(identity.org.company_name) if identity.org else None
    who = neutral_text(identity.user.login) if identity.user else "a service app"
    if protection is not None:
        await _announce_protection(protection)
    logger.info("Connected to %s (%s) as %s", org or "the org", okta.address.origin, who)


async def _announce_protection(protection: Protection) -> None:
    try:
        problems = await protection.problems()
    except OktaError as error:
        problems = (f"it cannot be looked up: {error.message}",)
    for problem in problems:
        logger.error("The protection is set up wrong, and no write is done: %s", neutral_text(problem))
