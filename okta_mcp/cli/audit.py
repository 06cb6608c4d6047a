"""`okta-mcp audit verify`, `show` and `reconcile`."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from okta_mcp.cli.options import HOW_TO_GIVE_THE_REST, org_of, settings_of
from okta_mcp.settings import Settings, SettingsError

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents
    from okta_mcp.guard.audit import Deed, Place, Reconciled
    from okta_mcp.okta import LogEvent, OktaClient, Page

_AGO = {"m": "minutes", "h": "hours", "d": "days"}
_RETENTION = timedelta(days=90)
"""How far back Okta's System Log goes."""


def add(commands: "Commands[Any]", parents: "Parents") -> None:
    """Add the command's flags."""
    audit = commands.add_parser("audit", help="verify, read and reconcile the audit trail")
    subs = audit.add_subparsers(dest="subject", metavar="verify|show|reconcile", required=True)
    shared: dict[str, Any] = {"parents": [parents.options], "epilog": HOW_TO_GIVE_THE_REST}
    verify = subs.add_parser("verify", help="find any edit, removal, reordering or truncation", **shared)
    verify.add_argument("--first", type=int, default=1, metavar="N", help="first entry, if older ones were archived")
    verify.add_argument("--expect", metavar="N:HASH", help="an entry noted elsewhere, as verify names the last")
    show = subs.add_parser("show", help="read it", **shared)
    show.add_argument("--who", metavar="TEXT", help="only writes by whoever's name or id holds this")
    show.add_argument("--on", metavar="TEXT", help="only writes on whoever's name or id holds this")
    show.add_argument("--tool", metavar="NAME", help="only writes of this tool")
    show.add_argument("--result", metavar="WORD", help="only those that ended so: done, failed, refused, in doubt, …")
    reconcile = subs.add_parser(
        "reconcile", help="compare it with Okta's System Log", parents=[parents.org, parents.options]
    )
    for one in (show, reconcile):
        one.add_argument("--since", type=_moment, metavar="WHEN", help="ISO 8601, or ago: 30m, 12h, 7d")
    for one in (verify, show, reconcile):
        one.add_argument(
            "files", nargs="*", type=Path, metavar="FILE", help="first file of a trail; default: the server's"
        )


def run(given: dict[str, Any]) -> int:
    """Do it; return the exit status: 1 where something is wrong."""
    subject, files, sandbox = given.pop("subject"), given.pop("files"), given.pop("sandbox", False)
    settings = settings_of(given)
    paths = files or _trails(settings)
    if not paths:
        raise SettingsError(["okta-mcp audit: there is no trail yet; name its FILE if it is elsewhere."])
    if subject == "verify":
        return _verify(settings, paths, given)
    return _show(paths, given) if subject == "show" else _reconcile(settings, paths, given, sandbox=sandbox)


def _trails(settings: Settings) -> list[Path]:
    """Return the first files of the trails that a server with these settings leaves."""
    from okta_mcp.guard.audit import default_file, named_file

    if settings.audit_kept == "file" and settings.audit_file is not None:
        return [named_file(settings.audit_file)]
    if settings.audit_kept != "default":
        raise SettingsError(["okta-mcp audit: OKTA_MCP_AUDIT_FILE names no file; name the FILE of the trail."])
    path = default_file()
    own = re.compile(rf"{re.escape(path.stem)}(-\d+)?{re.escape(path.suffix)}")
    return sorted(one for one in path.parent.glob(f"{path.stem}*{path.suffix}") if own.fullmatch(one.name))


def _verify(settings: Settings, paths: list[Path], given: dict[str, Any]) -> int:
    from okta_mcp.guard.audit import Seal, verify

    expect = _place(given["expect"])
    faults = 0
    for path in paths:
        found = verify(path, Seal(settings.audit_key), first=given["first"], expect=expect)
        faults += len(found.faults)
        state = "whole" if not found.faults else f"{len(found.faults)} faults"
        files = f"{found.files} file{'' if found.files == 1 else 's'}"
        _print(f"{path}: {found.entries} entries in {files}, {found.begun} to {found.ended}: {state}.")
        for fault in found.faults[:100]:
            _print(f"  {fault}")
        if len(found.faults) > 100:
            _print(f"  … and {len(found.faults) - 100} more")
        for note in found.notes:
            _print(f"  {note}")
        for entry in found.in_doubt:
            on = ", ".join(str(one.get("name")) for one in entry.get("on", ())) or "somebody new"
            _print(f"  In doubt: entry {entry['n']}, {entry.get('tool')} on {on} at {entry.get('at')}")
        _print(f"  Last entry {found.last}")
    return 1 if faults else 0


