"""The Pydantic AI agent with a model that needs no key: `pydantic_scripted.py URL NAME`."""

import asyncio
import sys
from typing import Any

from mcp.types import ElicitRequestFormParams
from pydantic_agent import ask
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from script import CHOICE, HEADERS, chosen, next_step


def scripted(name: str) -> FunctionModel:
    """Return a model that says what the script says."""

    def say(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        parts = [part for message in messages for part in message.parts]
        results = [part.model_response_str() for part in parts if isinstance(part, ToolReturnPart)]
        step = next_step(name, [tool.name for tool in info.function_tools], results)
        return ModelResponse(parts=[TextPart(step) if isinstance(step, str) else ToolCallPart(*step)])

    return FunctionModel(say)


async def person(_message: str, _type: Any, form: ElicitRequestFormParams, _asked: Any) -> dict[str, str]:
    """Choose."""
    return chosen(form.requested_schema)


if __name__ == "__main__":
    url, name = sys.argv[1:]
    print(asyncio.run(ask(url, f"Suspend {name}.", scripted(name), HEADERS, person if CHOICE else None)))
