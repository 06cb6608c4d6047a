"""A LlamaIndex agent that administers Okta through okta-mcp."""

import asyncio
import os
import sys

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec


async def ask(url: str, request: str, model: FunctionCallingLLM, headers: dict[str, str] | None = None) -> str:
    """Return what the agent says when it has done what was asked.

    Args:
        url: of the server: `…/mcp` for streamable HTTP, `…/sse` for SSE.
        request: what a person wants done.
        model: one that can call tools.
        headers: for a server that asks who calls, `{"Authorization": "Bearer …"}`.
    """
    tools = await McpToolSpec(BasicMCPClient(url, headers=headers)).to_tool_list_async()
    agent = FunctionAgent(tools=tools, llm=model, system_prompt="You are the help desk's assistant.")
    return str(await agent.run(request))


if __name__ == "__main__":
    from llama_index.llms.openai import OpenAI  # or the package of another vendor

    print(asyncio.run(ask(sys.argv[1], sys.argv[2], OpenAI(model=os.environ["MODEL"]))))
