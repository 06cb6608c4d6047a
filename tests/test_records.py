"""A record is what a frozen dataclass is."""

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from typing import Any

import pytest

from okta_mcp.records import record


def fields_of(kind: Any) -> Any:
    """Give a class the fields whose kinds there are."""

    class Person:
        """Somebody."""

        name: str
        secret: str = field(repr=False)
        groups: list[str] = field(default_factory=list)
        seen: int = field(default=0, compare=False)
        manager: object = None

        @property
        def initial(self) -> str:
            return self.name[:1]

    return kind(Person)


RECORD, DATACLASS = fields_of(record), fields_of(dataclass(frozen=True, slots=True))


@record
class Place:
    """Where somebody is."""

    city: str


@record
class Desk(Place):
    """Where somebody sits."""

    floor: int = 1


@record
class Nowhere:
    """A record without fields."""


@pytest.mark.parametrize(
    ("given", "named"),
    [(("Ada", "k"), {}), (("Ada",), {"secret": "k", "groups": ["Sales"]}), (("Ada", "k", ["Sales"], 3, None), {})],
)
def test_it_is_made_and_shown_as_a_dataclass_is(given, named):
    ours, theirs = RECORD(*given, **named), DATACLASS(*given, **named)
    assert repr(ours) == repr(theirs)
    assert "k'" not in repr(ours)
    assert asdict(ours) == asdict(theirs)
    assert replace(ours, name="Grace") == RECORD(*("Grace", *given[1:]), **named)


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), (("Ada", "k", [], 0, None, 1), {}), (("Ada",), {"sekret": "k"})]
)
def test_it_refuses_what_a_dataclass_refuses(given, named):
    for kind in (RECORD, DATACLASS):
        with pytest.raises(TypeError):
            kind(*given, **named)


def test_a_list_is_not_shared_by_two_of_a_kind():
    one, other = RECORD("Ada", "k"), RECORD("Grace", "k")
    one.groups.append("Sales")
    assert other.groups == []


def test_it_cannot_be_changed():
    ours = RECORD("Ada", "k")
    with pytest.raises(FrozenInstanceError):
        ours.name = "Grace"
    with pytest.raises(FrozenInstanceError):
        del ours.name
    with pytest.raises(FrozenInstanceError):
        ours.unknown = 1
    assert ours.name == "Ada"
    assert not hasattr(ours, "__dict__")


@pytest.mark.parametrize("kind", [RECORD, DATACLASS])
def test_equal_ones_have_the_same_fields_but_for_those_left_out_of_it(kind):
    assert kind("Ada", "k", [], 1) == kind("Ada", "k", [], 2)
    assert kind("Ada", "k") != kind("Ada", "l")
    assert kind("Ada", "k") != ("Ada", "k", [], 0, None)


def test_equal_ones_hash_alike():
    assert {Place("Cork"), Place("Cork"), Place("Bath")} == {Place("Bath"), Place("Cork")}
    assert len({Nowhere(), Nowhere()}) == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(RECORD("Ada", "k"))


def test_one_that_inherits_has_the_fields_of_both_and_equals_only_its_own_kind():
    assert repr(Desk("Cork", 2)) == "Desk(city='Cork', floor=2)"
    assert Desk("Cork").floor == 1
    assert Desk("Cork", 1) != Place("Cork")


def test_one_that_holds_itself_can_be_shown():
    ours = RECORD("Ada", "k")
    ours.groups.append(ours)
    assert "groups=[...]" in repr(ours)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_equals_it(copied):
    assert copied(Desk("Cork", 2)) == Desk("Cork", 2)


def test_it_can_be_matched_by_place():
    match Desk("Cork", 2):
        case Desk(city, floor):
            assert (city, floor) == ("Cork", 2)


def test_what_a_record_cannot_be_is_refused_when_it_is_declared():
    class Late:
        """A class that does more when it is made."""

        name: str

        def __post_init__(self) -> None:
            """Do more."""

    class Hidden:
        """A class with a field that is not given."""

        name: str = field(init=False)

    for kind in (Late, Hidden):
        with pytest.raises(TypeError, match="make it a dataclass"):
            record(kind)
