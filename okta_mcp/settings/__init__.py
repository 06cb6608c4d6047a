"""Every option of the server, declared once.

One module holds one section of options; `Settings` is all of them. The command line's flags and the table in the
docs are made from `OPTIONS`, which is made from the sections.
An option comes from, in this order: a flag, the environment, `.env` in the working directory, its default.
"""

from okta_mcp.settings.bulk import journal_file
from okta_mcp.settings.callers import TokenEntry, read_tokens
from okta_mcp.settings.errors import MissingOrgError, SettingsError
from okta_mcp.settings.loading import load_settings, require_one_credential, require_org
from okta_mcp.settings.model import Settings
from okta_mcp.settings.offer import Toolset
from okta_mcp.settings.option import OPTIONS, Option
from okta_mcp.settings.rights import EVERYTHING, NOTHING, Rights
from okta_mcp.settings.serving import LogFormat, LogLevel

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "OPTIONS",
    "LogFormat",
    "LogLevel",
    "MissingOrgError",
    "Option",
    "Rights",
    "Settings",
    "SettingsError",
    "TokenEntry",
    "Toolset",
    "journal_file",
    "load_settings",
    "read_tokens",
    "require_one_credential",
    "require_org",
]
