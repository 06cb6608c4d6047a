"""What to offer while a name is typed: few questions to Okta for many keystrokes."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import anyio

from okta_mcp.directory.memory import Memory
from okta_mcp.directory.names import fold
from okta_mcp.directory.ranking import DEACTIVATED
from okta_mcp.guard import neutral
from okta_mcp.okta import Group, OktaError, User
from okta_mcp.records import record

PAGE = 200
"""How many are asked for at once: the more, the sooner an answer is complete and needs no further question."""

_AT_ONCE = 2
_MOST_WAITING = 16


@record
class Offer:
    """One value to offer.

    Args:
        value: what a person recognises, and what will be resolved when it is chosen.
        first: the folded first name; of a group, the name.
        last: the folded last name.
        others: the other folded texts that may begin with what is typed, the login among them.
        gone: whether the user is deactivated.
    """

    value: str
    first: str
    last: str = ""
    others: tuple[str, ...] = ()
    gone: bool = False

    @classmethod
    def of_user(cls, user: User) -> "Offer":
        """Return the offer of a user: the login."""
        first, last, *others = (
            fold(str(text or ""))
            for text in (
                user.profile.get("firstName"),
                user.profile.get("lastName"),
                user.login,
                user.profile.get("email"),
                user.profile.get("displayName"),
            )
        )
        return cls(user.login, first, last, tuple(others), user.status == DEACTIVATED)

    @classmethod
    def of_group(cls, group: Group) -> "Offer":
        """Return the offer of a group: the name."""
        return cls(group.name, fold(group.name))

    def begins(self, typed: str) -> bool:
        """Tell whether this begins with what was typed, by the rule of `beginnings.searching_users`."""
        if any(text.startswith(typed) for text in (self.first, self.last, *self.others)):
            return True
        words = typed.split()
        if self.others and len(words) > 1 and self.others[0].startswith(".".join(words)):
            return True
        cuts = ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words)))
        return any(
            (self.first.startswith(one) and self.last.startswith(other))
            or (self.last.startswith(one) and self.first.startswith(other))
            for one, other in cuts
        )

    def place(self, typed: str) -> tuple[object, ...]:
        """Return the place among the other offers: the smaller, the earlier."""
        value = fold(self.value)
        exact = typed in {value, value.split("@")[0], self.first, self.last, f"{self.first} {self.last}"}
        login = self.others[0] if self.others else self.first
        return (self.gone, not exact, not (self.first.startswith(typed) or login.startswith(typed)), value)


@record
class Answer:
    """What begins with something.

    Args:
        offers: found so far.
        complete: whether that is all.
    """

    offers: tuple[Offer, ...]
    complete: bool

    def beginning(self, typed: str) -> "Answer":
        """Return the part that begins with more letters."""
        return Answer(tuple(offer for offer in self.offers if offer.begins(typed)), self.complete)

    def values(self, typed: str) -> list[str]:
        """Return the values, best first, each once.

        What could not be shown as it is, is not offered: a cleaned value might name another object.
        """
        ranked = sorted(self.offers, key=lambda offer: offer.place(typed))
        return list(
            dict.fromkeys(offer.value for offer in ranked if offer.value and neutral(offer.value) == offer.value)
        )


Look = Callable[[], Awaitable[Answer]]


@dataclass(eq=False, slots=True)
class _Lookup:
    """A question to Okta that is under way."""

    done: anyio.Event = field(default_factory=anyio.Event)
    failure: OktaError | None = None


@dataclass(eq=False, slots=True)
class _Keystroke:
    """Somebody who waits for an answer."""

    typed: str
    stale: bool = False


class Completer:
    """Answers keystrokes from what is known already, and asks Okta only for what is not.

    A complete answer covers everything that begins with more letters. A keystroke waits for a lookup under way that
    covers it. At most two lookups are under way; of those who wait, whoever typed on (or took letters back) since
    is answered at once with what is known, without a question of its own. A caller that is cancelled takes its own
    lookup along, and somebody who waited for it asks instead.

    Args:
        memory: where answers are kept, by what was typed.
    """

    def __init__(self, memory: Memory[str, Answer]) -> None:
        self._memory = memory
        self._running: dict[str, _Lookup] = {}
        self._waiting: list[_Keystroke] = []
        self._epoch = 0

    def forget(self) -> None:
        """Forget every answer, and do not keep those that are under way."""
        self._epoch += 1
        self._memory.clear()

    async def answer(self, typed: str, look: Look) -> Answer:
        """Return what begins with what was typed.

        Args:
            typed: folded.
            look: asks Okta for all that begins so.

        Raises:
            OktaError: Okta cannot be asked.
        """
        me = _Keystroke(typed)
        try:
            while True:
                if (known := self._known(typed)) is not None:
                    return known
                if me.stale:
                    return self._some(typed)
                lookup = next((one for key, one in self._running.items() if _covers(key, typed)), None)
                if lookup is None and len(self._running) < _AT_ONCE:
                    return await self._look(typed, look)
                self._wait(me)
                if lookup is None:
                    await next(iter(self._running.values())).done.wait()
                    continue
                await lookup.done.wait()
                if lookup.failure is not None:
                    # Asking again for the next letter would only fail again.
                    raise lookup.failure
        finally:
            if me in self._waiting:
                self._waiting.remove(me)

    async def _look(self, typed: str, look: Look) -> Answer:
        lookup = self._running[typed] = _Lookup()
        epoch = self._epoch
        try:
            found = await look()
        except OktaError as error:
            lookup.failure = error
            raise
        else:
            if epoch == self._epoch:
                self._memory.put(typed, found)
            return found
        finally:
            del self._running[typed]
            lookup.done.set()

    def _wait(self, me: _Keystroke) -> None:
        if me in self._waiting:
            return
        for other in self._waiting:
            other.stale = other.stale or _covers(other.typed, me.typed) or _covers(me.typed, other.typed)
        self._waiting.append(me)
        for other in self._waiting[:-_MOST_WAITING]:
            other.stale = True

    def _known(self, typed: str) -> Answer | None:
        exact = self._memory.get(typed)
        if exact is not None:
            return exact
        for prefix in _prefixes(typed):
            answer = self._memory.get(prefix)
            if answer is not None and answer.complete:
                return answer.beginning(typed)
        return None

    def _some(self, typed: str) -> Answer:
        """Return those that are known to begin so, out of answers that are not complete."""
        known = (self._memory.get(prefix) for prefix in _prefixes(typed))
        best = next((answer for answer in known if answer is not None), Answer((), complete=False))
        return Answer(best.beginning(typed).offers, complete=False)


def _prefixes(typed: str) -> Iterable[str]:
    """Return what was typed before, the latest first; not the empty text, which lists only who is not deactivated."""
    return (typed[:end].rstrip() for end in range(len(typed) - 1, 0, -1))


def _covers(shorter: str, longer: str) -> bool:
    return longer == shorter or (shorter != "" and longer.startswith(shorter))
