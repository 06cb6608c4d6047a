"""The audit trail: who changed what in the org, in a file that shows whether anybody has changed it since."""

from typing import TYPE_CHECKING

from okta_mcp.deferral import deferred
from okta_mcp.guard.audit.facts import Attempt, Confirmation, Outcome, Sent, Target
from okta_mcp.guard.audit.head import InUse
from okta_mcp.guard.audit.ledger import Chained, Ledger
from okta_mcp.guard.audit.opening import default_file, named_file, opened_trail
from okta_mcp.guard.audit.recovery import Damaged
from okta_mcp.guard.audit.redaction import HIDDEN, recorded
from okta_mcp.guard.audit.sealing import Place, Seal
from okta_mcp.guard.audit.tally import Tally
from okta_mcp.guard.audit.trail import BrokenTrail, KeptTrail, NoTrail, Trail, Unrecorded

if TYPE_CHECKING:
    from okta_mcp.guard.audit.deeds import Deed, deeds_of, instant
    from okta_mcp.guard.audit.reconciling import Reconciled, reconcile, request_of
    from okta_mcp.guard.audit.verifying import Fault, Findings, verify

# What reads a trail; a server only writes one.
__getattr__ = deferred(
    __name__,
    {
        "deeds": ("Deed", "deeds_of", "instant"),
        "reconciling": ("Reconciled", "reconcile", "request_of"),
        "verifying": ("Fault", "Findings", "verify"),
    },
)

__all__ = [
    "HIDDEN",
    "Attempt",
    "BrokenTrail",
    "Chained",
    "Confirmation",
    "Damaged",
    "Deed",
    "Fault",
    "Findings",
    "InUse",
    "KeptTrail",
    "Ledger",
    "NoTrail",
    "Outcome",
    "Place",
    "Reconciled",
    "Seal",
    "Sent",
    "Tally",
    "Target",
    "Trail",
    "Unrecorded",
    "deeds_of",
    "default_file",
    "instant",
    "named_file",
    "opened_trail",
    "reconcile",
    "recorded",
    "request_of",
    "verify",
]
