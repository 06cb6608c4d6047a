"""A Pydantic AI agent that administers Okta through okta-mcp."""

import asyncio
import os
import sys

from fastmcp.client.elicitation import ElicitationHandler
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models import Model


async def ask(
    url: str,
    request: str,
    model: str | Model,
    headers: dict[str, str] | None = None,
    person: ElicitationHandler | None = None,
) -> str:
    """Return what the agent says when it has done what was asked.

    Args:
        url: of the server: `…/mcp` for streamable HTTP, `…/sse` for SSE.
        request: what a person wants done.
        model: as `anthropic:claude-sonnet-4-5`, or a model.
        headers: for a server that asks who calls, `{"Authorization": "Bearer …"}`.
        person: answers what the server asks, as which of two namesakes is meant; without it the agent is told.
    """
    okta = MCPToolset(url, headers=headers, elicitation_handler=person, include_instructions=True)
    async with Agent(model, toolsets=[okta], instructions="You are the help desk's assistant.") as agent:
        return (await agent.run(request)).output


if __name__ == "__main__":
    print(asyncio.run(ask(sys.argv[1], sys.argv[2], os.environ["MODEL"])))
