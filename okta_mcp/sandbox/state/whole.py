"""The whole state as bytes, and back."""

import hashlib
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from okta_mcp.sandbox import attributes, passwords, pending, records
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.clock import MovableClock, utc_now
from okta_mcp.sandbox.oauth import records as oauth_records
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.snapshots import Snapshot

__all__ = ["Whole", "read_whole", "shape_of_state", "written_whole"]

_OURS = "okta_mcp.sandbox."
_OTHERS = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("builtins", "bytearray"),
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("collections", "deque"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
    }
)


@dataclass(frozen=True, slots=True)
class Whole:
    """All that outlasts the process.

    Args:
        org: the org but its clock.
        clock: by how much it was moved.
        snapshots: states that were kept by name.
        api_token: the administrator's.
    """

    org: Org
    clock: MovableClock
    snapshots: Mapping[str, Snapshot]
    api_token: str


def written_whole(whole: Whole) -> bytes:
    """Write the state."""
    return pickle.dumps(whole, protocol=5)


def read_whole(state: bytes) -> Whole:
    """Read what `written_whole` has written.

    Raises:
        pickle.UnpicklingError: something else is in it than the objects of a sandbox.
    """
    found = _Reader(io.BytesIO(state)).load()
    if not isinstance(found, Whole):
        raise pickle.UnpicklingError(f"a {type(found).__name__} instead of a state")
    return found


class _Reader(pickle.Unpickler):
    """Makes nothing but our own objects and plain values: a file from elsewhere must not run its own code."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if module_name.startswith(_OURS) or (module_name, global_name) in _OTHERS:
            found = super().find_class(module_name, global_name)
            if isinstance(found, type) and found.__module__ == module_name:
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of a state")


def shape_of_state() -> str:
    """Return a text that differs when the objects of a state consist of other parts."""
    kinds = [
        kind
        for module in (attributes, oauth_records, passwords, pending, records)
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind)
    ]
    named = sorted(f"{kind.__qualname__} {[part.name for part in fields(kind)]}" for kind in {*kinds, Change})
    blank = Org(utc_now, ProfileSchema(), name="", subdomain="", created=utc_now())
    parts = sorted(blank.__getstate__())
    return hashlib.sha256("\n".join([*named, *parts]).encode()).hexdigest()
