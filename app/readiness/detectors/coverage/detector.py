"""The coverage detector: judges what reports say against what the policy asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.readiness.detectors.coverage.comparison import Comparison
from app.readiness.detectors.coverage.honesty import Concern
from app.readiness.detectors.coverage.judge import Asked, base_result, head_result
from app.readiness.detectors.coverage.measurement import Measurement
from app.readiness.detectors.coverage.settings import Settings
from app.readiness.detectors.detector import Hit, Sighting
from app.readiness.result import RuleResult


@dataclass(frozen=True, slots=True)
class CoverageDetector:
    """It looks at no file: all it judges was measured before."""

    measurement: Measurement
    settings: Settings = field(default_factory=Settings)
    comparison: Comparison | None = None
    concerns: tuple[Concern, ...] = ()
    name: str = "coverage"
    version: str = "1"

    @property
    def asked(self) -> Asked:
        return Asked(self.measurement, self.settings, self.comparison, self.concerns)

    def wants(self, path: str, size: int) -> bool:
        return False

    def scan(self, path: str, content: bytes) -> tuple[Hit, ...]:
        return ()

    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        return head_result(rule, self.asked)

    def judge_base(self, rule: str) -> RuleResult:
        return base_result(rule, self.asked)
