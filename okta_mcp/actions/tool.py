"""An action as an MCP tool: how a call travels from the client's JSON to the action and back."""

import logging
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, Self

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from mcp.types import Tool as ListedTool
from pydantic import PrivateAttr

from okta_mcp.actions.action import Action, Call, Effect
from okta_mcp.actions.arguments import ArgumentError, Arguments, arguments_of
from okta_mcp.actions.bounding import bounded, clipped
from okta_mcp.actions.descriptions import description_of
from okta_mcp.actions.failures import explain
from okta_mcp.actions.picking import NotPicked, Pending, Picker
from okta_mcp.actions.resolving import resolve
from okta_mcp.actions.results import Result, result_schema
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.touched import Touched
from okta_mcp.directory import Directory, Unresolved
from okta_mcp.guard import Owner, Policy, Refused
from okta_mcp.okta import OktaClient, OktaError, Wait

logger = logging.getLogger("okta_mcp.actions")

OnWrite = Callable[[Context[Any, Any], Touched], Awaitable[None]]
"""Hears of a write: the context of its call, and what it may have changed."""


def listed_tool(action: Action, *, output_schema: bool = True) -> ListedTool:
    """Return the tool of an action as clients are shown it.

    Args:
        action: the record.
        output_schema: whether to publish the schema of the answer.
    """
    return ListedTool(
        name=action.name,
        title=action.title,
        description=description_of(action.name),
        input_schema=arguments_of(action).schema,
        output_schema=result_schema(action.run) if output_schema else None,
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
    _arguments: Arguments = PrivateAttr()
    _okta: OktaClient = PrivateAttr()
    _directory: Directory = PrivateAttr()
    _policy: Policy = PrivateAttr()
    _owner: Owner = PrivateAttr()
    _on_write: OnWrite | None = PrivateAttr()

    @classmethod
    def of(
        cls,
        action: Action,
        okta: OktaClient,
        directory: Directory,
        policy: Policy,
        owner: Owner,
        *,
        output_schema: bool = True,
        on_write: OnWrite | None = None,
    ) -> Self:
        """Return the tool of an action.

        Args:
            action: the record.
            okta: the org's client.
            directory: finds whom the arguments name.
            policy: what the operator allows; enforced at every call.
            owner: the user behind the credentials, protected from being locked out.
            output_schema: whether to publish the schema of the answer.
            on_write: called after a write, with what it may have changed.
        """
        listed, arguments = listed_tool(action, output_schema=output_schema), arguments_of(action)
        tool = cls(
            fn=action.run,
            name=listed.name,
            title=listed.title,
            description=listed.description or "",
            parameters=listed.input_schema,
            fn_metadata=FuncMetadata(arg_model=arguments.model, output_schema=listed.output_schema),
            is_async=True,
            annotations=listed.annotations,
        )
        tool._action, tool._arguments, tool._policy, tool._owner = action, arguments, policy, owner
        tool._okta, tool._directory, tool._on_write = okta, directory, on_write
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
        named: dict[str, object] = {}
        try:
            text, data = bounded(await self._perform(arguments, context, named))
        except Pending as pending:
            return pending.result
        except (ArgumentError, Unresolved, NotPicked, Refused, OktaError) as error:
            logger.info("%s failed: %s", self.name, type(error).__name__)
            return _failed(explain(error, self._action, named))
        except MCPError:
            raise
        except Exception:
            # What went wrong stays in the log; the answer must not carry a secret or a stack trace.
            logger.exception("%s met an internal error", self.name)
            state = "It is not known whether anything was changed. " if self._action.writes else ""
            return _failed(
                f"{self.name} met an internal error of this server. {state}The operator finds it in the log."
            )
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)

    async def _perform(self, given: dict[str, Any], context: Context[Any, Any], named: dict[str, object]) -> Result:
        self._policy.enforce(self._action)
        values = self._arguments.check(respell(given, self._arguments))

        waits = count(1)  # of all the requests of this call: progress may only rise

        async def on_wait(wait: Wait) -> None:
            await context.report_progress(next(waits), message=f"{wait.reason}; waiting {wait.seconds:.0f} s")

        okta = self._okta.observed(on_wait)
        directory = self._directory.observed(okta)

        picker = Picker(context, self._action.title)
        await resolve(directory, self._arguments.references, values, picker, named)
        await self._owner.protect(self._action, named.values())
        call = Call(okta=okta, directory=directory, picked=picker.chosen)
        result: Result | None = None
        done = False
        try:
            while result is None:
                try:
                    result = await self._action.run(call, **{**values, **named})
                    done = self._action.writes
                except Unresolved as error:
                    # Words inside an argument are looked up by the action, before it changes anything.
                    await picker.ask([(error.argument or error.kind, error)])
        except OktaError as error:
            done = self._action.writes and error.maybe_applied
            raise
        finally:
            if self._action.writes:
                # One that failed may have been done all the same.
                touched = Touched.of(named.values(), result)
                touched.forget(self._directory)
                if done and self._on_write is not None:
                    await self._on_write(context, touched)
        return result


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=clipped(text))], is_error=True)
