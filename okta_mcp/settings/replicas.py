"""Several processes that serve as one."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from okta_mcp.settings.section import Section

_SHORTEST_KEY = 32
"""Bytes; AES-256 is no stronger than what its key is made of."""


class ReplicaOptions(Section):
    """What the processes share."""

    redis_url: SecretStr | None = Field(
        None,
        validation_alias="OKTA_MCP_REDIS_URL",
        description=(
            "Redis that several servers of one org share: news of changed resources, Okta's rate limit, the limits on "
            "writes, and which confirmation codes were used. "
            "Without it each server is on its own. Needs the extra `redis`."
        ),
        examples=["redis://:password@redis.example.com:6379/0"],
    )

    state_keys: SecretStr | None = Field(
        None,
        validation_alias="OKTA_MCP_STATE_KEYS",
        description=(
            "Keys that seal what a client brings back in the middle of a call, of 32 characters or more, parted by "
            "commas: the first seals, all of them open. Without it each process makes its own, and a call begun on "
            "one cannot go on at another."
        ),
        examples=["what-openssl-rand-hex-32-prints-stands-here"],
    )

    @property
    def state_key_ring(self) -> tuple[str, ...]:
        """The keys apart, the sealing one first."""
        return _ring(self.state_keys.get_secret_value()) if self.state_keys is not None else ()

    @field_validator("state_keys")
    @classmethod
    def _state_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            ring = _ring(value.get_secret_value())
            if any(len(key.encode()) < _SHORTEST_KEY for key in ring):
                raise ValueError(f"a key is shorter than {_SHORTEST_KEY} characters")
            if len(set(ring)) < len(ring):
                raise ValueError("a key is there twice")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: SecretStr | None) -> SecretStr | None:
        text = "redis://" if value is None else value.get_secret_value()
        if not text.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it does not begin with redis://, rediss:// or unix://")
        if value is not None and not _whole(text):
            raise ValueError(
                "it is no address with a host and a port that can be; / ? # [ and @ of a password go as %2F"
            )
        return value


def _whole(url: str) -> bool:
    # The errors of parsing quote what may be a part of the password, so that none may be left as a context.
    try:
        parts = urlsplit(url)
        return parts.scheme == "unix" or (bool(parts.hostname) and parts.port != 0 and not parts.fragment)
    except ValueError:
        return False


def _ring(text: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in text.split(",") if key.strip())
