"""How sure one can be that a value has the inner shape of a secret."""

from enum import IntEnum


class Shape(IntEnum):
    """In rising order: NO is dropped, DOUBTFUL is a warning at most, YES counts as its tier says."""

    NO = 0
    DOUBTFUL = 1
    YES = 2
