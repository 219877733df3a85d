"""Everything goes wrong at once, in both set-ups, and in the end GitHub shows what it shows when nothing does."""

from pathlib import Path

import pytest
from history import History
from judge import judge
from machinery import HALVES, STORM, WHOLE, running
from recording import Recording, record

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SECONDS = 25.0


@pytest.mark.parametrize("names", [WHOLE, HALVES], ids=["serve", "halves"])
def test_nothing_is_lost_or_doubled(
    names: tuple[str, ...], history: History, undisturbed: Recording, seed: int, tmp_path: Path
) -> None:
    print(f"READYGATE_CHAOS_SEED={seed} draws the same again")
    assert len(history.pushes) >= 50
    assert any(issue.is_open for home in undisturbed.homes.values() for issue in home.issues)
    with running(history, tmp_path, names) as run:
        run.storm(seed, SECONDS, STORM)
        took = run.rest(120, hastened=True)
        seen, counts = record(run.sandbox, run.outages), run.counts()
    print(f"at rest after {took:.1f} s; {dict(counts)}")
    assert judge(seen, undisturbed) == []
    assert {name for name, what in counts if what == "killed"} >= {*names}
    assert counts["GitHub", "connection closed after the work was done"] > 0
    assert counts["GitHub", "429 with Retry-After"] > 0
