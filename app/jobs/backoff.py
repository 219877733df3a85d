"""How long to wait before trying again."""

from random import SystemRandom

# The longest pause, in seconds: work is never given up, and a fault that ends is noticed within a minute.
LONGEST = 60.0
# After so many tries a fault is no passing one any more.
PATIENCE = 6
_random = SystemRandom()


def delay(tries: int, longest: float = LONGEST) -> float:
    """Seconds to wait after so many failed tries: doubling, with jitter so that workers do not come back together."""
    return min(longest, 2.0 ** min(tries, 16)) * _random.uniform(0.5, 1.0)
