"""The part of Okta Expression Language that group rules are written in.

Source: Okta Expression Language overview, "Group rules": user attributes, operators, `String`, `Arrays` and `Convert`
functions, and `isMemberOf…` functions.
"""

from okta_mcp.sandbox.rule_language.evaluation import Facts, holds
from okta_mcp.sandbox.rule_language.parsing import parse_rule
from okta_mcp.sandbox.rule_language.tree import Node, RuleError, attributes_in, groups_in

__all__ = ["Facts", "Node", "RuleError", "attributes_in", "groups_in", "holds", "parse_rule"]
