"""The LlamaIndex agent with a model that needs no key: `llamaindex_scripted.py URL NAME`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from llama_index.core.base.llms.types import ToolCallBlock
from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM
from llama_index.core.tools import BaseTool
from llamaindex_agent import ask
from script import HEADERS, next_step


def scripted(name: str) -> MockFunctionCallingLLM:
    """Return a model that says what the script says."""

    async def say(
        messages: Sequence[ChatMessage], tools: Sequence[BaseTool] = (), **_: Any
    ) -> AsyncIterator[ChatMessage]:
        results = [message.content or "" for message in messages if message.role == MessageRole.TOOL]
        step = next_step(name, [tool.metadata.get_name() for tool in tools], results)
        if isinstance(step, str):
            yield ChatMessage(role=MessageRole.ASSISTANT, content=step)
            return
        call = ToolCallBlock(tool_call_id=f"call-{len(results)}", tool_name=step[0], tool_kwargs=step[1])
        yield ChatMessage(role=MessageRole.ASSISTANT, blocks=[call])

    return MockFunctionCallingLLM(response_generator=say, is_chat_model=True)


if __name__ == "__main__":
    url, name = sys.argv[1:]
    print(asyncio.run(ask(url, f"Suspend {name}.", scripted(name), HEADERS)))
