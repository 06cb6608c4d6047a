"""Fixed bearer tokens: who holds one, known by its hash.

A plain SHA-256 is right here, where it would be wrong for a password: a token is 256 random bits, so nobody finds
it by trying likely ones, however fast a try is, and a slow hash would only cost every request its time.
"""

import hashlib
import hmac
from collections.abc import Iterable

from okta_mcp.guard import Caller, Standing
from okta_mcp.settings import TokenEntry
from okta_mcp.transports.callers.proof import Unproven


class FixedTokens:
    """The tokens that are let in.

    Args:
        entries: their hashes, and who holds them.

    Attributes:
        known: who holds each.
    """

    def __init__(self, entries: Iterable[TokenEntry]) -> None:
        self.known: dict[TokenEntry, Caller] = {}
        self.replace(entries)

    def replace(self, entries: Iterable[TokenEntry]) -> list[Caller]:
        """Let in the holders of these, and of no others.

        Returns:
            the callers whose entry is not there any more as it was. Their standing has ended; what they hold open is
            for whoever knows of it to end.
        """
        known = {one: self.known.get(one) or _holder(one) for one in entries}
        gone = [caller for entry, caller in self.known.items() if entry not in known]
        self.known = known
        for caller in gone:
            if caller.standing is not None:
                caller.standing.end()
        return gone

    async def caller(self, token: str) -> Caller:
        """Return who holds a token. The time this takes does not depend on how nearly it is right.

        Raises:
            Unproven: nobody does.
        """
        digest = hashlib.sha256(token.encode()).hexdigest()
        holders = [caller for one, caller in self.known.items() if hmac.compare_digest(one.digest, digest)]
        if not holders:
            raise Unproven("The token is not known here")
        return holders[0]


def _holder(entry: TokenEntry) -> Caller:
    return Caller(f"token:{entry.name}", entry.name, "token", rights=entry.rights, standing=Standing())
