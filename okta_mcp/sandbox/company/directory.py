"""The groups and apps of the generated company, and which of the groups somebody is in."""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Literal

from okta_mcp.sandbox.company.divisions import DIVISIONS
from okta_mcp.sandbox.company.draws import Draws
from okta_mcp.sandbox.company.offices import OFFICES, Office
from okta_mcp.sandbox.company.specs import AppSpec, GroupSpec

__all__ = ["Directory"]

_IMPORTED_FROM = "Active Directory"
_ADMINISTRATORS = "Okta Administrators"
_MAILBOXES = "Shared Mailboxes"
_COLOURS = "Amber Azure Bronze Cobalt Copper Coral Crimson Golden Indigo Ivory Jade Ochre Pearl Scarlet Silver Teal"
_THINGS = (
    "Anchor Beacon Bridge Canyon Comet Compass Condor Delta Falcon Forge Garden Glacier Harbour Heron Island Lantern"
    " Maple Meadow Meridian Monsoon Orchid Otter Prairie Quarry Raven River Summit Thistle Tundra Willow"
)
_KINDS = ("Project", "Pilot", "Readers", "Editors", "Owners", "Guild")
_OWN_APPS = (
    "Code Hosting/Engineering, Build Farm/Engineering, Error Tracker/Engineering, Feature Flags/Engineering,"
    " Customer CRM/Sales, Quoting/Sales, Sales Coach/Sales, Help Centre/Support, Remote Hands/Support,"
    " Warehouse/Operations, Fleet Tracker/Operations, Shift Planner/Manufacturing, Machine Monitor/Manufacturing,"
    " Ledger/Finance, Payroll/Finance, Expense Audit/Finance, Asset Register/IT, Remote Console/IT, Recruiting/People,"
    " People Records/People, Campaigns/Marketing, Press Room/Marketing, Roadmaps/Product, Design Library/Product,"
    " Suppliers/Procurement, Contracts/Legal, Badge Control/Security"
)
_SHARED_APPS = (
    "Whiteboard, Surveys, Translations, Diagrams, Meeting Rooms, Video Archive, Data Lake, Dashboards, Notebooks,"
    " Print Portal, Parking, Canteen, Bike Rental, Training, Ideas Box, Style Guide, Test Lab, Map Viewer,"
    " Research Library, Archive, Screen Recorder, Signatures, Travel Desk, Vendor Portal, Wiki, Chat Exports,"
    " File Transfer, Old Intranet, Asset Store, Time Sheets"
)


class Directory:
    """Groups and apps.

    Args:
        size: how many groups there are, at least the two that are built in.
        seed: what the choice of apps follows from.
    """

    def __init__(self, size: int, seed: int) -> None:
        self._seed = seed
        self.groups: tuple[GroupSpec, ...] = tuple(islice(_specs(), size))
        self._names = frozenset(spec.name for spec in self.groups)
        fixed = sum(1 for _ in _fixed())
        self._projects = tuple(spec.name for spec in self.groups[fixed:])
        self.of_administrator = self._present([_ADMINISTRATORS, "IT"])
        self.of_mailboxes = self._present([_MAILBOXES])

    def groups_of(
        self,
        draws: Draws,
        *,
        department: str,
        office: Office,
        leads: bool,
        contractor: bool,
        remote: bool,
        from_directory: bool,
    ) -> tuple[str, ...]:
        """Return the names of the groups somebody is in: most people are in 5 to 15, Everyone counted."""
        wanted = [
            department,
            _office_group(office),
            _country_group(office),
            f"{department} {office.city}",
            "Contractors" if contractor else "Employees",
        ]
        if remote or draws.chance(0.5):
            wanted.append("VPN Users")
        if leads:
            wanted.append("All Managers")
        if from_directory:
            wanted.append("Domain Users")
        if self._projects:
            # The first projects are large, most of the others small.
            wanted.extend(draws.one_of(self._projects, skew=2.2) for _ in range(draws.number(8)))
        return self._present(wanted)

    def _present(self, wanted: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in dict.fromkeys(wanted) if name in self._names)

    def apps(self) -> tuple[AppSpec, ...]:
        """Return all apps; each gives access through groups."""
        draws = Draws(self._seed, "apps")
        own = (name.split("/") for name in _OWN_APPS.split(", "))
        specs = [
            _app("Mail Suite", draws, ["Everyone"]),
            _app("Remote Access", draws, self._present(["VPN Users"])),
            AppSpec(
                _IMPORTED_FROM,
                "active_directory",
                "AUTO_LOGIN",
                settings={"app": {}},
                groups=self._present(["Domain Users"]),
            ),
            *(_app(label, draws, self._present([department])) for label, department in own),
        ]
        for label in _SHARED_APPS.split(", "):
            some = {draws.one_of(self._projects, skew=1.2) for _ in range(6)} if self._projects else set()
            specs.append(_app(label, draws, sorted(some)))
        return tuple(specs)


