"""A LangChain agent that administers Okta through okta-mcp."""

import asyncio
import os
import sys

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.callbacks import Callbacks, ElicitationCallback
from langchain_mcp_adapters.client import MultiServerMCPClient


async def ask(
    url: str,
    request: str,
    model: str | BaseChatModel,
    headers: dict[str, str] | None = None,
    person: ElicitationCallback | None = None,
) -> str:
    """Return what the agent says when it has done what was asked.

    Args:
        url: of the server: `…/mcp` for streamable HTTP, `…/sse` for SSE.
        request: what a person wants done.
        model: as `anthropic:claude-sonnet-4-5`, or a chat model.
        headers: for a server that asks who calls, `{"Authorization": "Bearer …"}`.
        person: answers what the server asks, as which of two namesakes is meant; without it the agent is told.
    """
    transport = "sse" if url.endswith("/sse") else "streamable_http"
    server = {"transport": transport, "url": url, "headers": headers}
    okta = MultiServerMCPClient({"okta": server}, callbacks=Callbacks(on_elicitation=person))
    tools = await okta.get_tools()
    agent = create_agent(model, tools, system_prompt="You are the help desk's assistant.")
    answer = await agent.ainvoke({"messages": [{"role": "user", "content": request}]})
    return answer["messages"][-1].text


if __name__ == "__main__":
    print(asyncio.run(ask(sys.argv[1], sys.argv[2], os.environ["MODEL"])))
