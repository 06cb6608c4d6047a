"""Several processes that serve as one."""

from pydantic import BaseModel, Field, SecretStr, field_validator


class ReplicaOptions(BaseModel):
    """What the processes share."""

    redis_url: SecretStr | None = Field(
        None,
        validation_alias="OKTA_MCP_REDIS_URL",
        description=(
            "Redis that several servers of one org share: news of changed resources, and Okta's rate limit. "
            "Without it each server is on its own. Needs the extra `redis`."
        ),
        examples=["redis://:password@redis.example.com:6379/0"],
    )

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it does not begin with redis://, rediss:// or unix://")
        return value
