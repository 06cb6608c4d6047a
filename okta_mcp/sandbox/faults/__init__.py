"""Faults on order: requests that fail the way a network, a proxy or a busy org makes them fail."""

from okta_mcp.sandbox.faults.rule import FaultRule, Kind, When, rule_of, rules_in
from okta_mcp.sandbox.faults.rules import Fault, Faults
from okta_mcp.sandbox.faults.spoiling import spoiled
from okta_mcp.sandbox.faults.staleness import Hindsight

__all__ = ["Fault", "FaultRule", "Faults", "Hindsight", "Kind", "When", "rule_of", "rules_in", "spoiled"]
