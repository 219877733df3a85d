"""Line ranges of real commits against what a plain comparison of the lines says."""

import subprocess
from difflib import SequenceMatcher
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trees import Repository

from app.git.change import read_change

LINES = st.sampled_from(
    ["a", "b", "", " ", "diff --git a/x b/x", "@@ -1,1 +1,9 @@", "--- a/x", "+++ b/x", "-x", "+x", "\\ No newline",
     "Binary files a and b differ", "a\r", "\x0c", "\u2028", "é", ":100644 100644 a b M\x01", "x" * 9000]
)  # fmt: skip
TEXTS = st.tuples(st.lists(LINES, max_size=14), st.booleans()).map(lambda t: "\n".join(t[0]) + "\n" * t[1])
NAMES = st.sampled_from(["a.txt", "--help", "a\nb", "dir/@@ -1 +1 @@", "é.py", "diff --git"])


def lines_of(text: str) -> list[str]:
    """As git counts: a last line without an end is another line than one with it."""
    *whole, rest = text.split("\n")
    return [*whole, rest + "\0"] if rest else whole


def members(ranges: tuple[tuple[int, int], ...]) -> list[int]:
    return [line for first, last in ranges for line in range(first, last + 1)]


@settings(max_examples=25, derandomize=True, deadline=None, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(pairs=st.dictionaries(NAMES, st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_ranges_of_generated_texts(pairs: dict[str, tuple[str, str]], tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    repository = _repository(tmp_path_factory.mktemp("diff"))
    repository.add({name.encode(): before.encode() for name, (before, _) in pairs.items()})
    base = repository.head
    repository.add({name.encode(): after.encode() for name, (_, after) in pairs.items()})
    change = read_change(repository.git_dir, base, repository.head)
    assert set(change.files) == {name for name, (before, after) in pairs.items() if before != after}
    for name, file in change.files.items():
        before, after = (lines_of(text) for text in pairs[name])
        added, deleted = members(file.added), members(file.deleted)
        assert added == sorted(set(added))
        assert deleted == sorted(set(deleted))
        # What neither side marks is the same text in the same order: that is what makes ranges right.
        kept_before = [line for number, line in enumerate(before, 1) if number not in set(deleted)]
        kept_after = [line for number, line in enumerate(after, 1) if number not in set(added)]
        assert kept_before == kept_after
        assert all(1 <= number <= len(after) for number in added)
        same = sum(block.size for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
        assert len(kept_after) >= same


def _repository(folder: Path) -> Repository:
    path = folder / "repository"
    path.mkdir()
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)
    repository = Repository(path)
    repository.start()
    return repository
