"""The directory of one org: names in, objects out, remembered for a moment."""

import copy
import math
import time
from collections.abc import Callable, Sequence

from okta_mcp.directory.answers import Completed, Found, GroupMatch, UserMatch
from okta_mcp.directory.attributes import Attributes
from okta_mcp.directory.completing import PAGE, Answer, Completer, Look, Offer
from okta_mcp.directory.groups import find_groups, list_groups_page, resolve_group, resolve_groups
from okta_mcp.directory.managers import Kept, Managers
from okta_mcp.directory.many import users_by_key, users_called
from okta_mcp.directory.matching import Unresolved
from okta_mcp.directory.memory import Memory
from okta_mcp.directory.names import fold, tidy
from okta_mcp.directory.schemas import LATELY, Schemas
from okta_mcp.directory.users import Sought, find_users, list_users_page
from okta_mcp.guard import as_written
from okta_mcp.okta import Group, NotFound, OktaClient, User
from okta_mcp.okta import users as okta_users

MOST = 100
"""Longest list of completions. MCP, Completion."""

SECONDS = 60.0
"""How long something found is remembered."""

_NAMES = 1_000
_ANSWERS = 64
_WRITTEN = 50
_INDEX_LAG = 10.0
"""How long what we wrote may be missing from Okta's search index; usually it is less than one second."""


