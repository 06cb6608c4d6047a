"""Typing a name letter by letter: what is offered, and how many questions it costs Okta."""

from functools import partial

import anyio
import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from okta_mcp.directory import Directory
from okta_mcp.directory.beginnings import searching_users
from okta_mcp.directory.completing import Answer, Completer, Offer
from okta_mcp.directory.memory import Memory
from okta_mcp.directory.names import fold
from okta_mcp.expressions import compiled, parse
from okta_mcp.okta import OktaClient, OktaError, OktaTimeout, OrgAddress, User
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.company import generated_company

URL = "https://sandbox.okta.example"
NAMES = [
    "Ada Byrne", "Grace Okafor", "Lukas Brandt", "Ibrahim Sesay", "Sam Whitfield", "Maria Santos", "Jonas Weber",
    "Mei Tanaka", "Zoë Lefèvre", "Rafael Nunes", "Oleg Petrenko", "Hannah Cole", "Marcus Feld", "Erik Johansson",
    "Chloe Bennett", "Sofia Marchetti", "Sinéad O'Brien", "Björn Åkesson", "wei.chen", "Petrenko, Oleg",
]  # fmt: skip


async def type_out(directory, name):
    """Type a name, each letter after the answer to the one before; return what is offered at last."""
    offered = None
    for end in range(1, len(name) + 1):
        offered = await directory.complete_users(name[:end])
    return offered


async def test_twenty_names_typed_in_a_small_org_cost_one_request_for_each_first_letter(box, okta):
    directory = Directory(okta)
    for name in NAMES:
        assert len((await type_out(directory, name)).values) >= 1, name
    assert len(box.journal) == len({fold(name)[0] for name in NAMES})


async def test_twenty_names_typed_in_an_org_of_five_thousand_cost_a_few_requests_each():
    box = Sandbox(generated_company(5_000, 50, seed=3), origin=URL)
    people = list(box.org.users.values())[200::200][:20]
    transport = httpx2.ASGITransport(app=box.app)
    letters = 0
    async with OktaClient(OrgAddress.parse(URL), SecretStr(box.api_token), transport=transport) as okta:
        directory = Directory(okta)
        for user in people:
            name = f"{user.profile['firstName']} {user.profile['lastName']}"
            letters += len(name)
            assert user.login in (await type_out(directory, name)).values
    assert letters > 200
    assert len(box.journal) <= 60


async def test_a_complete_answer_is_not_asked_for_again(box, okta):
    directory = Directory(okta)
    first = await directory.complete_users("a")
    assert (first.more, first.total) == (False, len(first.values))
    for typed, offered in (("ad", 5), ("ada", 3), ("ada ", 3), ("Ada B", 1), ("ada bx", 0), ("ada", 3)):
        completed = await directory.complete_users(typed)
        assert (len(completed.values), completed.total, completed.more) == (offered, offered, False)
    assert len(box.journal) == 1


async def test_what_is_exact_comes_first_and_the_deactivated_last(box, okta):
    for login, name in (("ada.byrne@example.com", "Adaora"), ("olivia.grant@example.com", "Ada")):
        user = box.org.user_by_login(login)
        user.profile = {**user.profile, "firstName": name}
    values = (await Directory(okta).complete_users("ada")).values
    assert values == [
        "ada.kovacs@example.com",
        "ada.nwosu@example.com",
        "ada.byrne@example.com",
        "olivia.grant@example.com",
    ]


async def test_our_own_writes_are_seen_at_once(box, okta):
    directory = Directory(okta)
    assert (await directory.complete_groups("sal")).values == ["Sales", "Sales EU", "Sales-EU"]
    sales = box.org.group_by_name("Sales")
    sales.profile = {**sales.profile, "name": "Sails"}
    assert "Sales" in (await directory.complete_groups("sale")).values
    directory.forget_group(sales.id)
    assert (await directory.complete_groups("sale")).values == ["Sales EU", "Sales-EU"]


# What begins with more letters is among what begins with fewer

words = st.sampled_from(["ada", "ada byrne", "ana", "ana sofia", "de la cruz", "o'brien", "zoë", "b", "byrne, ada", ""])
people = st.builds(
    lambda first, last, shown, login: User.from_json(
        {
            "id": "00u1",
            "status": "ACTIVE",
            "profile": {
                "firstName": first,
                "lastName": last,
                "displayName": shown,
                "login": f"{login or 'x'}@example.com",
                "email": f"{login or 'x'}@example.com",
            },
        }
    ),
    words,
    words,
    words,
    words.map(lambda word: word.replace(" ", ".").replace(",", "")),
)


@settings(max_examples=400, deadline=None)
@given(user=people, typed=st.lists(words, min_size=1, max_size=3).map(" ".join))
def test_a_letter_more_never_finds_anybody_new(user, typed):
    offer, key = Offer.of_user(user), fold(typed.replace(",", " "))
    found = [offer.begins(key[:end].rstrip()) for end in range(1, len(key) + 1)]
    assert found == sorted(found, reverse=True)


