"""Names of a package that are loaded when somebody asks for them.

A start pays for what it uses: most servers have an API token, and need neither keys nor tokens nor what checks a trail.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["deferred"]


def deferred(package: str, names: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package that loads its modules when one of their names is asked for.

    Source: PEP 562.

    Args:
        package: its name.
        names: what each module offers, by the module's name within the package. For type checkers the package imports
            the same under `TYPE_CHECKING`.
    """
    module_of = {name: module for module, offered in names.items() for name in offered}

    def load(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{module_of[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
