"""An agent of the OpenAI Agents SDK that administers Okta through okta-mcp."""

import asyncio
import os
import sys

from agents import Agent, Model, Runner
from agents.mcp import MCPServerSse, MCPServerStreamableHttp


async def ask(url: str, request: str, model: str | Model, headers: dict[str, str] | None = None) -> str:
    """Return what the agent says when it has done what was asked.

    Args:
        url: of the server: `…/mcp` for streamable HTTP, `…/sse` for SSE.
        request: what a person wants done.
        model: the name of a model, or a model.
        headers: for a server that asks who calls, `{"Authorization": "Bearer …"}`.
    """
    connect = MCPServerSse if url.endswith("/sse") else MCPServerStreamableHttp
    async with connect({"url": url, "headers": headers or {}}, cache_tools_list=True) as okta:
        agent = Agent("Help desk", instructions="You are the help desk's assistant.", model=model, mcp_servers=[okta])
        return (await Runner.run(agent, request)).final_output


if __name__ == "__main__":
    print(asyncio.run(ask(sys.argv[1], sys.argv[2], os.environ["MODEL"])))
