"""What is wrong with options."""


class SettingsError(ValueError):
    """Options that cannot be used; the text has one line for each problem.

    Attributes:
        problems: those lines.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class MissingOrgError(SettingsError):
    """No org is named: there is nothing wrong that a sandbox would not mend."""
