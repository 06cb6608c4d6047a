"""Which org, and in whose name."""

import re

from pydantic import BaseModel, Field, SecretStr, field_validator

_PLACEHOLDER = re.compile(r"[<>{}$]|^\.+$|^(x{3,}|your|my[-_]|change[-_ ]?me|replace|insert|paste)", re.IGNORECASE)


class OrgOptions(BaseModel):
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


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text
