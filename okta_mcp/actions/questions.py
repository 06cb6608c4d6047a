"""The question whether changes may be made: of one call all, of a run its effects, its losses and its first rows."""

from collections import Counter
from collections.abc import Iterator, Sequence

from okta_mcp.actions.confirmation import Doing, Plan, Question
from okta_mcp.actions.foresight import foresee
from okta_mcp.actions.newcomers import arrival
from okta_mcp.actions.results import Change
from okta_mcp.guard import defused, neutral_text, quoted
from okta_mcp.okta import Group, User

SHOWN = 10
"""Rows of a run that are told one by one."""

_LONGEST = 6_000
_ROOM = 4_500
"""Of the rows that are told one by one, in characters: what stands before them and behind has to be seen."""

_MOST = 15
"""Kinds of effects that are told; a run of one tool has few."""

_WHOLE = frozenset({"status", "provider"})
"""What is told before → after; other values differ from row to row."""


def question_of(doing: Doing, plans: Sequence[Plan], note: str) -> Question:
    """Return the question for one call or many.

    Args:
        doing: what was asked for.
        plans: the calls that need the yes.
        note: why it is asked again; empty the first time.
    """
    if doing.rows == 1 and len(plans) == 1:
        return Question(message=neutral_lines(f"{note} {plans[0].story}".strip()), title=doing.title)
    lines = [f"{note} {doing.title}: {_whole(doing, plans)}".strip()]
    if len(plans) > SHOWN:
        lines += [*tally(plans), f"The first of {len(plans)}:"]
    room, told = _ROOM, 0
    for plan in plans[:SHOWN]:
        story = neutral_text(plan.story)
        room -= len(story) + 1
        if room < 0 and told:
            break
        lines.append(story)
        told += 1
    if told < len(plans):
        lines.append(f"and {len(plans) - told} more of the kinds above." if len(plans) > SHOWN else _more(plans[told:]))
    return Question(message=neutral_lines("\n".join(lines)), title=doing.title)


def _whole(doing: Doing, plans: Sequence[Plan]) -> str:
    """Say how many rows do what; a run does one thing to all of them."""
    rows = f"{plans[0].action.title}, {doing.rows} rows." if doing.rows > 1 else f"{plans[0].action.title}."
    others = doing.rows - doing.refused - doing.idle - len(plans)
    return " ".join(
        filter(
            None,
            [
                rows,
                f"Rows that need the yes: {len(plans)}; others, carried out with them: {others}." if others else "",
                f"Rows that Okta would refuse, changing nothing: {doing.refused}." if doing.refused else "",
                f"Rows where it is so already, and nothing is sent: {doing.idle}." if doing.idle else "",
            ],
        )
    )


def _more(plans: Sequence[Plan]) -> str:
    who = [getattr(plan.named.get("user"), "login", "") for plan in plans]
    return f"and {len(plans)} more: {', '.join(quoted(one, limit=60) for one in who if one)}".rstrip(": ") + "."


def neutral_lines(text: str) -> str:
    """Return text of several lines, each without invisible characters, and not endless."""
    kept = "\n".join(defused(neutral_text(line)) for line in text.split("\n"))
    return kept if len(kept) <= _LONGEST else f"{kept[: _LONGEST - 1]}…"


def tally(plans: Sequence[Plan]) -> list[str]:
    """Return a line for each kind of effect and of loss, the most frequent first, with the number of rows that have it.

    Args:
        plans: the rows.
    """
    effects = Counter(effect for plan in plans for effect in _effects(plan))
    lost = Counter(loss for plan in plans for loss in plan.losses_by_kind)
    lines = [f"- {count}: {effect}" for effect, count in effects.most_common(_MOST)]
    if len(effects) > _MOST:
        lines.append(f"- and {len(effects) - _MOST} more kinds of change")
    if lost:
        lines.append("What comes of it:")
        lines += [f"- {count}: {loss}" for loss, count in lost.most_common()]
    return lines


def _effects(plan: Plan) -> Iterator[str]:
    if plan.unsent.idle:
        yield "nothing, it is so already"
        return
    group = plan.named.get("group")
    if not isinstance(plan.named.get("user"), User):
        yield from arrival(plan.unsent, plan.named)
    elif isinstance(group, Group):
        yield f"{'joins' if plan.unsent.method == 'PUT' else 'leaves'} the group {quoted(group.name, limit=60)}"
    else:
        changes = foresee(plan.unsent, plan.named)
        yield from map(_effect, changes)
        if not changes:
            yield plan.action.title


def _effect(change: Change) -> str:
    if change.field in _WHOLE:
        return str(change)
    return f"{neutral_text(change.field, limit=60)}: {'set' if change.after not in (None, '') else 'emptied'}"
