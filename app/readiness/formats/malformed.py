"""What a format reader raises when a file cannot be read: never more than that file is affected."""


class Malformed(Exception):
    """No valid document of its format, or one over a limit; line and column are 1-based, 0 when unknown."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class KeptElsewhere(Malformed):
    """Part of what a file runs is kept in another repository; names: what it is called there."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("a part of it is kept in another repository")
        self.names = names
