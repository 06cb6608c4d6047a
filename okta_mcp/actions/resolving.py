"""From the words of a call to the objects they mean, before its action runs."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from okta_mcp.actions.arguments import Reference
from okta_mcp.actions.choosing import Chooser
from okta_mcp.directory import Directory, Unresolved
from okta_mcp.okta import Group
from okta_mcp.okta.together import together

Unclear = dict[str, Unresolved]
"""What is unclear, by the place where it was said."""


async def resolve(
    directory: Directory,
    references: Mapping[str, Reference],
    values: Mapping[str, Any],
    picker: Chooser,
    named: dict[str, object],
    *,
    wholly: bool = False,
) -> None:
    """Put the objects that the arguments mean into `named`, by parameter.

    They are looked up together. What is unclear is put to the person in one go, and what the person picks is read
    from Okta again, as any id is: the list may have been on the screen for a while.

    Args:
        directory: looks up.
        references: the parameters that point at an object.
        values: what was said, by parameter.
        picker: asks the person.
        named: where the objects go, and those that are known already; after a failure it holds those found.
        wholly: whether a part of a person's name is only offered.

    Raises:
        Unresolved: words that nobody can be asked about.
        NotPicked: the person did not choose.
        Pending: the client is to come back with the answers.
        OktaError: Okta cannot be asked.
    """
    missing = {name: reference for name, reference in references.items() if name not in named}
    while missing:
        problems: Unclear = {}

        async def one(name: str, reference: Reference, problems: Unclear) -> None:
            if reference.many:
                found: object = await _groups(directory, name, values[name], picker, problems)
            else:
                words = picker.chosen.get(name, values[name])
                found = await _object(directory, name, reference, words, problems, wholly=wholly)
            if found is not None:
                named[name] = found

        await together(*(partial(one, name, reference, problems) for name, reference in missing.items()))
        if problems:
            places = [place for name in references for place in problems if place.partition("[")[0] == name]
            await picker.ask((place, problems[place]) for place in places)
        missing = {name: reference for name, reference in missing.items() if name not in named}


async def _object(
    directory: Directory, name: str, reference: Reference, words: str, problems: Unclear, *, wholly: bool
) -> object | None:
    try:
        if reference.kind == "group":
            return await directory.group(words, editable_first=reference.editable_first, fresh=reference.fresh)
        return await directory.user(
            words, include_deactivated=reference.include_deactivated, fresh=reference.fresh, wholly=wholly
        )
    except Unresolved as error:
        problems[name] = error
        return None


async def _groups(
    directory: Directory, name: str, said: Sequence[str], picker: Chooser, problems: Unclear
) -> list[Group] | None:
    places = {words: f"{name}[{said.index(words)}]" for words in said}
    wanted = {picker.chosen.get(place, words): place for words, place in places.items()}
    unclear = False
    while True:
        try:
            groups = await directory.groups(list(wanted))
        except Unresolved as error:
            if error.said not in wanted:
                raise
            # The others are looked at too, so that the person is asked once about all of them.
            problems[wanted.pop(error.said)] = error
            unclear = True
        else:
            return None if unclear else groups
