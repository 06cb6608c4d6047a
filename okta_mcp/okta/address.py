"""The address of an Okta org, from whatever a person pastes."""

import ipaddress
import re
from typing import Self
from urllib.parse import urlsplit

from okta_mcp.records import record

# "www" and the like stand before these without being an org.
_OKTA_DOMAINS = ("okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil")
_NOT_ORGS = {"www", "developer", "support", "help", "admin", "login", ""}
_PLACEHOLDER_LABELS = {"your-org", "yourorg", "your-domain", "yourdomain", "your-okta-domain", "yourokta"}
_PLACEHOLDER_LABELS |= {"youroktadomain", "your-company", "yourcompany", "mycompany", "subdomain"}
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_EXAMPLE = "https://example.okta.com"
_USUAL_PORTS = {"https": 443, "http": 80}


class OrgAddressError(ValueError):
    """A text that is not the address of an org; the message says what to write instead."""


@record
class OrgAddress:
    """The address of an org.

    Attributes:
        origin: scheme, host, and port unless it is the usual one; no slash at the end.
        notices: one sentence for each thing that was mended in what was given.
    """

    origin: str
    notices: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address and mend what is surely meant.

        Surrounding spaces, a missing scheme, capitals, a path, slashes at the end, the usual port and the
        `-admin` of the Admin Console's host are mended with a notice each.

        Args:
            text: such as `https://example.okta.com`. `http` is taken only for this machine.

        Raises:
            OrgAddressError: the text cannot be an org's address.
        """
        notices: list[str] = []
        stripped = text.strip()
        if stripped != text:
            notices.append("Spaces around the org URL were dropped.")
        _refuse_what_is_no_url(stripped)
        scheme, host, port, path = _parts(stripped)
        if not (scheme.islower() or not scheme) or host != host.lower():
            notices.append("The org URL was put in lower case.")
        scheme, host = scheme.lower(), host.lower()
        local = _is_loopback(host)
        if not local:
            _refuse_what_is_no_org(host)
            host = _without_admin(host, notices)
        scheme = _secure(scheme, host, notices, local=local)
        origin = f"{scheme}://{f'[{host}]' if ':' in host else host}"
        if port == _USUAL_PORTS[scheme]:
            notices.append(f"The port {port} of the org URL is the usual one and was dropped.")
        elif port is not None:
            origin += f":{port}"
        if path.strip("/"):
            notices.append(f"The path of the org URL was dropped; the org is {origin}.")
        elif path:
            notices.append("The slash at the end of the org URL was dropped.")
        return cls(origin, tuple(notices))


def _refuse_what_is_no_url(text: str) -> None:
    # None of these repeats the text: it may be a token that was put in the wrong place.
    if not text:
        raise OrgAddressError(f"The org URL is empty; write your org's address, such as {_EXAMPLE}.")
    if re.search(r"[<>{}$]", text):
        raise OrgAddressError(
            f"The org URL is a placeholder; write your own org's address in its place, such as {_EXAMPLE}."
        )
    if re.search(r"[\s\x00-\x1f\x7f-\x9f\\]", text):
        raise OrgAddressError(
            f"The org URL holds a space, a backslash or a control character; write it like {_EXAMPLE}."
        )


def _parts(text: str) -> tuple[str, str, int | None, str]:
    """Take apart into scheme (or ""), host, port and path, in the case they were written in."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "", text
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.netloc.rpartition("@")[2], parts.port
    except ValueError:
        raise OrgAddressError(f"The org URL has an impossible host or port; write it like {_EXAMPLE}.") from None
    # urlsplit lowers the case of `hostname`; what was written is needed to tell that it was mended.
    host = host[1 : host.index("]")] if host.startswith("[") else host.partition(":")[0]
    shown = f"https://{host.lower()}" if _is_host(host.lower()) else _EXAMPLE
    if "@" in parts.netloc:
        raise OrgAddressError(
            f"The org URL holds a user name or password; write only {shown} and give the token by itself."
        )
    if "?" in rest or "#" in rest:
        raise OrgAddressError(f"The org URL holds a query or a fragment ('?' or '#'); write only {shown}.")
    if not host:
        raise OrgAddressError(f"The org URL has no host; write it like {_EXAMPLE}.")
    return scheme, host, port, parts.path


def _secure(scheme: str, host: str, notices: list[str], *, local: bool) -> str:
    if not scheme:
        # What runs on this machine is a sandbox, which speaks no TLS.
        scheme = "http" if local else "https"
        notices.append(f"The org URL had no scheme; {scheme}:// was put before it.")
    if scheme not in _USUAL_PORTS:
        raise OrgAddressError(f"The org URL's scheme is neither https nor http; write https://{host}.")
    if scheme == "http" and not local:
        raise OrgAddressError(
            f"The org URL begins with http://, which would send the API token in clear; write https://{host}."
        )
    return scheme


def _refuse_what_is_no_org(host: str) -> None:
    if not host.isascii():
        raise OrgAddressError("The org URL's host is not plain ASCII; write its xn-- form.")
    if not _is_host(host):
        if _LABEL.fullmatch(host) and len(host) < 30:
            raise OrgAddressError(f"The org URL is no full host name; did you mean https://{host}.okta.com?")
        raise OrgAddressError(f"The org URL's host is not a host name; write it like {_EXAMPLE}.")
    first, _, domain = host.partition(".")
    if first in _PLACEHOLDER_LABELS:
        raise OrgAddressError(
            f"The org URL is a placeholder; write your own org's address in its place, such as {_EXAMPLE}."
        )
    if host in _OKTA_DOMAINS or (domain in _OKTA_DOMAINS and first in _NOT_ORGS):
        raise OrgAddressError(f"{host} is Okta's own site, not an org; write your org's address, like {_EXAMPLE}.")


def _without_admin(host: str, notices: list[str]) -> str:
    org, _, domain = host.partition(".")
    if domain not in _OKTA_DOMAINS or not org.endswith("-admin"):
        return host
    mended = f"{org.removesuffix('-admin')}.{domain}"
    notices.append(f"{host} is the Admin Console; its org {mended} is used.")
    return mended


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and len(host) <= 253 and all(map(_LABEL.fullmatch, labels))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
