"""An option as a reader of the docs or of `--help` sees it."""

from pydantic.fields import FieldInfo

from okta_mcp.records import record
from okta_mcp.settings.model import SECTIONS


@record
class Option:
    """One option as a reader of the docs or of `--help` sees it.

    Attributes:
        field: name in `Settings`.
        env: environment variable.
        flag: command-line flag; None for a secret, which every user of the machine could read there.
        description: what it does.
        default: value when nothing is given, as it would be written; "" for nothing.
        example: a value that is right.
        secret: whether its value must not be shown.
        switch: whether it is on or off.
    """

    field: str
    env: str
    flag: str | None
    description: str
    default: str
    example: str
    secret: bool
    switch: bool


def _option(name: str, info: FieldInfo) -> Option:
    secret = "SecretStr" in str(info.annotation)
    return Option(
        field=name,
        env=str(info.validation_alias),
        flag=None if secret else f"--{name.replace('_', '-')}",
        description=info.description or "",
        default=_written(info.default),
        example=(info.examples or [""])[0],
        secret=secret,
        switch=info.annotation is bool,
    )


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


OPTIONS: tuple[Option, ...] = tuple(
    _option(name, info) for section in SECTIONS for name, info in section.model_fields.items()
)
"""Every option, in the order of the docs."""
