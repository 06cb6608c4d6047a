"""The schemas of the org's user types as they were a moment ago: read once, whoever asks for what is in them."""

from collections.abc import Callable, Mapping

import anyio

from okta_mcp.directory.attributes import Attributes
from okta_mcp.directory.memory import Memory
from okta_mcp.okta import Forbidden, NotFound, OktaClient
from okta_mcp.okta.schemas import get_user_schema, list_schemas_of_types
from okta_mcp.records import record

_SECONDS = 300.0
LATELY = 10.0
"""How long what was read counts as just read."""

_TYPES = 20
_DEFAULT = "default"


@record
class _Read:
    """What Okta answered.

    Args:
        at: when, by the clock.
        attributes: None where the type has no schema.
        refused: why there is none to be had.
    """

    at: float
    attributes: Attributes | None = None
    refused: Forbidden | NotFound | None = None

    def told(self) -> Attributes | None:
        if self.refused is not None:
            raise self.refused.with_traceback(None)
        return self.attributes


class Schemas:
    """What the schemas of the org were a moment ago.

    Args:
        clock: seconds, from wherever.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # Under the id of the schema and under that of the type: who asks may know only one of them.
        self._known: Memory[str, _Read] = Memory(entries=2 * _TYPES, seconds=_SECONDS, clock=clock)
        self._types: Memory[str, Mapping[str, str]] = Memory(entries=1, seconds=_SECONDS, clock=clock)
        self._asking = anyio.Lock()

    async def attributes(
        self, okta: OktaClient, schema_id: str | None, type_id: str | None, *, since: float
    ) -> Attributes | None:
        """Return the attributes of a user type; see `Directory.attributes`.

        Args:
            okta: whom to ask.
            schema_id: of the type's schema.
            type_id: of the type.
            since: what was read before then does not do, by the clock.
        """
        keys = [key for key in (schema_id, type_id) if key is not None] or [_DEFAULT]
        async with self._asking:
            for key in keys:
                known = self._known.get(key)
                if known is not None and known.at >= since:
                    return known.told()
            read = await self._read(okta, schema_id, type_id)
            for key in keys:
                self._known.put(key, read)
            return read.told()

    async def _read(self, okta: OktaClient, schema_id: str | None, type_id: str | None) -> _Read:
        at = self._clock()
        try:
            if schema_id is None:
                schema_id = _DEFAULT if type_id is None else await self._of_type(okta, type_id)
            return _Read(at, Attributes.of(await get_user_schema(okta, schema_id)) if schema_id else None)
        except (Forbidden, NotFound) as error:
            return _Read(at, refused=error)

    async def _of_type(self, okta: OktaClient, type_id: str) -> str | None:
        known = self._types.get(_DEFAULT)
        if known is None or type_id not in known:
            known = await list_schemas_of_types(okta)
            self._types.put(_DEFAULT, known)
        return known.get(type_id)
