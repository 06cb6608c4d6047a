"""What a prompt is: a job in a few steps, with blanks that a person fills in."""

import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from mcp.server.mcpserver.prompts import Prompt as ListedPrompt
from mcp.server.mcpserver.prompts.base import PromptArgument
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS

from okta_mcp.guard import quoted
from okta_mcp.records import record

Source = Literal["user", "group", "groups"] | tuple[str, ...]
"""What an argument is completed from: people, groups, several groups parted by commas, or these words."""

_LONGEST = 1000
_BLANK = re.compile(r"\{(\w+)\}")
_TOOL = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")


@record
class Blank:
    """One argument of a prompt.

    Args:
        name: for programs.
        description: for the person who fills it in.
        source: what it is completed from; None for free text.
        required: whether the job cannot be described without it.
    """

    name: str
    description: str
    source: Source | None = None
    required: bool = False


@record
class Prompt:
    """One job. A line of its text with a blank that was left empty is left out.

    Args:
        name: for programs.
        title: for people.
        description: one sentence.
        blanks: the arguments.
        text: what to do; `texts/<name>.md` when None.
    """

    name: str
    title: str
    description: str
    blanks: tuple[Blank, ...]
    text: str | None = None

    def source_of(self, name: str) -> Source | None:
        """Return what an argument is completed from."""
        return next((one.source for one in self.blanks if one.name == name), None)

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools its text names, in order."""
        return tuple(dict.fromkeys(_TOOL.findall(self._whole_text)))

    @property
    def _whole_text(self) -> str:
        return _text(self.name) if self.text is None else self.text

    def of_use(self, offered: Collection[str]) -> bool:
        """Tell whether anything of it can be done with these tools."""
        return not self.tools or not set(self.tools).isdisjoint(offered)

    def check(self, given: Mapping[str, object]) -> None:
        """Refuse arguments that are missing or unknown.

        Raises:
            MCPError: -32602, naming them.
        """
        names = [one.name for one in self.blanks]
        for name in given:
            if name not in names:
                near = get_close_matches(name, names, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(names)}."
                raise MCPError(code=INVALID_PARAMS, message=f"{self.name}: unknown argument {name[:60]!r}; {hint}")
        missing = [one for one in self.blanks if one.required and not str(given.get(one.name, "")).strip()]
        if missing:
            told = "; ".join(f"{one.name!r} is required: {one.description}" for one in missing)
            raise MCPError(code=INVALID_PARAMS, message=f"{self.name}: {told}.")

    def render(self, given: Mapping[str, str], switched_off: Collection[str] = ()) -> str:
        """Return the text with the blanks filled in, each in quotation marks: it is data, wherever it was copied from.

        Args:
            given: the arguments.
            switched_off: tools that this server does not offer.
        """
        filled = {name: quoted(value.strip(), limit=_LONGEST) for name, value in given.items() if value.strip()}
        lines = []
        for line in self._whole_text.splitlines():
            blanks = _BLANK.findall(line)
            if all(name in filled for name in blanks):
                lines.append(_BLANK.sub(lambda blank: filled[blank[1]], line))
        off = [name for name in self.tools if name in switched_off]
        if off:
            named = ", ".join(f"`{name}`" for name in off)
            lines += ["", f"Switched off on this server: {named}. Report what is left to do instead of those steps."]
        return "\n".join(lines)

    def listed(self, switched_off: Callable[[], Collection[str]] = frozenset) -> ListedPrompt:
        """Return the prompt as the SDK serves it.

        Args:
            switched_off: returns the tools that whoever asks is not offered.
        """

        async def fill(**given: str) -> str:
            return self.render(given, switched_off())

        return ListedPrompt(
            name=self.name,
            title=self.title,
            description=self.description,
            arguments=[
                PromptArgument(name=one.name, description=one.description, required=one.required) for one in self.blanks
            ],
            fn=fill,
            context_kwarg=None,
        )


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "texts" / f"{name}.md").read_text(encoding="utf-8").strip()
