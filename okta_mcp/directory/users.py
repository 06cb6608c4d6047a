"""From what a person says to the user that is meant: what is asked of Okta, and when the answer is certain."""

import re
from collections.abc import Iterable

from okta_mcp.directory.answers import Found, UserMatch
from okta_mcp.directory.beginnings import searching_users
from okta_mcp.directory.matching import Unresolved, is_id
from okta_mcp.directory.names import fold, tidy
from okta_mcp.directory.phrases import Phrase
from okta_mcp.directory.ranking import rank_users
from okta_mcp.directory.searches import exactly_user, narrowed, near_user
from okta_mcp.okta import NotFound, OktaClient, Page, UnsafePath, User
from okta_mcp.okta import users as okta_users
from okta_mcp.records import record

_NAMESAKES = 20
_WHOLE_PAGE = 200
_ADDRESS = re.compile(r"[^\s@/]+@[^\s@/]+")


@record
class Sought:
    """A search for one user.

    Args:
        okta: the org's client.
        said: the words, as they came.
        deactivated_last: offer whoever is deactivated last.
        written: users as we wrote them a moment ago; Okta's search index may not know of it yet.
        wholly: whether a part of a name, or one without its accents, is only offered: for what must not be guessed.
    """

    okta: OktaClient
    said: str
    deactivated_last: bool = False
    written: Iterable[User] = ()
    wholly: bool = False

    @property
    def phrase(self) -> Phrase:
        """The words, taken apart."""
        return Phrase.read(self.said)

    async def by_key(self) -> User | None:
        """Return the user of this id or login, in one request; None when the words are neither.

        Raises:
            Unresolved: they have the form of an id that nobody has, or go with another name than the login.
        """
        said = tidy(self.said)
        if is_id("user", said):
            user = await self._get(said)
            if user is None or user.id != said:
                raise Unresolved("user", self.said, (), 0)
            return user
        phrase = self.phrase
        address = phrase.address or said
        if not _ADDRESS.fullmatch(address):
            return None
        user = await self._get(address)
        if user is None or fold(user.login) != fold(address):
            # Not a login; it may still be an email. Okta also takes a login without its accents, which is a guess.
            return None
        return self._agreed(user)

    async def by_name(self) -> User:
        """Return the one user who is called so, as Okta's search index has them.

        Certain are: the only one in the org whom the words name exactly; and of several of a name, the only one
        who has to do with the words besides the name at all, if these are the department or are in the title. Unless
        `wholly`, so is the only one who has a first or last name of its own, or whom the words name but for accents.
        Where there may be more than one page, nobody is certain. A deactivated namesake is a namesake.

        Raises:
            Unresolved: in every other case, with whoever may be meant.
        """
        phrase = Phrase(self.phrase.address, self.phrase.address) if self.phrase.address else self.phrase
        page = await self._search(exactly_user(phrase), limit=_WHOLE_PAGE if phrase.has_context else _NAMESAKES)
        users, more = self._with_written(page.items), page.next is not None
        whole = [user for user in users if phrase.names(user)]
        called = [user for user in users if phrase.has_context and phrase.names_but_for_context(user)]
        # Whoever is called "Ada in Sales" must not stand in for the Ada who is in Sales.
        meant = _once(*whole, *(user for user in called if phrase.hints_at(user) or phrase.points_at(user)))
        if len(meant) == 1 and not more and (whole or phrase.points_at(meant[0])):
            return self._enough(self._agreed(meant[0]))
        if more and phrase.has_context:
            narrower = await self._search(narrowed(phrase), limit=_NAMESAKES)
            meant = _once(*whole, *filter(phrase.names_but_for_context, narrower.items))
        elif not whole and not called:
            near = await self._search(near_user(phrase), limit=_WHOLE_PAGE)
            # A name that holds what nobody sees is found by its parts alone, for it is shown and said without.
            whole = [user for user in near.items if phrase.names(user)]
            if not whole and not self.wholly:
                whole = [user for user in near.items if phrase.names_plainly(user)]
            if len(whole) == 1 and near.next is None:
                return self._enough(self._agreed(whole[0]))
            raise Unresolved("user", self.said, self._ranked(near.items)[:_NAMESAKES], 0)
        ranked = self._ranked(meant or called)
        matches = len(meant) if more or len(meant) > 1 else 0
        raise Unresolved("user", self.said, ranked[:_NAMESAKES], matches, more=more or len(ranked) > _NAMESAKES)

    def still_names(self, user: User) -> bool:
        """Tell whether the words, an id or a name, still are this user's, and are enough."""
        phrase = self.phrase
        said = fold(phrase.address or phrase.said)
        if said in {fold(user.id), fold(user.login), fold(user.email or "")}:
            return True
        if phrase.names_but_for_context(user) and phrase.points_at(user):
            return True
        if self.wholly:
            return phrase.names(user) is not None and not phrase.names_in_part(user)
        return phrase.names(user) is not None or phrase.names_plainly(user)

    def offered(self, user: User) -> list[UserMatch]:
        """Return the line of a user who was found, however little the words have to do with them."""
        return rank_users([user], self.phrase, strict=False)

    def _agreed(self, user: User) -> User:
        """Return the user of an address, unless the name beside the address is another's."""
        phrase = self.phrase
        if phrase.address and phrase.name != phrase.address and Phrase.read(phrase.name).names(user) is None:
            raise Unresolved("user", self.said, self.offered(user), 0)
        return user

    def _enough(self, user: User) -> User:
        """Return a user whom the words name, unless they are a part of the name where the whole is wanted."""
        if self.wholly and self.phrase.names_in_part(user):
            raise Unresolved("user", self.said, self.offered(user), 0)
        return user

    async def _get(self, key: str) -> User | None:
        try:
            return await okta_users.get_user(self.okta, key)
        except (NotFound, UnsafePath):
            return None

    async def _search(self, expression: str, *, limit: int) -> Page[User]:
        return await okta_users.list_users(self.okta, search=expression, limit=limit)

    def _with_written(self, users: Iterable[User]) -> list[User]:
        ours = {user.id: user for user in self.written}
        return [ours.pop(user.id, user) for user in users] + list(ours.values())

    def _ranked(self, users: Iterable[User]) -> list[UserMatch]:
        return rank_users(list(users), self.phrase, deactivated_last=self.deactivated_last)


