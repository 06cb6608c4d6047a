"""Diagnostic tools that end their call with questions. MCP 2026-07-28, "Multi Round-Trip Requests"."""

import json
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import Context
from mcp.types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)


async def test_input_required_result_elicitation(context: Context[Any, Any]) -> str | InputRequiredResult:
    """Ask the person for a name."""
    name = _filled_in(context, "user_name", "name")
    return f"Hello, {name}!" if name else InputRequiredResult(input_requests={"user_name": _form("name")})


async def test_input_required_result_sampling(context: Context[Any, Any]) -> str | InputRequiredResult:
    """Ask the client's model."""
    answer = (context.input_responses or {}).get("capital_question")
    if isinstance(answer, CreateMessageResult) and isinstance(answer.content, TextContent):
        return answer.content.text
    return InputRequiredResult(input_requests={"capital_question": _for_the_model("What is the capital of France?")})


async def test_input_required_result_list_roots(context: Context[Any, Any]) -> str | InputRequiredResult:
    """Ask for the client's roots."""
    answer = (context.input_responses or {}).get("client_roots")
    if isinstance(answer, ListRootsResult):
        return f"{len(answer.roots)} roots"
    return InputRequiredResult(input_requests={"client_roots": ListRootsRequest()})


async def test_input_required_result_request_state(context: Context[Any, Any]) -> str | InputRequiredResult:
    """Ask, and know the question again by the state."""
    if context.request_state == "asked" and _filled_in(context, "confirm", "ok"):
        return "state-ok"
    return InputRequiredResult(input_requests={"confirm": _form("ok", "boolean")}, request_state="asked")


async def test_input_required_result_multiple_inputs(context: Context[Any, Any]) -> str | InputRequiredResult:
    """Ask the person, the model and the client at once."""
    asked: dict[str, InputRequest] = {
        "user_name": _form("name"),
        "greeting": _for_the_model("Generate a greeting"),
        "client_roots": ListRootsRequest(),
    }
    if asked.keys() <= (context.input_responses or {}).keys():
        return "All answered."
    return InputRequiredResult(input_requests=asked, request_state="asked")


async def test_input_required_result_multi_round(context: Context[Any, Any]) -> str | InputRequiredResult:
    """Ask twice, the second time after the first answer."""
    state = json.loads(context.request_state or "{}")
    name = state.get("name") or _filled_in(context, "step1", "name")
    if not name:
        return InputRequiredResult(input_requests={"step1": _form("name")}, request_state=json.dumps({"round": 1}))
    color = _filled_in(context, "step2", "color")
    if not color:
        return InputRequiredResult(input_requests={"step2": _form("color")}, request_state=json.dumps({"name": name}))
    return f"{name} likes {color}."


async def test_input_required_result_capabilities(context: Context[Any, Any]) -> InputRequiredResult:
    """Ask only those whom the client says it can ask."""
    capabilities = context.client_capabilities
    asked: dict[str, InputRequest] = {}
    if capabilities is not None and capabilities.sampling is not None:
        asked["greeting"] = _for_the_model("Generate a greeting")
    if capabilities is not None and capabilities.elicitation is not None:
        asked["user_name"] = _form("name")
    return InputRequiredResult(input_requests=asked, request_state="asked")


QUESTIONS: tuple[Callable[..., Any], ...] = (
    test_input_required_result_elicitation,
    test_input_required_result_sampling,
    test_input_required_result_list_roots,
    test_input_required_result_request_state,
    test_input_required_result_multiple_inputs,
    test_input_required_result_multi_round,
    test_input_required_result_capabilities,
)


def _filled_in(context: Context[Any, Any], question: str, field: str) -> Any:
    answer = (context.input_responses or {}).get(question)
    return (answer.content or {}).get(field) if isinstance(answer, ElicitResult) else None


def _form(field: str, kind: str = "string") -> ElicitRequest:
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    return ElicitRequest(params=ElicitRequestFormParams(message=f"What is your {field}?", requested_schema=schema))


def _for_the_model(text: str) -> CreateMessageRequest:
    asked = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[asked], max_tokens=100))
