"""Why Okta gives no access token, in words an administrator can act on.

Source: Okta OAuth 2.0 API, "Error conditions"; RFC 6749 section 5.2; RFC 9449 section 5.
"""

from okta_mcp.okta.errors import CredentialsRefused, OktaApiError, OktaError, RateLimited, ServerFault

_CONSOLE = "in the Admin Console under Applications, the app"

_BY_DESCRIPTION = {
    "signature": f"the private key does not belong to a public key of the app; {_CONSOLE}, General, Public keys, add "
    "the public half of this key, or set the key that belongs to one of those",
    "kid": f"the app has no public key of this id; {_CONSOLE}, General, Public keys, look up the key's id (KID) and "
    "set OKTA_KEY_ID to it",
    "client_id": "the org has no active app with this client id; compare OKTA_CLIENT_ID with the one on the app's "
    "General page, check OKTA_ORG_URL, and check that the app is active",
    "expired": "this machine's clock is behind; set it right",
    "too far into the future": "this machine's clock is ahead; set it right",
    "issued in the future": "this machine's clock is ahead; set it right",
    "more than five minutes in the past": "this machine's clock is behind; set it right",
    "audience": "OKTA_ORG_URL is not the address that the org knows itself by; set that one",
    "application_type": "the app is no service app; make an app of the kind API Services, or leave the private key "
    "out and sign in yourself with `okta-mcp login`",
    "private_key_jwt": f"{_CONSOLE}, General, Client authentication, choose Public key / Private key",
    "already been used": "something between here and Okta sends requests twice; look at the proxy",
}
"""By a part of what Okta says, where its error code alone can mean many things."""

_BY_CODE = {
    "invalid_client": f"check OKTA_CLIENT_ID, and {_CONSOLE}, General, that client authentication is Public key / "
    "Private key with the key that is used here",
    "invalid_scope": "OKTA_SCOPES names a scope that Okta does not have; see the table of scopes in the docs",
    "consent_required": f"{_CONSOLE}, Okta API Scopes, grant the scopes that are wanted",
    "client_credentials_self_scope_requested": "OKTA_SCOPES names a scope that ends in .self, which is for people; "
    "take it out",
    "unauthorized_client": f"{_CONSOLE}, General, Grant type, switch on what is used here: Client Credentials for a "
    "service app, Device Authorization for `okta-mcp login`",
    "unsupported_grant_type": "the org does not offer this way of signing in; check OKTA_ORG_URL",
    "invalid_request": "Okta does not take the request as it was put; check OKTA_CLIENT_ID and OKTA_ORG_URL",
    "invalid_grant": "the sign-in has ended; run `okta-mcp login` again",
    "access_denied": f"the sign-in was refused; {_CONSOLE}, Assignments and Okta API Scopes, check that the person may "
    "use the app and that the scopes are granted",
    "expired_token": "nobody signed in in time; run `okta-mcp login` again",
    "use_dpop_nonce": "set OKTA_DPOP to auto",
    "invalid_dpop_proof": "set OKTA_DPOP to auto, and check that no proxy changes the address of requests",
}

_DPOP_OFF = (
    "the app demands DPoP and OKTA_DPOP is off; set it to auto, or clear `Require Demonstrating Proof of Possession` "
    f"{_CONSOLE}, General"
)


def refusal(error: OktaApiError, *, binding: str, offset: float) -> OktaError:
    """Return what an error answer of the token endpoint means.

    Args:
        error: the answer.
        binding: whether tokens are bound to a key: auto, on or off.
        offset: seconds that Okta's clock is ahead of this machine's.
    """
    error.sent = False
    error.maybe_applied = False
    if isinstance(error, RateLimited | ServerFault):
        return error
    advice = _BY_CODE.get(error.code, "run `okta-mcp check`, and look into Okta's System Log for the reason")
    if error.code in ("invalid_client", "invalid_dpop_proof"):
        advice = next((words for part, words in _BY_DESCRIPTION.items() if part in error.summary), advice)
    if error.code in ("invalid_dpop_proof", "use_dpop_nonce") and binding == "off":
        advice = _DPOP_OFF
    if abs(offset) > _WORTH_SAYING:
        side = "behind" if offset > 0 else "ahead"
        advice += f" (this machine's clock is {abs(offset):.0f} seconds {side} of Okta's, which was allowed for)"
    return CredentialsRefused(error.code, error.summary, advice, status=error.status, request_id=error.request_id)


_WORTH_SAYING = 60.0