def _show(paths: list[Path], given: dict[str, Any]) -> int:
    for path in paths:
        if len(paths) > 1:
            _print(f"{path}:")
        for deed in _deeds(path, given["since"]):
            if _wanted(deed, given):
                _print(str(deed))
    return 0


def _deeds(path: Path, since: datetime | None) -> "list[Deed]":
    from okta_mcp.guard.audit import deeds_of

    if not path.exists():
        raise SettingsError([f"okta-mcp audit: there is no {path}."])
    return [deed for deed in deeds_of(path) if since is None or deed.at >= since]


def _wanted(deed: "Deed", given: dict[str, Any]) -> bool:
    def holds(one: Any, text: str | None) -> bool:
        said = (str(one.get(key) or "").casefold() for key in ("name", "id", "client"))
        return text is None or any(text.casefold() in word for word in said)

    return (
        holds(deed.who, given["who"])
        and (given["on"] is None or any(holds(one, given["on"]) for one in deed.on))
        and given["tool"] in (None, deed.tool)
        and given["result"] in (None, deed.result)
    )


def _reconcile(settings: Settings, paths: list[Path], given: dict[str, Any], *, sandbox: bool) -> int:
    import anyio

    from okta_mcp.guard.audit import reconcile

    now = datetime.now(UTC)
    since = max(given["since"] or now - _RETENTION, now - _RETENTION)
    deeds = [deed for path in paths for deed in _deeds(path, since)]

    async def compared() -> "Reconciled":
        async with org_of(settings, sandbox=sandbox) as okta:
            begin = given["since"] or min((deed.at for deed in deeds), default=now)
            # A long log is more pages than Okta gives out in a minute.
            return reconcile(deeds, await _events(okta.bulk(), begin, now), actor=await _actor(okta), now=now)

    found = anyio.run(compared)
    _print(f"{len(deeds)} writes and refusals since {since.isoformat(timespec='minutes')}; {found.agreed} in both.")
    for heading, lines in (
        ("In the trail as done, but not in Okta's log:", [str(deed) for deed in found.unseen]),
        ("Done in Okta by this credential, but not in the trail:", [_event(one) for one in found.unknown]),
        ("In doubt, and done:", [f"{deed}\n    {_event(event)}" for deed, event in found.done]),
        ("In doubt, and not done, as far as Okta's log tells:", [str(deed) for deed in found.not_done]),
        ("In doubt, and too young for Okta's log to tell; look again in some minutes:", map(str, found.too_early)),
    ):
        told = list(lines)
        if told:
            _print(heading)
            for line in told:
                _print(f"  {line}")
    return 0 if found.whole else 1


async def _events(okta: "OktaClient", since: datetime, until: datetime) -> "list[LogEvent]":
    from okta_mcp.okta.logs import list_events
    from okta_mcp.okta.pages import all_pages

    # The clocks of two machines are never quite the same.
    start, end = since - timedelta(minutes=1), until + timedelta(minutes=1)

    async def read(after: str | None) -> "Page[LogEvent]":
        return await list_events(okta, since=_wire(start), until=_wire(end), limit=1000, after=after)

    return list((await all_pages(read)).items)


async def _actor(okta: "OktaClient") -> str | None:
    """Return whom the log names as the actor; None for an application, which the log alone tells."""
    from okta_mcp.okta.org import get_me

    return (await get_me(okta)).id if okta.credentials.personal else None


def _event(event: "LogEvent") -> str:
    from okta_mcp.guard import neutral_text
    from okta_mcp.guard.audit import request_of

    targets = ", ".join(str(one.get("alternateId") or one.get("displayName")) for one in event.targets)
    return neutral_text(f"{event.published}  {event.event_type} on {targets}, request {request_of(event)}", limit=300)


def _wire(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    from okta_mcp.guard.audit import instant

    ago = re.fullmatch(r"(\d{1,6})([mhd])", text)
    try:
        return datetime.now(UTC) - timedelta(**{_AGO[ago[2]]: int(ago[1])}) if ago else instant(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no moment: 2026-01-31, 2026-01-31T09:00Z, 12h or 7d") from None


def _place(text: str | None) -> "Place | None":
    from okta_mcp.guard.audit import Place

    if text is None:
        return None
    parts = re.fullmatch(r"(\d+):([0-9a-f]{64})", text)
    if parts is None:
        raise SettingsError(["okta-mcp audit: --expect is an entry's number and hash, as verify names the last one."])
    return Place(int(parts[1]), parts[2])


def _print(line: str) -> None:
    print(line)  # noqa: T201 - the command's answer
