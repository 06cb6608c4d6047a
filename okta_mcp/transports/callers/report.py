"""How the HTTP doors would be guarded, told to the operator before anybody comes."""

from collections.abc import Mapping

from okta_mcp.settings import Rights, Settings, SettingsError
from okta_mcp.transports.callers.admission import Admission, Trust, on_this_machine
from okta_mcp.transports.callers.issuer import Issuer
from okta_mcp.transports.callers.proof import Unreachable


async def report(settings: Settings) -> tuple[list[tuple[str, str]], str | None]:
    """Return lines of what and how, and the problem that would keep callers out, if there is one.

    The issuer's metadata and keys are read.

    Args:
        settings: every option.
    """
    try:
        admission = Admission.of(settings)
        admission.require_guarded(settings.host)
    except SettingsError as error:
        return [("HTTP doors", f"would not open. {error}")], "the doors would not open."
    reached = "by this machine only" if on_this_machine(settings.host) else "by other machines"
    lines = [("HTTP doors", f"{settings.host} port {settings.port}, reached {reached}")]
    if settings.public_url is not None:
        lines.append(("HTTP public address", settings.public_url))
    if settings.cors_origins:
        lines.append(("HTTP pages in browsers", ", ".join(settings.cors_origins)))
    if not admission.guarded:
        lines.append(("HTTP callers", "nobody is asked who they are"))
    if admission.tokens:
        holders = ", ".join(f"{one.name} ({one.rights})" for one in admission.tokens)
        lines.append(("HTTP callers, fixed tokens", f"{len(admission.tokens)}: {holders}"))
    if admission.trust is None:
        return lines, None
    keys, problem = await _keys(admission.trust)
    audience = admission.trust.audience or "the address of a door"
    lines.append(("HTTP callers, access tokens", f"of {admission.trust.issuer}, for {audience}"))
    lines.append(("HTTP issuer's keys", keys))
    lines.append(("HTTP scopes", _mapping(admission.trust.grants.scopes)))
    if admission.trust.grants.groups:
        lines.append(("HTTP groups", _mapping(admission.trust.grants.groups)))
    return lines, problem


async def _keys(trust: Trust) -> tuple[str, str | None]:
    try:
        count = await Issuer(trust.issuer).keys()
    except Unreachable as error:
        return f"cannot be read. {error}", "the issuer's keys cannot be read."
    return (f"{count}", None) if count else ("none", "the issuer publishes no key that could sign a token.")


def _mapping(mapping: Mapping[str, Rights]) -> str:
    return ", ".join(f"{name} allows {rights}" for name, rights in mapping.items())
