"""Lists of names in one text."""


def names(text: object) -> object:
    """Take a comma-separated list apart; leave alone what is none."""
    return [name.strip() for name in text.split(",") if name.strip()] if isinstance(text, str) else text
