"""What a client is told: how to start the server, or where it is."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from okta_mcp.records import record

ADDRESS = {"OKTA_ORG_URL": "Address of the Okta org"}
"""What a server needs to know of the org, with what to say to a person who is asked for it."""
TOKEN = {"OKTA_API_TOKEN": "API token of the Okta org"}
"""The same for what nobody else may know."""
KEY = {"OKTA_PRIVATE_KEY": "Private key of the service app, as JWK on one line"}
"""The same for an app that takes the place of the token."""


class NoSuchEntryError(ValueError):
    """A client cannot take what was asked for; the text says what it can."""


@record
class Started:
    """A server that the client starts and speaks to over stdio.

    Attributes:
        command: full path of the program; a client's own search path is seldom the shell's.
        args: what stands behind it.
        settings: variables and their values; none of them is a secret.
        wanted: variables whose values are not known here, with what to say to a person who is asked for one.
        secrets: the same for secrets, whose values are not asked of this program.
        values: values of secrets that the user wants in the file.
        name: key of the entry.
    """

    command: str
    args: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    wanted: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    name: str = "okta"


@record
class Reached:
    """A server that runs elsewhere and is reached over streamable HTTP.

    Attributes:
        url: its address, with `/mcp`.
        bearer: variable that holds the bearer token; None where the client signs in by OAuth.
        name: key of the entry.
    """

    url: str
    bearer: str | None = None
    name: str = "okta"


@record
class Contribution:
    """What goes into a client's file.

    Attributes:
        table: keys of the object under which the file keeps its servers, from the top.
        name: key of the entry there.
        entry: the entry.
        inputs: what the client shall ask a person for, each with an `id`; kept in a list `inputs` at the top.
    """

    table: tuple[str, ...]
    name: str
    entry: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...] = ()

    def applied(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a document with the entry in it, and all else as it was."""
        result = dict(document)
        if self.inputs:
            new = {one["id"] for one in self.inputs}
            old = [one for one in result.get("inputs", []) if not (isinstance(one, dict) and one.get("id") in new)]
            result["inputs"] = [*old, *(dict(one) for one in self.inputs)]
        inner = result
        for key in self.table:
            inner[key] = dict(inner.get(key) or {})
            inner = inner[key]
        inner[self.name] = dict(self.entry)
        return result
