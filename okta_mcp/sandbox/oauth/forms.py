"""What is sent to OAuth endpoints: form parameters, each at most once. Source: RFC 6749 section 3.2."""

from urllib.parse import parse_qsl

from okta_mcp.sandbox.call import Call
from okta_mcp.sandbox.oauth.errors import invalid_request

__all__ = ["form_of", "required"]

_FORM = "application/x-www-form-urlencoded"


def form_of(call: Call) -> dict[str, str]:
    """Read the form of a request; a parameter without value counts as left out.

    Raises:
        OAuthError: 400 `invalid_request` for another content type, or a parameter that is sent twice.
    """
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise invalid_request(f"The content type of the request must be {_FORM}.")
    try:
        pairs = parse_qsl(call.content.decode("utf-8"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise invalid_request("The form of the request is not readable.") from None
    form: dict[str, str] = {}
    for name, value in pairs:
        if name in form:
            raise invalid_request("A parameter of the request is sent more than once.")
        form[name] = value
    return {name: value for name, value in form.items() if value}


def required(form: dict[str, str], name: str) -> str:
    """Return a parameter that has to be there.

    Raises:
        OAuthError: 400 `invalid_request`.
    """
    if name not in form:
        raise invalid_request(f"The '{name}' parameter is missing.")
    return form[name]
