"""Issues about secrets that were written while a repository was private, and that others can read by now."""

from collections.abc import Sequence

from app.readiness.plans.issue_change import IssueChange, IssueDraft, IssueLink, digest_of
from app.readiness.plans.issue_text import withdrawn_body
from app.readiness.standing_secrets import SECRET_RULES

_TITLE = "Readiness: secrets"


def withdraw(links: Sequence[IssueLink], repository_id: int) -> tuple[IssueChange, ...]:
    """Each such issue is written anew and closed; closed ones too, for they can be read as well."""
    keys = {f"{repository_id}:{rule}" for rule in SECRET_RULES}
    return tuple(
        change for link in links if link.key in keys for change in [_change(link, withdrawn_body(link.key))] if change
    )


def _change(link: IssueLink, body: str) -> IssueChange | None:
    digest = digest_of(_TITLE, body, ())
    if link.number is None or (link.state == "closed" and link.digest == digest):
        return None
    was_put_away = link.state == "closed" and link.closed_by != "app"
    draft = IssueDraft(link.key, _TITLE, body, (), (), digest)
    return IssueChange("withdraw", draft, link.number, closed_by="human" if was_put_away else "app")
