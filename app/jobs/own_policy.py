"""A repository's own policy, read from the files of a commit."""

from app.errors import InvalidInput, Problem, Unreadable
from app.readiness.catalogue import Catalogue
from app.readiness.policy import Layer
from app.readiness.policy_file import parse_policy
from app.readiness.snapshot import Snapshot

POLICY_PATH = ".github/rules.yml"
POLICY_LIMIT = 1024 * 1024


def policy_layer(files: Snapshot, commit: str = "") -> Layer | None:
    """The repository's own policy in these files, if any; raises `Unreadable` for a link or a giant."""
    text = _policy_text(files)
    return None if text is None else Layer("repository", POLICY_PATH, text, commit)


def _policy_text(files: Snapshot) -> str | None:
    entry = files.entries.get(POLICY_PATH)
    if entry is None:
        return None
    if not entry.kind.is_readable or entry.size > POLICY_LIMIT:
        raise Unreadable("the policy is not a plain file of at most 1 MiB", where=POLICY_PATH)
    return files.read(entry.blob).decode("utf-8", errors="replace")


def changed_policy_problems(head: Snapshot, base: Snapshot | None, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Mistakes in the policy file that the head brings; none when the base has the same file, or in an audit."""
    entry = head.entries.get(POLICY_PATH)
    if base is None or entry is None or entry == base.entries.get(POLICY_PATH):
        return ()
    try:
        text = _policy_text(head)
        parse_policy(Layer("repository", POLICY_PATH, text or ""), catalogue)
    except InvalidInput as error:
        return error.problems or (Problem(error.what, POLICY_PATH, mend=error.mend),)
    except Unreadable as error:
        return (Problem(error.what, POLICY_PATH, mend="write it as a plain YAML file"),)
    return ()
