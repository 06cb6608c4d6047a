"""The groups, the apps and the custom attributes of the company."""

from collections.abc import Iterable

from okta_mcp.sandbox.company.specs import AppSpec, CustomAttribute, GroupSpec, Person

DIRECTORY = "Active Directory"


def groups() -> tuple[GroupSpec, ...]:
    """Return all groups."""
    return (
        GroupSpec("Everyone", "All users in your organization", "BUILT_IN"),
        GroupSpec("Okta Administrators", "Okta manages this group, which contains all administrators", "BUILT_IN"),
        GroupSpec("Engineering", "Everybody in Engineering"),
        GroupSpec("Sales", "Everybody in Sales"),
        GroupSpec("Sales EU", "Sales staff in Europe"),
        GroupSpec("Finance", "Everybody in Finance"),
        GroupSpec("Support", "Everybody in Support"),
        GroupSpec("IT", "Everybody in IT"),
        GroupSpec("VPN Users", "May connect from outside the offices"),
        GroupSpec("All Managers", "Everybody who leads somebody"),
        GroupSpec("Contractors", "Not employed by the company"),
        GroupSpec("Aurora Pilot"),
        _imported("Domain Users", "All domain users", 513),
        _imported("Sales-EU", "European sales, from the domain", 1107),
    )


def _imported(name: str, description: str, number: int) -> GroupSpec:
    return GroupSpec(
        name,
        description,
        "APP_GROUP",
        DIRECTORY,
        {
            "samAccountName": name,
            "dn": f"CN={name},OU=Groups,DC=example,DC=com",
            "objectSid": f"S-1-5-21-1000000001-1000000002-1000000003-{number}",
            "groupType": "Security",
            "groupScope": "Global",
            "windowsDomainQualifiedName": f"EXAMPLE\\{name}",
            "externalId": f"ad-group-{number}",
        },
    )


def apps(people: Iterable[Person]) -> tuple[AppSpec, ...]:
    """Return all apps; the directory is assigned to those of `people` that it masters."""
    mastered = tuple(person.login for person in people if person.provider == "ACTIVE_DIRECTORY")
    return (
        AppSpec("Mail Suite", "google", "SAML_2_0", settings=_saml("mail"), groups=("Everyone",)),
        AppSpec("Expenses", "template_swa", "BROWSER_PLUGIN", settings=_bookmark("expenses"), groups=("Everyone",)),
        AppSpec(
            "Team Wiki",
            "template_saml_2_0",
            "SAML_2_0",
            settings=_saml("wiki"),
            groups=("Engineering", "Support", "IT"),
            users=("hannah.cole@example.com", "layla.nasser@example.com"),
        ),
        AppSpec(
            "Customer CRM",
            "template_saml_2_0",
            "SAML_2_0",
            settings=_saml("crm"),
            groups=("Sales", "Sales EU"),
            users=("camille.rousseau@example.com",),
        ),
        AppSpec(
            "Code Hosting",
            "oidc_client",
            "OPENID_CONNECT",
            settings={
                "app": {},
                "oauthClient": {
                    "redirect_uris": ["https://code.example.com/callback"],
                    "grant_types": ["authorization_code"],
                    "response_types": ["code"],
                    "application_type": "web",
                },
            },
            groups=("Engineering",),
            users=("wei.chen@example.com",),
        ),
        AppSpec(
            "Payroll",
            "bookmark",
            "BOOKMARK",
            settings=_bookmark("payroll"),
            groups=("Finance",),
            users=("rosa.delgado@example.com",),
        ),
        AppSpec("Remote Access", "template_saml_2_0", "SAML_2_0", settings=_saml("vpn"), groups=("VPN Users",)),
        AppSpec(
            "Old Intranet",
            "bookmark",
            "BOOKMARK",
            "INACTIVE",
            settings=_bookmark("intranet"),
            groups=("All Managers",),
        ),
        AppSpec(DIRECTORY, "active_directory", "AUTO_LOGIN", settings={"app": {}}, users=mastered),
    )


def _bookmark(host: str) -> dict[str, object]:
    return {"app": {"requestIntegration": False, "url": f"https://{host}.example.com"}, "signOn": {}}


def _saml(host: str) -> dict[str, object]:
    address = f"https://{host}.example.com"
    return {"app": {}, "signOn": {"ssoAcsUrl": f"{address}/saml/acs", "audience": address}}


def custom_attributes() -> tuple[CustomAttribute, ...]:
    """Return what the company added to the user profile."""
    return (
        CustomAttribute("startDate", "Start date", "string", {"description": "First day, YYYY-MM-DD"}),
        CustomAttribute("badgeNumber", "Badge number", "integer", {"minimum": 1}),
        CustomAttribute("remote", "Works remotely", "boolean"),
        CustomAttribute("skills", "Skills", "array", {"items": {"type": "string"}}),
    )
