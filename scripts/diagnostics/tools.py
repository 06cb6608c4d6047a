"""Diagnostic tools that no action could be: other contents than text, and questions other than which one is meant.

They are the SDK's tools, made as strict about their arguments as ours.
"""

from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp.types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    EmbeddedResource,
    ImageContent,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel, Field, JsonValue

from diagnostics.contents import PIXEL
from diagnostics.questions import QUESTIONS

SILENCE = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQIAAACAgA=="  # a WAV of two samples


async def test_image_content() -> list[ImageContent]:
    """Answer with a picture."""
    return [ImageContent(type="image", data=PIXEL, mime_type="image/png")]


async def test_audio_content() -> list[AudioContent]:
    """Answer with a sound."""
    return [AudioContent(type="audio", data=SILENCE, mime_type="audio/wav")]


async def test_embedded_resource() -> list[EmbeddedResource]:
    """Answer with a resource."""
    return [_resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")]


async def test_multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
    """Answer with a text, a picture and a resource."""
    return [
        TextContent(type="text", text="Multiple content types test:"),
        ImageContent(type="image", data=PIXEL, mime_type="image/png"),
        _resource("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ]


def _resource(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


async def test_missing_capability(context: Context[Any, Any]) -> str:
    """Refuse clients that cannot sample."""
    capabilities = context.client_capabilities
    if capabilities is None or capabilities.sampling is None:
        raise MCPError(
            code=MISSING_REQUIRED_CLIENT_CAPABILITY,
            message="This tool needs a client that can sample.",
            data={"requiredCapabilities": {"sampling": {}}},
        )
    return "The client can sample."


async def test_trigger_tool_change(context: Context[Any, Any]) -> str:
    """Say that the list of tools has changed."""
    await context.notify_tools_changed()
    return "Said."


async def test_trigger_prompt_change(context: Context[Any, Any]) -> str:
    """Say that the list of prompts has changed."""
    await context.notify_prompts_changed()
    return "Said."


async def test_x_mcp_header(
    region: Annotated[str, Field(description="Region", json_schema_extra={"x-mcp-header": "Region"})],
) -> str:
    """Take an argument that is sent as a header too."""
    return f"region={region}"


async def json_schema_2020_12_tool() -> str:
    """Show a schema with every kind of keyword."""
    return "Shown."


async def test_sampling(prompt: str, context: Context[Any, Any]) -> str:
    """Ask the client's model, in the middle of the call."""
    asked = [SamplingMessage(role="user", content=TextContent(type="text", text=prompt))]
    answer = await context.session.create_message(asked, max_tokens=100, related_request_id=context.request_id)
    return f"LLM response: {answer.content.text if isinstance(answer.content, TextContent) else '(no text)'}"


class Defaults(BaseModel):
    """A form with a default for every kind of field."""

    name: str = Field(default="John Doe", description="Name")
    age: int = Field(default=30, description="Age")
    score: float = Field(default=95.5, description="Score")
    status: str = Field(
        default="active", description="Status", json_schema_extra={"enum": ["active", "inactive", "pending"]}
    )
    verified: bool = Field(default=True, description="Whether verified")


async def test_elicitation_sep1034_defaults(context: Context[Any, Any]) -> str:
    """Ask with a default for every kind of field."""
    answer = await context.elicit("Please provide user information", Defaults)
    return f"Elicitation completed: action={answer.action}"


def _titled(**titles: str) -> list[JsonValue]:
    return [{"const": value, "title": title} for value, title in titles.items()]


class Choices(BaseModel):
    """A form with a choice of every kind."""

    untitledSingle: str = Field(  # noqa: N815 - the suite's name for it
        description="One of three", json_schema_extra={"enum": ["option1", "option2", "option3"]}
    )
    titledSingle: str = Field(  # noqa: N815
        description="One of two, titled",
        json_schema_extra={"oneOf": _titled(value1="First Option", value2="Second Option")},
    )
    legacyEnum: str = Field(  # noqa: N815
        description="One of two, titled as of old",
        json_schema_extra={"enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
    )
    untitledMulti: list[str] = Field(  # noqa: N815
        description="Some of two", json_schema_extra={"items": {"type": "string", "enum": ["option1", "option2"]}}
    )
    titledMulti: list[str] = Field(  # noqa: N815
        description="Some of two, titled",
        json_schema_extra={"items": {"anyOf": _titled(value1="First Choice", value2="Second Choice")}},
    )


async def test_elicitation_sep1330_enums(context: Context[Any, Any]) -> str:
    """Ask with a choice of every kind."""
    answer = await context.elicit("Please select", Choices)
    return f"Elicitation completed: action={answer.action}"


def strict(run: Callable[..., Any]) -> Tool:
    """Return a function as a tool that refuses arguments it does not know."""
    tool = Tool.from_function(run, structured_output=False)
    model = tool.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    tool.parameters = model.model_json_schema(by_alias=True)
    return tool


_TELEPHONE = {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]}
_KEYWORDS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": _TELEPHONE,
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""What `json_schema_2020_12_tool` has to show, as the suite gives it. SEP-1613."""


def _with_keywords() -> Tool:
    tool = strict(json_schema_2020_12_tool)
    tool.parameters = _KEYWORDS
    return tool


TOOLS: tuple[Tool, ...] = (
    _with_keywords(),
    strict(test_image_content),
    strict(test_audio_content),
    strict(test_embedded_resource),
    strict(test_multiple_content_types),
    strict(test_missing_capability),
    strict(test_x_mcp_header),
    strict(test_trigger_tool_change),
    strict(test_trigger_prompt_change),
    strict(test_sampling),
    strict(test_elicitation_sep1034_defaults),
    strict(test_elicitation_sep1330_enums),
    *(strict(run) for run in QUESTIONS),
)