class Directory:
    """Finds the people and groups that words name.

    An id or a login costs one Okta request, a name two, an email that is no login three; words that name nobody
    cost the request that brings the nearest. What was found is remembered for a minute: said again it costs
    nothing, or the one request that reads the user as they are now. One directory serves one set of credentials.

    Args:
        okta: the org's client.
        clock: seconds, from wherever.
    """

    def __init__(self, okta: OktaClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._okta = okta
        self._clock = clock
        self._begun = math.inf
        self._users: Memory[str, User | Unresolved] = Memory(entries=_NAMES, seconds=SECONDS, clock=clock)
        self._groups: Memory[str, Group] = Memory(entries=_NAMES, seconds=SECONDS, clock=clock)
        self._written: Memory[str, User] = Memory(entries=_WRITTEN, seconds=_INDEX_LAG, clock=clock)
        self._schemas = Schemas(clock)
        self._managers = Managers(clock)
        self._people = Completer(Memory(entries=_ANSWERS, seconds=SECONDS, clock=clock))
        self._names = Completer(Memory(entries=_ANSWERS, seconds=SECONDS, clock=clock))

    def observed(self, okta: OktaClient) -> "Directory":
        """Return a view on the same memory that asks through another view of the same client.

        Raises:
            ValueError: the client is one of other credentials, whose bearer may not know what these know.
        """
        if not okta.shares_credentials_with(self._okta):
            raise ValueError("a directory serves one set of credentials")
        view = copy.copy(self)
        view._okta, view._begun = okta, self._clock()  # noqa: SLF001 - its own class
        return view

    async def user(
        self, said: str, *, include_deactivated: bool = True, fresh: bool = True, wholly: bool = False
    ) -> User:
        """Return the one user that `said` names.

        Args:
            said: an id, login, email, name in either order, display name, first or last name, short login or
                employee number; also with what tells namesakes apart, as "Ada in Sales".
            include_deactivated: False offers whoever is deactivated last. They are namesakes all the same: whoever
                asks for a leaver may not know that the leaver is gone.
            fresh: read the user as they are now. False takes a user remembered or found in the search index, whose
                status may be out of date: for reading what does not depend on it.
            wholly: take no part of a name, and none without its accents, although one user alone has it: for a
                write. They are offered.

        Raises:
            Unresolved: when no user or several are named; it carries the candidates.
            OktaError: when Okta cannot be asked.
        """
        said = as_written(said)
        words = fold(said)
        if not words.replace(",", "").strip():
            raise Unresolved("user", said, (), 0)
        sought = Sought(
            self._okta,
            said,
            deactivated_last=not include_deactivated,
            written=tuple(self._written.values()),
            wholly=wholly,
        )
        remembered = self._users.get(_key(said))
        if isinstance(remembered, Unresolved):
            raise remembered.again(said)
        if remembered is not None and sought.still_names(remembered):
            if not fresh:
                return remembered
            user = await self._reread(remembered, sought)
            if user is not None:
                return self._remember(said, user)
        user = await sought.by_key()
        if user is None:
            user = await self._named(sought, fresh=fresh)
        return self._remember(said, user)

    async def group(self, said: str, *, editable_first: bool = False, fresh: bool = True) -> Group:
        """Return the one group that `said` names.

        Args:
            said: an id or the whole name, in any case.
            editable_first: of several of this name, offer those first whose members can be changed.
            fresh: ask Okta even if the group is remembered.

        Raises:
            Unresolved: when no group or several are named; it carries the candidates.
            OktaError: when Okta cannot be asked.
        """
        said = as_written(said)
        remembered = None if fresh else self._groups.get(_key(said))
        group = remembered or await resolve_group(self._okta, said, editable_first=editable_first)
        if remembered is None:
            self._remember_group(said, group)
        return group

    async def groups(self, said: Sequence[str], *, editable_first: bool = True) -> list[Group]:
        """Return the groups that the words name, in their order, each once, in one Okta request.

        Raises:
            Unresolved: for the first that does not name exactly one group.
            OktaError: when Okta cannot be asked.
        """
        said = [as_written(one) for one in said]
        found = await resolve_groups(self._okta, said, editable_first=editable_first)
        for words, group in zip(said, found, strict=True):
            self._remember_group(words, group)
        return list({group.id: group for group in found}.values())

    async def users_by_key(self, said: Sequence[str]) -> dict[str, User]:
        """Return the users of ids and logins, up to a second old, fifty in an Okta request.

        Args:
            said: ids and logins. Words that are neither, and whoever is not found, are left out of the answer.

        Raises:
            OktaError: when Okta cannot be asked.
        """
        return await users_by_key(self._okta, said)

    async def users_called(self, said: Sequence[str]) -> dict[str, User]:
        """Return the users of names that are certain, up to a second old, some eight in an Okta request.

        Args:
            said: names. Those that fit nobody or several, and words besides a name, are left out of the answer.

        Raises:
            OktaError: when Okta cannot be asked.
        """
        by_words = {as_written(words): words for words in said}
        found = await users_called(self._okta, list(by_words), written=tuple(self._written.values()))
        return {by_words[words]: user for words, user in found.items()}

    async def attributes(
        self, *, schema_id: str | None = None, type_id: str | None = None, anew: bool = False
    ) -> Attributes | None:
        """Return the profile attributes of a user type; None when it has no schema.

        They are remembered for five minutes, and so is that these credentials do not reach them.

        Args:
            schema_id: of the type's schema, which saves a request.
            type_id: of the type; the default one when neither is given.
            anew: read them again unless that was done just now, or since this view was made.

        Raises:
            Forbidden: the credentials do not reach the schema.
            NotFound: there is no such schema.
            OktaError: when Okta cannot be asked.
        """
        since = min(self._begun, self._clock() - LATELY) if anew else -math.inf
        return await self._schemas.attributes(self._okta, schema_id, type_id, since=since)

    async def managers_kept(self) -> Kept:
        """Return what the org keeps of a manager in a profile, by a sample of profiles, remembered for ten minutes.

        Raises:
            OktaError: when Okta cannot be asked.
        """
        return await self._managers.kept(self._okta)

    async def find_users(self, query: str, *, limit: int) -> Found[UserMatch]:
        """Return whom the words may mean, best first, in at most two Okta requests (three for an email)."""
        return await find_users(self._okta, as_written(query), limit=limit)

    async def find_groups(self, query: str, *, limit: int) -> Found[GroupMatch]:
        """Return the groups that the words may mean, best first, in at most two Okta requests."""
        return await find_groups(self._okta, as_written(query), limit=limit)

    async def complete_users(self, typed: str, *, limit: int = MOST) -> Completed:
        """Return the logins to offer for what was typed of a name, login or email.

        Raises:
            OktaError: when Okta cannot be asked.
        """
        words = tidy(typed.replace(",", " "))

        async def look() -> Answer:
            page = await list_users_page(self._okta, words, limit=PAGE)
            return Answer(tuple(map(Offer.of_user, page.items)), page.next is None)

        return await _complete(self._people, words, look, limit)

    async def complete_groups(self, typed: str, *, limit: int = MOST) -> Completed:
        """Return the names of groups to offer for what was typed.

        Raises:
            OktaError: when Okta cannot be asked.
        """
        words = tidy(typed)

        async def look() -> Answer:
            page = await list_groups_page(self._okta, words, limit=PAGE)
            return Answer(tuple(map(Offer.of_group, page.items)), page.next is None)

        return await _complete(self._names, words, look, limit)

    def forget_user(self, user_id: str, now: User | None = None) -> None:
        """Forget what a write of ours may have made untrue: of users all, for a name is one's own or not by the others.

        Args:
            user_id: who was written.
            now: the user as written, when the name may have changed: until Okta's search index has caught up,
                the user is found here.
        """
        self._users.clear()
        self._people.forget()
        if now is not None:
            self._written.put(user_id, now)

    def forget(self) -> None:
        """Forget whatever may no longer be so when another server has written."""
        self.forget_user("")
        self.forget_group("")

    def forget_group(self, group_id: str) -> None:  # noqa: ARG002 - which of them matters to the caller
        """Forget what a write of ours may have made untrue of groups."""
        self._groups.clear()
        self._names.forget()

    async def _named(self, sought: Sought, *, fresh: bool) -> User:
        try:
            user = await sought.by_name()
        except Unresolved as error:
            if error.matches > 1:
                self._users.put(_key(sought.said), error)
            raise
        if not fresh:
            return user
        # The search index trails the directory; what a write depends on is read from the user itself.
        now = await self._read(user)
        if now is None or not sought.still_names(now):
            # Who was renamed since the index knew of it is shown under the new name, and not chosen.
            raise Unresolved("user", sought.said, sought.offered(now) if now is not None else (), 0)
        return now

    async def _reread(self, user: User, sought: Sought) -> User | None:
        """Read a user as they are now; None when there is none any more or the words do not name them any more."""
        now = await self._read(user)
        return now if now is not None and sought.still_names(now) else None

    async def _read(self, user: User) -> User | None:
        try:
            return await okta_users.get_user(self._okta, user.id)
        except NotFound:
            return None

    def _remember(self, said: str, user: User) -> User:
        for words in (said, user.id, user.login):
            self._users.put(_key(words), user)
        return user

    def _remember_group(self, said: str, group: Group) -> None:
        for words in (said, group.id):
            self._groups.put(_key(words), group)


async def _complete(completer: Completer, words: str, look: Look, limit: int) -> Completed:
    typed = fold(words)
    answer = await completer.answer(typed, look)
    values = answer.values(typed)
    more = not answer.complete or len(values) > limit
    return Completed(values[:limit], len(values) if answer.complete else None, more)


def _key(said: str) -> str:
    """Return what two ways to say the same share; an id is told from a name by its letters' case alone."""
    words = said.strip()
    return words if words.startswith(("00u", "00g")) else fold(words)