@settings(max_examples=400, deadline=None)
@given(user=people, typed=st.lists(words, min_size=1, max_size=3).map(" ".join).filter(str.strip))
def test_what_okta_finds_is_what_is_taken_from_the_memory(user, typed):
    # Okta is asked for six words at the most; the memory looks at all of them.
    key = " ".join(fold(typed.replace(",", " ")).split()[:6])
    if not key:
        return
    asked = compiled(parse(searching_users(key)), value_at, case_sensitive=False)
    assert Offer.of_user(user).begins(key) == asked(user)


def value_at(path):
    return lambda user: [user.profile[path.removeprefix("profile.")]]


# A burst


class Slow:
    """Answers when it is told to."""

    def __init__(self, *, complete: bool = True) -> None:
        self.asked: list[str] = []
        self.complete = complete
        self.gates: dict[str, anyio.Event] = {}
        self.trouble: OktaError | None = None

    def looking(self, typed: str):
        return partial(self.look, typed)

    async def look(self, typed: str) -> Answer:
        self.asked.append(typed)
        gate = self.gates[typed] = anyio.Event()
        await gate.wait()
        if self.trouble is not None:
            raise self.trouble
        offer = Offer("ada@example.com", "ada", "byrne", ("ada@example.com",))
        return Answer((offer,) if offer.begins(typed) else (), self.complete)


def completer():
    return Completer(Memory(entries=10, seconds=60, clock=lambda: 0.0))


async def burst(slow, typed, *, then):
    """Type without waiting for answers, then let things happen; return the answers by what was typed."""
    answers: dict[str, object] = {}
    keys = completer()

    async def one(text):
        try:
            answers[text] = await keys.answer(text, slow.looking(text))
        except OktaError as error:
            answers[text] = error

    async with anyio.create_task_group() as tasks:
        for text in typed:
            tasks.start_soon(one, text)
            await anyio.wait_all_tasks_blocked()
        await then(slow, answers)
    return answers


async def open_all(slow, _answers):
    while gates := [gate for gate in slow.gates.values() if not gate.is_set()]:
        for gate in gates:
            gate.set()
        await anyio.wait_all_tasks_blocked()


async def test_later_letters_wait_for_the_lookup_that_covers_them():
    slow = Slow()
    answers = await burst(slow, ["a", "ad", "ada", "adam"], then=open_all)
    assert slow.asked == ["a"]
    assert [len(answers[text].offers) for text in ("a", "ad", "ada", "adam")] == [1, 1, 1, 0]


async def test_of_a_burst_only_the_last_asks_again_when_the_first_answer_was_not_complete():
    slow = Slow(complete=False)
    answers = await burst(slow, ["a", "ad", "ada"], then=open_all)
    assert slow.asked == ["a", "ada"]
    assert not answers["ad"].complete
    assert len(answers["ad"].offers) == 1


async def test_no_more_than_two_lookups_are_under_way_and_of_those_who_wait_the_stale_do_not_ask():
    slow = Slow()

    async def then(slow, answers):
        assert slow.asked == ["x", "y"]
        await open_all(slow, answers)

    await burst(slow, ["x", "y", "c", "ch", "chl", "chlo"], then=then)
    assert slow.asked == ["x", "y", "chlo"]


async def test_a_hundred_people_typing_at_once_ask_at_most_what_may_wait():
    slow = Slow()
    await burst(slow, [f"{letter}{number}" for number in range(10) for letter in "abcdefghij"], then=open_all)
    assert len(slow.asked) <= 2 + 16


async def test_trouble_is_told_to_all_who_waited_and_not_asked_for_again():
    slow = Slow()
    slow.trouble = OktaTimeout("too slow")
    answers = await burst(slow, ["a", "ad", "ada"], then=open_all)
    assert slow.asked == ["a"]
    assert set(answers.values()) == {slow.trouble}


async def test_whoever_gives_up_takes_the_lookup_along_and_another_asks():
    slow, keys = Slow(), completer()
    answers = []
    async with anyio.create_task_group() as tasks:
        scope = anyio.CancelScope()

        async def first():
            with scope:
                await keys.answer("a", slow.looking("a"))

        async def second():
            answers.append(await keys.answer("ad", slow.looking("ad")))

        tasks.start_soon(first)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        scope.cancel()
        await anyio.wait_all_tasks_blocked()
        await open_all(slow, answers)
    assert slow.asked == ["a", "ad"]
    assert len(answers[0].offers) == 1


async def test_an_answer_that_a_write_overtook_is_not_kept():
    slow, keys = Slow(), completer()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keys.answer, "a", slow.looking("a"))
        await anyio.wait_all_tasks_blocked()
        keys.forget()
        slow.gates["a"].set()
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(keys.answer, "ad", slow.looking("ad"))
        await anyio.wait_all_tasks_blocked()
        await open_all(slow, None)
    assert slow.asked == ["a", "ad"]


@pytest.mark.parametrize("moment", [59.9, 60.0])
def test_a_memory_is_bounded_in_time_and_in_number(moment):
    now = [0.0]
    memory = Memory(entries=2, seconds=60, clock=lambda: now[0])
    memory.put("a", 1)
    memory.put("b", 2)
    now[0] = moment
    assert memory.get("a") == (1 if moment < 60 else None)
    memory.put("c", 3)
    assert len(memory) <= 2
    assert memory.get("c") == 3
    memory.clear()
    assert len(memory) == 0
