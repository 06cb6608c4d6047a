"""The LangChain agent with a model that needs no key: `langchain_scripted.py URL NAME`."""

import asyncio
import sys
from typing import Any

from langchain_agent import ask
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_mcp_adapters.callbacks import CallbackContext
from mcp.types import ElicitRequestFormParams, ElicitResult
from script import CHOICE, HEADERS, chosen, next_step


class Scripted(BaseChatModel):
    """A chat model that says what the script says."""

    name_of_user: str
    tools: tuple[str, ...] = ()

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: list[Any], **_options: Any) -> "Scripted":
        """Take note of the tools."""
        return self.model_copy(update={"tools": tuple(tool.name for tool in tools)})

    def _generate(self, messages: list[BaseMessage], *_args: Any, **_options: Any) -> ChatResult:
        results = [message.text for message in messages if isinstance(message, ToolMessage)]
        step = next_step(self.name_of_user, self.tools, results)
        if isinstance(step, str):
            said = AIMessage(step)
        else:
            call = {"name": step[0], "args": step[1], "id": f"call-{len(results)}"}
            said = AIMessage("", tool_calls=[call])
        return ChatResult(generations=[ChatGeneration(message=said)])


async def person(_asked: Any, form: ElicitRequestFormParams, _call: CallbackContext) -> ElicitResult:
    """Choose."""
    return ElicitResult(action="accept", content=chosen(form.requestedSchema))


if __name__ == "__main__":
    url, name = sys.argv[1:]
    model = Scripted(name_of_user=name)
    print(asyncio.run(ask(url, f"Suspend {name}.", model, HEADERS, person if CHOICE else None)))