def _app(label: str, draws: Draws, groups: Sequence[str]) -> AppSpec:
    host = label.lower().replace(" ", "-")
    address = f"https://{host}.example.com"
    status: Literal["ACTIVE", "INACTIVE"] = "INACTIVE" if label.startswith("Old ") else "ACTIVE"
    if draws.chance(0.3):
        settings = {"app": {"requestIntegration": False, "url": address}, "signOn": {}}
        return AppSpec(label, "bookmark", "BOOKMARK", status, settings=settings, groups=tuple(groups))
    settings = {"app": {}, "signOn": {"ssoAcsUrl": f"{address}/saml/acs", "audience": address}}
    return AppSpec(label, "template_saml_2_0", "SAML_2_0", status, settings=settings, groups=tuple(groups))


def _specs() -> Iterator[GroupSpec]:
    yield from _fixed()
    yield from _projects()


def _fixed() -> Iterator[GroupSpec]:
    yield GroupSpec("Everyone", "All users in your organization", "BUILT_IN")
    yield GroupSpec(_ADMINISTRATORS, "Okta manages this group, which contains all administrators", "BUILT_IN")
    for division in DIVISIONS:
        yield GroupSpec(division.name, f"Everybody in {division.name}")
    yield GroupSpec("Employees", "Employed by the company")
    yield GroupSpec("Contractors", "Not employed by the company")
    yield GroupSpec("VPN Users", "May connect from outside the offices")
    yield GroupSpec("All Managers", "Everybody who leads somebody")
    yield GroupSpec(_MAILBOXES, "Mailboxes that belong to nobody")
    yield GroupSpec(
        "Domain Users",
        "All domain users",
        "APP_GROUP",
        _IMPORTED_FROM,
        {"samAccountName": "Domain Users", "dn": "CN=Domain Users,OU=Groups,DC=example,DC=com"},
    )
    for office in OFFICES:
        yield GroupSpec(_office_group(office), f"Everybody in {office.city}")
    for country in dict.fromkeys(office.country for office in OFFICES):
        yield GroupSpec(f"Country {country}")
    for division, office in product(DIVISIONS, OFFICES):
        yield GroupSpec(f"{division.name} {office.city}", f"{division.name} in {office.city}")


def _projects() -> Iterator[GroupSpec]:
    """Name as many as are asked for: the names of one round come again with a number in the next."""
    names = [
        f"{kind} {colour} {thing}" for colour, thing in product(_COLOURS.split(), _THINGS.split()) for kind in _KINDS
    ]
    # Neighbours in the list should not be neighbours in the alphabet.
    step = 1_111
    lap = 1
    while True:
        for place in range(len(names)):
            name = names[place * step % len(names)]
            yield GroupSpec(name if lap == 1 else f"{name} {lap}")
        lap += 1


def _office_group(office: Office) -> str:
    return f"Office {office.city}"


def _country_group(office: Office) -> str:
    return f"Country {office.country}"
