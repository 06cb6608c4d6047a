"""Which org, and in whose name."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from okta_mcp.settings.section import Section

Dpop = Literal["auto", "on", "off"]

_PLACEHOLDER = re.compile(r"[<>{}$]|^\.+$|^(x{3,}|your|my[-_]|change[-_ ]?me|replace|insert|paste)", re.IGNORECASE)


class OrgOptions(Section):
    """The org and the credential."""

    org_url: str | None = Field(
        None,
        validation_alias="OKTA_ORG_URL",
        description="Address of the Okta org.",
        examples=["https://example.okta.com"],
    )
    api_token: SecretStr | None = Field(
        None,
        validation_alias="OKTA_API_TOKEN",
        description="API token of the org, from the Admin Console under Security, API, Tokens.",
        examples=["00aBcD…"],
    )

    client_id: str | None = Field(
        None,
        validation_alias="OKTA_CLIENT_ID",
        description="Client id of an app, in place of an API token: with a private key a service app, without one an "
        "app to sign in to with `okta-mcp login`.",
        examples=["0oa1example2CLIENT3d7"],
    )
    private_key: SecretStr | None = Field(
        None,
        validation_alias="OKTA_PRIVATE_KEY",
        description="Private key of the service app, as PEM or JWK.",
        examples=['{"kty":"EC",…}'],
    )
    private_key_file: Path | None = Field(
        None,
        validation_alias="OKTA_PRIVATE_KEY_FILE",
        description="File with the private key of the service app, as PEM or JWK.",
        examples=["/run/secrets/okta-key.pem"],
    )
    key_id: str | None = Field(
        None,
        validation_alias="OKTA_KEY_ID",
        description="The id (KID) Okta shows beside the public key. Needed when the app has several keys and the "
        "private key is PEM.",
        examples=["b9Xexample2KEY"],
    )
    scopes: tuple[str, ...] = Field(
        (),
        validation_alias="OKTA_SCOPES",
        description="OAuth scopes to ask for. Those the offered tools need, if empty.",
        examples=["okta.users.read,okta.groups.read"],
    )
    dpop: Dpop = Field(
        "auto",
        validation_alias="OKTA_DPOP",
        description="Whether access tokens are bound to a key of this process (DPoP): auto (where the app demands it), "
        "on or off.",
        examples=["auto"],
    )

    @field_validator("org_url")
    @classmethod
    def _org_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        value = _unquoted(value)
        if not value:
            raise ValueError("it is empty")
        if re.search(r"[<>{}$]", value):
            raise ValueError("it is a placeholder")
        if re.search(r"[\s\x00-\x1f\x7f]", value):
            raise ValueError("it holds spaces or control characters")
        return value

    @field_validator("api_token")
    @classmethod
    def _api_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        token = _unquoted(re.sub(r"^SSWS(\s+|$)", "", _unquoted(value.get_secret_value()), flags=re.IGNORECASE))
        if not token:
            raise ValueError("it is empty")
        if _PLACEHOLDER.search(token):
            raise ValueError("it is a placeholder, not a token")
        if not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("it holds spaces or characters that no token has")
        return SecretStr(token)

    @field_validator("client_id", "key_id")
    @classmethod
    def _id(cls, value: str | None) -> str | None:
        if value is None:
            return None
        value = _unquoted(value)
        if _PLACEHOLDER.search(value):
            raise ValueError("it is a placeholder")
        if not re.fullmatch(r"[A-Za-z0-9_.:~=+/-]{1,200}", value):
            raise ValueError("it holds spaces or characters that no id has")
        return value

    @field_validator("scopes", mode="before")
    @classmethod
    def _scopes(cls, value: object) -> object:
        # Written with commas as our other lists are, or with spaces as OAuth does.
        return tuple(re.split(r"[\s,]+", value.strip(" \t\r\n,"))) if isinstance(value, str) else value

    @field_validator("scopes")
    @classmethod
    def _real_scopes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for scope in value:
            if not re.fullmatch(r"okta(\.[A-Za-z]+){2,3}|openid|profile|email|offline_access", scope):
                raise ValueError(f"{scope!r} is no scope of Okta's")
        return value

    @field_validator("dpop", mode="before")
    @classmethod
    def _dpop(cls, value: object) -> object:
        text = value.strip().lower() if isinstance(value, str) else value
        switches = {"true": "on", "yes": "on", "1": "on", "false": "off", "no": "off", "0": "off"}
        return switches.get(text, text) if isinstance(text, str) else text


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text
