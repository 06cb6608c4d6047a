"""The agent of the OpenAI Agents SDK with a model that needs no key: `openai_scripted.py URL NAME`."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from agents import Model, ModelResponse, Tool, Usage, set_tracing_disabled
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from openai_agent import ask
from script import HEADERS, next_step


class Scripted(Model):
    """A model that says what the script says."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def get_response(
        self,
        *_: Any,
        input: str | list[Any],  # noqa: A002 - the framework's name for it
        tools: list[Tool],
        **__: Any,
    ) -> ModelResponse:
        """Return the next call, or the final words."""
        said = [] if isinstance(input, str) else input
        results = [_text(item["output"]) for item in said if item.get("type") == "function_call_output"]
        step = next_step(self._name, [tool.name for tool in tools], results)
        if isinstance(step, str):
            text = ResponseOutputText(type="output_text", text=step, annotations=[])
            output = ResponseOutputMessage(id="m", type="message", role="assistant", status="completed", content=[text])
        else:
            call = f"call-{len(results)}"
            output = ResponseFunctionToolCall(
                type="function_call", call_id=call, name=step[0], arguments=json.dumps(step[1])
            )
        return ModelResponse(output=[output], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        """Refuse: this example does not stream."""
        raise NotImplementedError("the script is told in whole answers")


def _text(output: str | list[dict[str, str]]) -> str:
    return output if isinstance(output, str) else "\n".join(part.get("text", "") for part in output)


if __name__ == "__main__":
    set_tracing_disabled(disabled=True)
    url, name = sys.argv[1:]
    print(asyncio.run(ask(url, f"Suspend {name}.", Scripted(name), HEADERS)))
