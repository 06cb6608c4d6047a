"""Where clients keep their files, by operating system."""

import os
import sys
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from okta_mcp.records import record


@record
class Machine:
    """The machine and the person whose client it is.

    Attributes:
        system: `sys.platform`: linux, darwin, win32.
        home: the person's home.
        here: the working directory.
        environ: the environment.
    """

    system: str = sys.platform
    home: Path = field(default_factory=Path.home)
    here: Path = field(default_factory=Path.cwd)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def config(self) -> Path:
        """The folder of a desktop program's settings: XDG's, Application Support, or roaming AppData."""
        if self.system == "darwin":
            return self.home / "Library/Application Support"
        if self.system == "win32":
            return Path(self.environ.get("APPDATA") or self.home / "AppData/Roaming")
        return self.xdg

    @property
    def xdg(self) -> Path:
        """XDG's folder of settings, which some programs use on macOS too."""
        return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")
