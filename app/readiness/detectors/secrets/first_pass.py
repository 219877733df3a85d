"""Which prefilter looks: RE2 over literals at first, Hyperscan once it is at hand or there is much to scan."""

from functools import cache
from hashlib import sha256

from app.readiness.detectors.detector import Keeping
from app.readiness.detectors.secrets.generic_shapes import load_shapes, shapes_digest
from app.readiness.detectors.secrets.pack import load_pack, pack_digest
from app.readiness.detectors.secrets.prefilter import GatePrefilter, LiteralPrefilter, Prefilter, Suspects

# What literals cost more over so many bytes, making the gates costs.
WORTHWHILE = 8 << 20
# Changes with the way a gate is written.
_VERSION = "1"


class FirstPass:
    """Gives equal matches whichever prefilter looks; `keeping` holds the gates made by earlier processes."""

    def __init__(self) -> None:
        self._prefilter: Prefilter | None = None
        self._scanned = 0
        self._is_settled = False
        self._keeping: Keeping | None = None

    def prepare(self, keeping: Keeping | None) -> None:
        """Takes the gates that are kept; without them they are made when so much was scanned that they are worth it."""
        if self._keeping is None and keeping is not None and not self._is_settled:
            self._keeping = keeping
            kept = keeping.get([gates_key()]).get(gates_key())
            if kept is not None:
                self._settle(kept)

    def suspects(self, content: bytes) -> Suspects:
        """What may be in a stretch of a file."""
        self._scanned += len(content)
        if self._scanned > WORTHWHILE and not self._is_settled:
            self._settle(None)
        if self._prefilter is None:
            self._prefilter = LiteralPrefilter(load_pack().patterns, load_shapes())
        return self._prefilter.suspects(content)

    def _settle(self, kept: bytes | None) -> None:
        """For good: where Hyperscan is not installed, or cannot work on this machine, RE2 gives the same answers."""
        try:
            gates = GatePrefilter(load_pack().patterns, load_shapes(), kept)
        except Exception:  # of any kind that a foreign library raises
            self._is_settled = kept is None
            return
        self._prefilter, self._is_settled = gates, True
        if kept is None and self._keeping is not None:
            self._keeping.put({gates_key(): gates.to_bytes()})


@cache
def first_pass() -> FirstPass:
    """The one of this process."""
    return FirstPass()


@cache
def gates_key() -> str:
    """Changes with the formats, the forms and the way gates are written."""
    return "gates-" + sha256(f"{_VERSION} {pack_digest()} {shapes_digest()}".encode()).hexdigest()
