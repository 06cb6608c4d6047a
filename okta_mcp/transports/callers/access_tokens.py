"""Access tokens of an issuer: signed JWTs, checked here. RFC 7519, RFC 8725, RFC 9068."""

from collections.abc import Mapping, Sequence
from typing import Any

from okta_mcp.guard import Caller, neutral_text
from okta_mcp.transports.callers.grants import Grants
from okta_mcp.transports.callers.issuer import Issuer
from okta_mcp.transports.callers.proof import Unproven

ALGORITHMS = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"),
)
"""Signatures that only the issuer can make. `none` is no signature, and whoever checks HS256 can make it too."""

SKEW = 60
"""Seconds by which the issuer's clock and ours may differ."""

_TYPES = {"at+jwt", "application/at+jwt", "jwt"}
"""RFC 9068 names its tokens; Okta's custom authorization servers leave the type out, others say JWT."""
_OF_ID_TOKENS = ("nonce", "at_hash", "c_hash")
_LONGEST_NAME = 100
_NEVER = 2**40
"""Seconds since 1970, some 35,000 years: what is later is written by mistake."""


class AccessTokens:
    """The tokens of one issuer.

    Args:
        issuer: signs them.
        audiences: whom they may be for.
        grants: what their scopes and groups allow.
        groups_claim: names the caller's groups.
    """

    def __init__(self, issuer: Issuer, audiences: Sequence[str], grants: Grants, groups_claim: str = "groups") -> None:
        self._issuer = issuer
        self._audiences = list(audiences)
        self._grants = grants
        self._groups_claim = groups_claim

    async def caller(self, token: str) -> Caller:
        """Return whose a token is.

        Raises:
            Unproven: it is none of the issuer's, not for this server, or not valid now.
            Unreachable: the issuer's keys cannot be read.
        """
        return self._caller(await self._claims(token))

    async def _claims(self, token: str) -> Mapping[str, Any]:
        import jwt  # noqa: PLC0415 - loaded with the first token

        try:
            unproven = jwt.decode_complete(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):  # anybody may send anything
            raise Unproven("The token is none that is known here, and no signed one either") from None
        header = unproven["header"]
        algorithm, key_id, kind = header.get("alg"), header.get("kid"), header.get("typ")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise Unproven("The token is not signed in a way that is trusted here")
        if kind is not None and (not isinstance(kind, str) or kind.lower() not in _TYPES):
            raise Unproven("The token is of a type that is no access token for other servers than its issuer")
        if unproven["payload"].get("iss") != self._issuer.url:
            raise Unproven("The token is of another issuer")  # before anyone looks for a key of theirs
        key = await self._issuer.key(key_id if isinstance(key_id, str) else None, algorithm)
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._issuer.url,
                audience=self._audiences,
                leeway=SKEW,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise Unproven(_reason(error)) from None
        if any(name in claims for name in _OF_ID_TOKENS):
            raise Unproven("The token is an ID token, not an access token")
        if "cnf" in claims:
            # RFC 9449, 7.2: a bound token is worth nothing without the proof, and must not pass as one that is not.
            raise Unproven("The token is bound to a key, and proofs of possession are not taken here")
        return claims

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        subject, stable = claims["sub"], claims.get("uid")
        client = next((claims[name] for name in ("client_id", "cid", "azp") if isinstance(claims.get(name), str)), None)
        scopes, groups = _scopes(claims), _words(claims.get(self._groups_claim))
        name = claims.get("preferred_username")
        return Caller(
            # At Okta the subject is the login, which may be given to somebody else one day; the user's id is not.
            id=f"oauth:{self._issuer.url}/{subject}" + (f"#{stable}" if isinstance(stable, str) else ""),
            name=neutral_text(name if isinstance(name, str) and name else subject, limit=_LONGEST_NAME),
            kind="oauth",
            client=client,
            rights=self._grants.rights(scopes, groups),
            reach=self._grants.reach(groups),
            scopes=self._grants.known(scopes),
            until=float(min(int(claims["exp"]), _NEVER)) + SKEW,
        )


def _scopes(claims: Mapping[str, Any]) -> set[str]:
    """Return the scopes: a list at Okta, one text elsewhere. RFC 9068, 2.2.3."""
    scope = claims.get("scope")
    return _words(claims.get("scp")) | (set(scope.split()) if isinstance(scope, str) else _words(scope))


def _words(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()


def _reason(error: Exception) -> str:
    import jwt  # noqa: PLC0415 - loaded with the first token

    for kind, words in (
        (jwt.ExpiredSignatureError, "The token has expired"),
        (jwt.InvalidAudienceError, "The token is for another audience"),
        (jwt.InvalidIssuerError, "The token is of another issuer"),
        (jwt.ImmatureSignatureError, "The token is not valid yet"),
        (jwt.MissingRequiredClaimError, "The token lacks a claim that it needs"),
        (jwt.InvalidSignatureError, "The token's signature is wrong"),
    ):
        if isinstance(error, kind):
            return words
    return "The token is not well-formed"
