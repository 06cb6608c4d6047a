"""One count of writes for all servers of an org, in Redis."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from okta_mcp.okta.shared import Shared
from okta_mcp.records import record

if TYPE_CHECKING:
    from redis.asyncio import Redis

_SEEN = 3600
"""Seconds after which a server that wrote nothing is none any more."""


@record
class Rule:
    """A limit as it holds for one write.

    Args:
        key: what is counted together.
        most: how many there may be.
        seconds: in any so many.
        of: how many servers it was divided among; None when they are not known.
    """

    key: str
    most: int
    seconds: float
    of: int | None = 1


# All limits of one write are looked at and counted in one step, by the clock of Redis. A server whose name is not
# known, because Redis was started anew or was out of its reach, tells what it wrote before it is counted; its writes
# keep their names, so that none is counted twice.
#
# KEYS: the servers, then one set of writes for each rule. ARGV: name of the server, name of the write, seconds a server
# is remembered, whether it comes anew; then for each rule how many, seconds, and names and ages of its writes.
_TAKE = """
local told = redis.call('TIME')
local now = told[1] + told[2] / 1000000
local server, write, seen = ARGV[1], ARGV[2], tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - seen)
if ARGV[4] == '' and not redis.call('ZSCORE', KEYS[1], server) then return {'tell', '0', '0'} end
redis.call('ZADD', KEYS[1], now, server)
redis.call('EXPIRE', KEYS[1], seen)
local servers = tostring(redis.call('ZCARD', KEYS[1]))
for rule = 2, #KEYS do
  local at = 5 + (rule - 2) * 3
  local seconds = tonumber(ARGV[at + 1])
  for name, age in pairs(cjson.decode(ARGV[at + 2])) do
    redis.call('ZADD', KEYS[rule], 'NX', now - age, name)
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[rule], '-inf', now - seconds)
  redis.call('EXPIRE', KEYS[rule], math.ceil(seconds))
end
for rule = 2, #KEYS do
  local at = 5 + (rule - 2) * 3
  local most, seconds = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local count = redis.call('ZCARD', KEYS[rule])
  if count >= most and not redis.call('ZSCORE', KEYS[rule], write) then
    local from = redis.call('ZRANGE', KEYS[rule], count - most, count - most, 'WITHSCORES')
    return {servers, tostring(rule - 1), tostring(from[2] + seconds - now)}
  end
end
for rule = 2, #KEYS do
  redis.call('ZADD', KEYS[rule], 'NX', now, write)
end
return {servers, '0', '0'}
"""


class SharedPace:
    """Counts writes together with the other servers.

    Args:
        shared: what the servers have in common.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._name = uuid.uuid4().hex[:12]
        self._told: set[str] = set()

    async def take(
        self, write: str, rules: Sequence[Rule], mine: Mapping[str, Mapping[str, float]]
    ) -> tuple[Rule, float] | tuple[()] | None:
        """Count one write, if no limit is reached.

        Args:
            write: a name that no other write has.
            rules: the limits that it has to keep to.
            mine: by their keys, the writes of this server, and how many seconds ago each was made.

        Returns:
            nothing when it is counted; else the limit that is reached, and seconds until there is room. None when
            Redis does not answer: then nobody can tell whether it is counted.
        """
        keys = [self._shared.key("writers"), *(self._shared.key("writes", _short(rule.key)) for rule in rules)]

        async def taken(redis: "Redis") -> tuple[str, str, str]:
            given = [self._name, write, str(_SEEN), "" if self._told else "new"]
            for rule in rules:
                untold = {} if rule.key in self._told else mine[rule.key]
                given += [str(rule.most), str(rule.seconds), json.dumps(untold)]
            servers, full, wait = await redis.eval(_TAKE, len(keys), *keys, *given)
            return servers, full, wait

        async def asked(redis: "Redis") -> tuple[str, str, str]:
            answer = await taken(redis)
            if answer[0] == "tell":
                self._told.clear()
                answer = await taken(redis)
            return answer

        answer = await self._shared.ask(asked)
        if answer is None:
            self._told.clear()
            return None
        self._told.update(rule.key for rule in rules)
        servers, full, wait = answer
        self._shared.count(int(servers))
        return (rules[int(full) - 1], float(wait)) if full != "0" else ()

    def part(self, rule: Rule) -> Rule:
        """Return what this server may make alone of a limit, so that all together keep to it.

        A server that has not yet heard of the others makes one write, whatever the limit: there may be any number.
        """
        servers = self._shared.servers
        return replace(rule, most=max(1, rule.most // servers) if servers else 1, of=servers)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
