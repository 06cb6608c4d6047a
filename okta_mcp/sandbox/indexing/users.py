"""All users by id, and the indexes that every change of a user keeps in step."""

import bisect
import unicodedata
from collections.abc import ItemsView, Iterable, Iterator, MutableMapping, Sequence, ValuesView
from typing import Any

from okta_mcp.sandbox.indexing.values import ValueIndex
from okta_mcp.sandbox.records import Status, User

__all__ = ["Users"]

_STATUS = {status: status.value.casefold() for status in Status}
# The searched attributes that have an index, and the two ways to name a user in a path.
INDEXED = (
    "profile.login",
    "profile.email",
    "profile.firstName",
    "profile.lastName",
    "profile.displayName",
    "profile.employeeNumber",
    "profile.department",
    "status",
)
_NAMES = ("login", "shortname")
_PROFILE = tuple(path.removeprefix("profile.") for path in INDEXED[:-1])


class Users(MutableMapping[str, User]):
    """The users of an org by id, in order of ids when iterated by `in_order`.

    A user tells of each attribute that is set (`User.watcher`), and is indexed anew before the next question. The
    `profile` of a user is therefore replaced as a whole, never edited in place. Indexes are no part of a pickle.
    """

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._order: list[str] = []
        self._stale: set[str] = set()
        self._keys: dict[str, tuple[str | None, ...]] = {}
        self._indexes: dict[str, ValueIndex] = {name: ValueIndex() for name in (*_NAMES, *INDEXED)}
        self._nowhere: tuple[str | None, ...] = (None,) * len(self._indexes)
        self._ids: ValueIndex | None = None
        self.kept: dict[Any, Any] = {}
        """Answers worth keeping for the next page; emptied when a user changes."""

    # The mapping

    def __getitem__(self, user_id: str) -> User:
        return self._users[user_id]

    def __setitem__(self, user_id: str, user: User) -> None:
        if user_id in self._users:
            del self[user_id]
        self._users[user_id] = user
        if not self._order or self._order[-1] < user_id:
            self._order.append(user_id)
        else:
            bisect.insort(self._order, user_id)
        if self._ids is not None:
            self._ids.add(user_id.casefold(), user_id)
        user.watcher = self
        self.changed(user)

    def __delitem__(self, user_id: str) -> None:
        user = self._users.pop(user_id)
        user.watcher = None
        del self._order[bisect.bisect_left(self._order, user_id)]
        if self._ids is not None:
            self._ids.remove(user_id.casefold(), user_id)
        self.changed(user)

    def __iter__(self) -> Iterator[str]:
        return iter(self._users)

    def __len__(self) -> int:
        return len(self._users)

    def __contains__(self, user_id: object) -> bool:
        return user_id in self._users

    def values(self) -> ValuesView[User]:
        """Return the users in the order they were added."""
        return self._users.values()

    def items(self) -> ItemsView[str, User]:
        """Return ids and users in the order they were added."""
        return self._users.items()

    def __reduce__(self) -> tuple[Any, ...]:
        return Users, (), None, None, iter(self._users.items())

    # What is asked

    @property
    def in_order(self) -> Sequence[str]:
        """All ids in order."""
        return self._order

    def each(self, ids: Iterable[str]) -> Iterator[User]:
        """Yield the users with these ids."""
        return map(self._users.__getitem__, ids)

    def with_login(self, login: str) -> User | None:
        """Find a user by full login; case and diacritics do not matter."""
        found = self._index("login").having(_bare(login))
        return self._users[found[0]] if found else None

    def with_shortname(self, name: str) -> Sequence[User]:
        """Find the users whose login before `@` is `name`; case and diacritics do not matter."""
        return [self._users[user_id] for user_id in self._index("shortname").having(_bare(name))]

    def with_status(self, status: Status) -> Sequence[str]:
        """Return the ids of the users in a status, in order."""
        return self._index("status").having(_STATUS[status])

    def having(self, path: str, text: str) -> Sequence[str] | None:
        """Return the ids of those whose value at `path` is `text` but for case; None where there is no index."""
        if path == "id":
            return self._folded_ids().having(text.casefold())
        return self._index(path).having(text.casefold()) if path in INDEXED else None

    def beginning(self, path: str, prefix: str, most: int) -> list[Sequence[str]] | None:
        """Return the ids of those whose value at `path` begins so but for case, a sequence for each value.

        None where there is no index, or where there are more than `most` such values.
        """
        if path == "id":
            return self._folded_ids().beginning(prefix.casefold(), most)
        return self._index(path).beginning(prefix.casefold(), most) if path in INDEXED else None

    # How the indexes keep up

    def changed(self, user: User) -> None:
        """Hear from a user that something about it has changed."""
        self._stale.add(user.id)
        if self.kept:
            self.kept.clear()

    def _index(self, name: str) -> ValueIndex:
        if self._stale:
            self._catch_up()
        return self._indexes[name]

    def _catch_up(self) -> None:
        indexes = tuple(self._indexes.values())
        # In order of ids, so that each index grows at its end.
        for user_id in sorted(self._stale):
            user = self._users.get(user_id)
            before = self._keys.get(user_id, self._nowhere)
            after = self._nowhere if user is None else _keys(user)
            if before == after:
                continue
            for index, was, now in zip(indexes, before, after, strict=True):
                if was != now:
                    if was is not None:
                        index.remove(was, user_id)
                    if now is not None:
                        index.add(now, user_id)
            if user is None:
                del self._keys[user_id]
            else:
                self._keys[user_id] = after
        self._stale.clear()

    def _folded_ids(self) -> ValueIndex:
        if self._ids is None:
            self._ids = ValueIndex()
            for user_id in self._order:
                self._ids.add(user_id.casefold(), user_id)
        return self._ids


def _keys(user: User) -> tuple[str | None, ...]:
    """Return what a user is found by, in the order of the indexes; equal texts as one object."""
    profile = user.profile
    login = _bare(user.login)
    texts = [_folded(profile.get(name)) for name in _PROFILE]
    one = {login: login}
    shared = (text if text is None else one.setdefault(text, text) for text in texts)
    return (login, login.partition("@")[0], *shared, _STATUS[user.status])


def _folded(value: object) -> str | None:
    return value.casefold() if isinstance(value, str) else None


def _bare(login: str) -> str:
    if login.isascii():
        return login.lower()
    decomposed = unicodedata.normalize("NFKD", login)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.casefold()
