"""Frozen records.

A frozen dataclass compiles seven functions for itself, of which only `__init__` depends on its fields. That takes more
than half a millisecond a class, and with a hundred classes more of the start than all else that is ours. A record
compiles `__init__` alone and shares the rest.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

__all__ = ["record"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field, Field))
def record(kind: type[T]) -> type[T]:
    """Make of a class what `dataclass(frozen=True, slots=True)` makes of it.

    `dataclasses.replace`, `fields` and `asdict` take its objects. Not supported are `__post_init__`, `InitVar` and
    fields that the constructor does not take.

    Args:
        kind: the class, with annotated fields.

    Raises:
        TypeError: it needs what is not supported.
    """
    # mypy knows the outcome by `dataclass_transform`; its fields are there, its methods follow.
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(kind)
    all_fields = fields(made)
    if hasattr(made, "__post_init__") or not all(one.init for one in all_fields):
        raise TypeError(f"{kind.__name__} cannot be a record; make it a dataclass")
    made.__init__ = _constructor(kind, all_fields)
    compared = [one.name for one in all_fields if one.compare]
    made.__compared__ = staticmethod(attrgetter(*compared) if compared else _nothing)
    for name, method in _SHARED.items():
        if name not in kind.__dict__:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _constructor(kind: type, all_fields: tuple[Field[Any], ...]) -> Callable[..., None]:
    names: dict[str, Any] = {"_set": object.__setattr__, "_omitted": MISSING}
    given: dict[bool, list[str]] = {False: [], True: []}
    body = []
    for one in all_fields:
        value = one.name
        if one.default is not MISSING:
            names[f"_default_{one.name}"] = one.default
            given[bool(one.kw_only)].append(f"{one.name}=_default_{one.name}")
        elif one.default_factory is not MISSING:
            names[f"_make_{one.name}"] = one.default_factory
            given[bool(one.kw_only)].append(f"{one.name}=_omitted")
            value = f"_make_{one.name}() if {one.name} is _omitted else {one.name}"
        else:
            given[bool(one.kw_only)].append(one.name)
        body.append(f" _set(self, {one.name!r}, {value})")
    keywords = ["*", *given[True]] if given[True] else []
    source = f"def __init__({', '.join(['self', *given[False], *keywords])}):\n" + ("\n".join(body) or " pass")
    exec(source, names)  # noqa: S102 - of names of fields alone, as `dataclass` does
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


def _nothing(_self: object) -> tuple[()]:
    return ()


def _equal(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return self.__compared__(self) == self.__compared__(other)


def _hash(self: Any) -> int:
    return hash(self.__compared__(self))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _assign(_self: Any, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(_self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


_SHARED: dict[str, Callable[..., Any]] = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _assign,
    "__delattr__": _delete,
    "__getstate__": _state,
    "__setstate__": _restore,
}
