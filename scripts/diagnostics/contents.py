"""Resources and prompts of the suite: our own records where these hold what it wants, else the SDK's."""

import base64
from collections.abc import Mapping
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts import Prompt as SdkPrompt
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.types import (
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    EmbeddedResource,
    ImageContent,
    InputRequiredResult,
    TextContent,
    TextResourceContents,
)

from okta_mcp.prompts import Blank, Prompt
from okta_mcp.resources import Offer
from okta_mcp.resources.offer import Sources

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"  # red


async def static_text(sources: Sources) -> Mapping[str, Any]:  # noqa: ARG001 - the signature of every reader
    """Read something."""
    return {"text": "This is the content of the static text resource."}


async def static_binary(sources: Sources) -> bytes:  # noqa: ARG001 - the signature of every reader
    """Read a picture."""
    return base64.b64decode(PIXEL)


async def watched(sources: Sources) -> Mapping[str, Any]:
    """Read something that a client may subscribe to."""
    return {"since": sources.since}


async def data_of(sources: Sources, *, id: str) -> Mapping[str, Any]:  # noqa: A002, ARG001 - the suite's name for it
    """Read what a template stands for."""
    return {"id": id, "templateTest": True, "data": f"Data for ID: {id}"}


OFFERS: tuple[Offer, ...] = (
    Offer("test://static-text", "static-text", "Text", "Something to read.", "org", static_text),
    Offer("test://static-binary", "static-binary", "Picture", "A pixel.", "org", static_binary, mime_type="image/png"),
    Offer("test://watched-resource", "watched", "Watched", "Something to watch.", "org", watched),
    Offer("test://template/{id}/data", "data", "Data", "Something with an id.", "org", data_of),
)

PROMPTS: tuple[Prompt, ...] = (
    Prompt("test_simple_prompt", "Simple", "A text.", (), text="This is a simple prompt for testing."),
    Prompt(
        "test_prompt_with_arguments",
        "With arguments",
        "A text with two blanks.",
        (
            Blank("arg1", "The first", ("testValue1", "another value"), required=True),
            Blank("arg2", "The second", ("testValue2",), required=True),
        ),
        text="Prompt with arguments: arg1={arg1}, arg2={arg2}",
    ),
)


def _embedded(resourceUri: str) -> list[UserMessage]:  # noqa: N803 - the suite's name for it
    contents = TextResourceContents(
        uri=resourceUri, mime_type="text/plain", text="Embedded resource content for testing."
    )
    return [
        UserMessage(content=EmbeddedResource(type="resource", resource=contents)),
        UserMessage(content=TextContent(type="text", text="Please process the embedded resource above.")),
    ]


def _image() -> list[UserMessage]:
    return [
        UserMessage(content=ImageContent(type="image", data=PIXEL, mime_type="image/png")),
        UserMessage(content=TextContent(type="text", text="Please analyze the image above.")),
    ]


def _asking(context: Context[Any, Any]) -> list[UserMessage] | InputRequiredResult:
    answer = (context.input_responses or {}).get("user_context")
    if isinstance(answer, ElicitResult) and answer.content:
        return [UserMessage(content=TextContent(type="text", text=f"In the context {answer.content['context']!r}."))]
    schema = {"type": "object", "properties": {"context": {"type": "string"}}, "required": ["context"]}
    question = ElicitRequestFormParams(message="What context should the prompt use?", requested_schema=schema)
    return InputRequiredResult(input_requests={"user_context": ElicitRequest(params=question)})


SDK_PROMPTS: tuple[SdkPrompt, ...] = (
    SdkPrompt.from_function(
        _embedded, name="test_prompt_with_embedded_resource", description="A text with a resource in it."
    ),
    SdkPrompt.from_function(_image, name="test_prompt_with_image", description="A picture with a text."),
    SdkPrompt.from_function(_asking, name="test_input_required_result_prompt", description="Asks before it answers."),
)
"""Prompts whose contents or questions the connector's own have no need of."""