def _once(*users: User) -> list[User]:
    return list({user.id: user for user in users}.values())


async def find_users(okta: OktaClient, query: str, *, limit: int) -> Found[UserMatch]:
    """Return whom the words may mean, best first, in at most two Okta requests."""
    sought = Sought(okta, query)
    if not query.replace(",", " ").strip():
        return Found([], complete=True)
    phrase = sought.phrase
    try:
        known = await sought.by_key()
    except Unresolved as error:
        return Found([row for row in error.candidates if isinstance(row, UserMatch)], complete=True)
    if known is not None:
        return Found(rank_users([known], phrase, strict=False), complete=True)
    exact = exactly_user(phrase)
    page = await okta_users.list_users(okta, search=f"{exact} or {near_user(phrase)}", limit=_WHOLE_PAGE)
    users = {user.id: user for user in page.items}
    if page.next is not None:
        # Whoever is called exactly so may stand on a later page.
        first = await okta_users.list_users(okta, search=exact, limit=_WHOLE_PAGE)
        users |= {user.id: user for user in first.items}
    ranked = rank_users(list(users.values()), phrase)
    return Found(ranked[:limit], complete=page.next is None and len(ranked) <= limit)


async def list_users_page(okta: OktaClient, typed: str, *, limit: int, after: str | None = None) -> Page[User]:
    """Return a page of the users whose name, login or email begins with what was typed.

    With nothing typed, of everyone who is not deactivated. Costs one Okta request.
    """
    words = typed.replace(",", " ").strip()
    return await okta_users.list_users(okta, search=searching_users(words) if words else None, limit=limit, after=after)
