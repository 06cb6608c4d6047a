"""An action as an MCP tool: how a call travels from the client's JSON to the action and back."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Self

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, LoggingLevel, TextContent, ToolAnnotations
from mcp.types import Tool as ListedTool
from pydantic import PrivateAttr

from okta_mcp.actions import published
from okta_mcp.actions.action import Action, Effect
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.bounding import bounded, clipped, within_bounds
from okta_mcp.actions.confirmation import Declined
from okta_mcp.actions.descriptions import description_of
from okta_mcp.actions.failures import explain
from okta_mcp.actions.performing import Performer
from okta_mcp.actions.picking import NotPicked, Pending, Picker
from okta_mcp.actions.progress import Progress
from okta_mcp.actions.sender import Sender
from okta_mcp.actions.touched import Touched
from okta_mcp.directory import Unresolved
from okta_mcp.guard import Confirming, Refused, caller_of, defused, request_id
from okta_mcp.okta import OktaError, Wait

logger = logging.getLogger("okta_mcp.actions")

OnWrite = Callable[[Context[Any, Any], Touched], Awaitable[None]]
"""Hears of a write: the context of its call, and what it may have changed."""

OnNotice = Callable[[Context[Any, Any], LoggingLevel, str], Awaitable[None]]
"""Tells whoever watches a call: its context, how much it matters, and what."""


def listed_tool(
    action: Action,
    *,
    output_schema: bool = True,
    confirming: Confirming = Confirming(),  # noqa: B008 - frozen
) -> ListedTool:
    """Return the tool of an action as clients are shown it.

    Args:
        action: the record.
        output_schema: whether to publish the schema of the answer.
        confirming: which calls are confirmed, and by whom; the argument for a code is shown where there are codes.
    """
    return ListedTool(
        name=action.name,
        title=action.title,
        description=action.description or description_of(action.name),
        input_schema=published.input_schema(action, with_code=confirming.takes_code(action)),
        output_schema=published.output_schema(action) if output_schema else None,
        annotations=ToolAnnotations(
            read_only_hint=not action.writes,
            destructive_hint=action.effect is Effect.DESTRUCTIVE,
            idempotent_hint=action.idempotent,
            open_world_hint=True,
        ),
    )


class ActionTool(Tool):
    """The tool of one action.

    The SDK's own tool drops unknown arguments silently and answers with the text of its validation errors;
    this one refuses by name, resolves people and groups before the action runs, and answers every failure in
    words for the reader.
    """

    _action: Action = PrivateAttr()
    _performer: Performer = PrivateAttr()
    _on_write: OnWrite | None = PrivateAttr()
    _on_notice: OnNotice | None = PrivateAttr()

    @classmethod
    def of(
        cls,
        action: Action,
        performer: Performer,
        *,
        output_schema: bool = True,
        confirming: Confirming = Confirming(),  # noqa: B008 - frozen
        on_write: OnWrite | None = None,
        on_notice: OnNotice | None = None,
    ) -> Self:
        """Return the tool of an action.

        Args:
            action: the record.
            performer: performs its calls.
            output_schema: whether to publish the schema of the answer.
            confirming: which calls are confirmed, and by whom.
            on_write: called after a write, with what it may have changed.
            on_notice: called with what a person who watches the call should know before it ends.
        """
        listed = listed_tool(action, output_schema=output_schema, confirming=confirming)
        tool = cls(
            fn=action.run,
            name=listed.name,
            title=listed.title,
            description=listed.description or "",
            parameters=listed.input_schema,
            # The SDK's own reading of arguments is not used, so it need not have a model of them.
            fn_metadata=FuncMetadata(arg_model=ArgModelBase, output_schema=listed.output_schema),
            is_async=True,
            annotations=listed.annotations,
        )
        tool._action, tool._performer = action, performer
        tool._on_write, tool._on_notice = on_write, on_notice
        return tool

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,  # noqa: ARG002, FBT001, FBT002 - the SDK's signature
    ) -> Any:
        """Run one call.

        Args:
            arguments: as the client sent them.
            context: the SDK's context of this call.
            convert_result: the SDK's; a finished result is returned in any case.
        """
        # Pydantic looks private attributes up at a price.
        action, performer = self._action, self._performer
        named: dict[str, object] = {}
        try:
            result = await performer.perform(action, arguments, self._sender(context, action), named)
            text, data = bounded(result)
            text = within_bounds(defused(text, keep=(performer.addresses, *result.to_the_letter)))
        except Pending as pending:
            return pending.result
        except (ArgumentError, Unresolved, NotPicked, Declined, Refused, OktaError) as error:
            logger.info("%s failed: %s", self.name, type(error).__name__)
            text = explain(error, action, named, arguments)
            return _failed(defused(text, keep=(performer.addresses,)))
        except MCPError:
            raise
        except Exception:
            # What went wrong stays in the log; the answer must not carry a secret or a stack trace.
            logger.exception("%s met an internal error", self.name)
            state = "It is not known whether anything was changed. " if action.writes else ""
            return _failed(
                f"{self.name} met an internal error of this server. {state}The operator finds it in the log."
            )
        if (scarcity := performer.scarcity) is not None:
            text = f"{text}\n{scarcity}"
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)

    def _sender(self, context: Context[Any, Any], action: Action) -> Sender:
        progress = Progress(context)

        async def on_wait(wait: Wait) -> None:
            told = f"{wait.reason}; waiting {wait.seconds:.0f} s"
            await progress.waits(told)
            if self._on_notice is not None:
                await self._on_notice(context, "warning", f"{self.name}: {told}")

        async def on_write(touched: Touched) -> None:
            if self._on_write is not None:
                await self._on_write(context, touched)

        return Sender(
            caller=caller_of(context.request_context.request),
            request=request_id(),
            chooser=Picker(context, action.title),
            on_wait=on_wait,
            on_progress=progress.does,
            on_write=on_write,
            client=_client(context) if action.writes else None,
        )


def _client(context: Context[Any, Any]) -> str | None:
    """Return the name and version that the client gave of itself."""
    params = context.session.client_params
    return None if params is None else f"{params.client_info.name} {params.client_info.version}"


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=clipped(text))], is_error=True)
