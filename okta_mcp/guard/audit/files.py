"""The files of one trail: `audit.jsonl`, then `audit.2.jsonl`, `audit.3.jsonl`, …, and the head beside them."""

import re
from pathlib import Path

from okta_mcp.records import record


@record
class Files:
    """The files of one trail. None is ever renamed: a full one stays, and the next gets the next number.

    Args:
        first: the path that the operator names.
    """

    first: Path

    @property
    def head(self) -> Path:
        """The path of the head."""
        return self.first.with_name(self.first.name + ".head")

    def numbered(self, number: int) -> Path:
        """Return the path of a file.

        Args:
            number: from 1.
        """
        if number == 1:
            return self.first
        return self.first.with_name(f"{self.first.stem}.{number}{self.first.suffix}")

    def present(self) -> list[int]:
        """Return the numbers of the files there are, in order."""
        name = re.compile(rf"{re.escape(self.first.stem)}\.([1-9][0-9]*){re.escape(self.first.suffix)}")
        try:
            found = [name.fullmatch(path.name) for path in self.first.parent.iterdir()]
        except FileNotFoundError:
            return []
        numbers = {int(one[1]) for one in found if one is not None} - {1}
        return sorted(numbers | ({1} if self.first.exists() else set()))
