"""A call that the operator does not allow."""


class Refused(Exception):
    """The operator's policy does not allow this call.

    Args:
        reason: one sentence for the reader.
        remedy: what the reader can do about it.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
