"""Fixed bearer tokens: who holds one, known by its hash.

A plain SHA-256 is right here, where it would be wrong for a password: a token is 256 random bits, so nobody finds
it by trying likely ones, however fast a try is, and a slow hash would only cost every request its time.
"""

import hashlib
import hmac
from collections.abc import Sequence

from okta_mcp.guard import Caller
from okta_mcp.settings import TokenEntry
from okta_mcp.transports.callers.proof import Unproven


class FixedTokens:
    """The tokens that are let in.

    Args:
        entries: their hashes, and who holds them.
    """

    def __init__(self, entries: Sequence[TokenEntry]) -> None:
        self._known = [
            (one.digest, Caller(f"token:{one.name}", one.name, "token", rights=one.rights)) for one in entries
        ]

    async def caller(self, token: str) -> Caller:
        """Return who holds a token. The time this takes does not depend on how nearly it is right.

        Raises:
            Unproven: nobody does.
        """
        digest = hashlib.sha256(token.encode()).hexdigest()
        holders = [caller for known, caller in self._known if hmac.compare_digest(known, digest)]
        if not holders:
            raise Unproven("The token is not known here")
        return holders[0]
