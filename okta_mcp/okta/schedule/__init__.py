"""When each request to Okta goes out: its rate limits as a schedule.

`Schedule` is asked for a turn before every request and told what the answer said. It keeps a window for each bucket
(`window`), learns which requests share one (`buckets`), bounds what is under way at once (`gate`), and lets those who
wait go by turns (`parties`).
"""

from okta_mcp.okta.schedule.ledger import Ledger, LocalLedger
from okta_mcp.okta.schedule.parties import Party, Priority
from okta_mcp.okta.schedule.replicas import SharedLedger
from okta_mcp.okta.schedule.schedule import Schedule, Turn, TurnTooLate
from okta_mcp.okta.schedule.standing import Standing

__all__ = ["Ledger", "LocalLedger", "Party", "Priority", "Schedule", "SharedLedger", "Standing", "Turn", "TurnTooLate"]
