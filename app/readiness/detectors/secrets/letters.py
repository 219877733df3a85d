"""How word-like letters are, by how often each pair of letters occurs in the words of source texts."""

from itertools import pairwise

import re2

from app.readiness.detectors.secrets.pack import latin1

# Row by first letter, digit by second: bits of surprise, 9 at most, counted over the words of some fifty source trees.
_SURPRISE = (
    "65448757575353959343557866"
    "35663787378366489456489969"
    "38573893375588299563599976"
    "37762778388666379557478967"
    "56446657676453868234767686"
    "36663478288477389465498969"
    "38872755387575489356488868"
    "27772888387566389464577969"
    "56454658865452468544759795"
    "27752777486676368755377987"
    "37673887386476389544488969"
    "37752878277377489955579949"
    "25872888388657439867499979"
    "38443637376785489843569968"
    "65547767675442659345455887"
    "38773886498487349255599979"
    "57676767677477676656166768"
    "37652768396656379544568967"
    "48483885385577448842487966"
    "38782895297677489455487957"
    "45554758566443649333778887"
    "27771988287786399668679968"
    "27662775397684479547787747"
    "46463686377657537763677467"
    "45454666475444448634675766"
    "26752877387664478775466855"
)
_RUNS = re2.compile(rb"[A-Z]?[a-z]+|[A-Z]+", latin1())
_SHORTEST_WORD = 4
_MOST_SURPRISE = 4.7
_A = ord("a")
_LETTERS = 26


def is_wordy(run: bytes) -> bool:
    """Whether four letters or more, of either case, follow each other as in words."""
    if len(run) < _SHORTEST_WORD:
        return False
    lowered = [letter - _A for letter in run.lower()]
    bits = sum(int(_SURPRISE[left * _LETTERS + right]) for left, right in pairwise(lowered))
    return bits <= _MOST_SURPRISE * (len(lowered) - 1)


def share_of_words(value: bytes) -> float:
    """The share of the bytes that stand in words; a capital starts a new one."""
    return sum(len(run) for run in _RUNS.findall(value) if is_wordy(run)) / len(value) if value else 0.0
