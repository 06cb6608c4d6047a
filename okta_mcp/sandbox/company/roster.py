"""The people, a line each: name, title, manager, city, and what is special about them."""

from dataclasses import dataclass

from okta_mcp.sandbox.company.specs import Provider, UserStatus

CEO = "grace.okafor"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the roster.

    Args:
        name: first and last name; the first name is one word.
        title: job title.
        manager: local part of the manager's login; None for the head of the company.
        city: one of the company's places.
        status: user status.
        key: local part of the login, where it does not follow from the name.
        mailbox: local part of the email, where it is not that of the login.
        contractor: whether somebody else employs them.
        provider: which directory masters the user.
        hired: days since the user was made; None for the usual spread.
        skills: the custom attribute `skills`.
    """

    name: str
    title: str
    manager: str | None
    city: str
    status: UserStatus = "ACTIVE"
    key: str | None = None
    mailbox: str | None = None
    contractor: bool = False
    provider: Provider = "OKTA"
    hired: int | None = None
    skills: tuple[str, ...] = ()


ROSTER: dict[str, tuple[Line, ...]] = {
    "Operations": (
        Line("Grace Okafor", "Chief Executive Officer", None, "London", hired=3650),
        Line("Daniel Owusu", "Chief Operating Officer", CEO, "London", hired=3300),
        Line("Clara Jensen", "Facilities Manager", "daniel.owusu", "London"),
        Line("Mateus Oliveira", "Procurement Specialist", "daniel.owusu", "São Paulo"),
        Line("Viktor Szabó", "Logistics Planner", "clara.jensen", "Berlin", provider="ACTIVE_DIRECTORY"),
        Line("Harvey Quill", "Warehouse Supervisor", "clara.jensen", "Austin", provider="ACTIVE_DIRECTORY"),
        Line("Dorothy Finch", "Office Manager", "clara.jensen", "London", provider="ACTIVE_DIRECTORY"),
    ),
    "Engineering": (
        Line("Priya Raman", "VP Engineering", CEO, "Austin", skills=("architecture",)),
        Line("Lukas Brandt", "Engineering Manager", "priya.raman", "Berlin", skills=("go", "kubernetes")),
        Line("Ibrahim Sesay", "Engineering Manager", "priya.raman", "Austin", skills=("python", "security")),
        Line("Ada Kovács", "Staff Engineer", "lukas.brandt", "Berlin", skills=("rust", "go")),
        Line("Sam Whitfield", "Software Engineer", "ibrahim.sesay", "Austin", skills=("python",)),
        Line("Maria Santos", "Software Engineer", "ibrahim.sesay", "São Paulo", skills=("python", "sql")),
        Line("Jonas Weber", "Software Engineer", "lukas.brandt", "Berlin", skills=("typescript",)),
        Line("Mei Tanaka", "Site Reliability Engineer", "ibrahim.sesay", "Austin", skills=("kubernetes",)),
        Line("Zoë Lefèvre", "Software Engineer", "lukas.brandt", "Lyon", skills=("java", "sql")),
        Line("Rafael Nunes", "Quality Engineer", "ibrahim.sesay", "São Paulo", contractor=True),
        Line("Oleg Petrenko", "Data Engineer", "lukas.brandt", "Berlin", skills=("sql", "python")),
        Line("Hannah Cole", "Product Designer", "priya.raman", "London"),
        Line("Tess Vandermeer", "Engineering Intern", "lukas.brandt", "Berlin", "STAGED", hired=2),
    ),
    "Sales": (
        Line("Marcus Feld", "VP Sales", CEO, "London"),
        Line("Erik Johansson", "Sales Manager EU", "marcus.feld", "London"),
        Line("Chloe Bennett", "Sales Manager Americas", "marcus.feld", "Austin"),
        Line("Ada Byrne", "Account Executive", "erik.johansson", "Dublin"),
        Line("Sofia Marchetti", "Account Executive", "erik.johansson", "Lyon"),
        Line("Felix Hartmann", "Account Executive", "erik.johansson", "Berlin", "LOCKED_OUT"),
        Line("Sam Adeyemi", "Sales Development Representative", "chloe.bennett", "Austin"),
        Line("Diego Salazar", "Account Executive", "chloe.bennett", "São Paulo"),
        Line("Amara Diallo", "Sales Operations Analyst", "marcus.feld", "London"),
        Line("Nikhil Menon", "Solutions Engineer", "chloe.bennett", "Austin"),
        Line("Olivia Grant", "Account Executive", "chloe.bennett", "Austin", "DEPROVISIONED"),
        Line(
            "Pavel Dvořák",
            "Sales Development Representative",
            "erik.johansson",
            "Berlin",
            "PROVISIONED",
            hired=5,
        ),
    ),
    "Finance": (
        Line("Helena Novák", "Chief Financial Officer", CEO, "Berlin"),
        Line("Maria Santos", "Payroll Specialist", "helena.novak", "Austin", key="maria.santos2"),
        Line("Ada Nwosu", "Financial Analyst", "helena.novak", "London"),
        Line("George Pappas", "Accountant", "helena.novak", "London"),
        Line("Yuki Mori", "Treasury Analyst", "helena.novak", "Austin"),
        Line("Lena Fischer", "Accounts Payable Clerk", "helena.novak", "Berlin", "PASSWORD_EXPIRED"),
    ),
    "People": (
        Line("Tomás Herrera", "Chief People Officer", CEO, "Austin"),
        Line("Sinéad O'Brien", "HR Business Partner", "tomas.herrera", "Dublin"),
        Line("Kofi Asante", "Recruiter", "tomas.herrera", "London"),
        Line("Rosa Delgado", "People Operations Specialist", "tomas.herrera", "Austin"),
        Line("Emily Hart", "Recruiter", "tomas.herrera", "London", "SUSPENDED"),
    ),
    "Support": (
        Line("Naomi Tarrant", "Head of Support", CEO, "Dublin"),
        Line("Liam Doyle", "Support Lead", "naomi.tarrant", "Dublin"),
        Line("Ana Ribeiro", "Support Engineer", "liam.doyle", "São Paulo"),
        Line("Sam Kowalski", "Support Engineer", "liam.doyle", "Berlin"),
        Line("Fatima Haddad", "Support Engineer", "liam.doyle", "Lyon"),
        Line("Noah Ellis", "Support Engineer", "liam.doyle", "Austin", "RECOVERY"),
        Line("Greta Lund", "Support Engineer", "liam.doyle", "Dublin", "STAGED", hired=1),
        Line("Hugo Ferreira", "Support Engineer", "liam.doyle", "São Paulo", "PROVISIONED", hired=3),
        Line("Jade Morrison", "Support Engineer", "liam.doyle", "Austin", "SUSPENDED", contractor=True),
    ),
    "IT": (
        Line("Victor Lindqvist", "Head of IT", CEO, "London"),
        Line("Alex Admin", "IT Administrator", "victor.lindqvist", "London", key="admin", hired=3600),
        Line("Wei Chen", "Systems Administrator", "victor.lindqvist", "Austin", skills=("linux", "python")),
        Line("Ruth Abernathy", "Help Desk Lead", "victor.lindqvist", "London"),
        Line("Mikkel Holm", "Help Desk Agent", "ruth.abernathy", "Berlin"),
        Line("Bilal Qureshi", "Network Engineer", "victor.lindqvist", "Dublin", contractor=True),
    ),
    "Legal": (
        Line("Ingrid Sørensen", "General Counsel", CEO, "London"),
        Line("Peter Lang", "Counsel", "ingrid.sorensen", "Berlin"),
        Line("Simone Girard", "Paralegal", "ingrid.sorensen", "Lyon"),
    ),
    "Marketing": (
        Line("Camille Rousseau", "Chief Marketing Officer", CEO, "Lyon"),
        Line("Björn Åkesson", "Content Editor", "camille.rousseau", "Berlin"),
        Line("Layla Nasser", "Product Marketing Manager", "camille.rousseau", "London"),
        Line("Elena Popescu", "Brand Manager", "camille.rousseau", "Lyon", mailbox="elena.ionescu"),
        Line("Tom Ashby", "Events Coordinator", "camille.rousseau", "London", "DEPROVISIONED", contractor=True),
    ),
}
