"""The check run of a pull request: title, summary, text and annotations within GitHub's limits."""

from dataclasses import dataclass

from app.readiness.reports.annotations import Annotation, annotate
from app.readiness.reports.details import detail_blocks
from app.readiness.reports.escape import cap
from app.readiness.reports.headline import headline
from app.readiness.reports.summary import link_html, summary_blocks
from app.readiness.reports.truncate import CHECK_RUN_BYTES, fit
from app.readiness.snapshot import Change
from app.readiness.standing_secrets import without_standing_secrets
from app.readiness.verdict import Verdict

# REST reference, "Checks": output.title is at most 255 characters.
TITLE_CHARACTERS = 255


@dataclass(frozen=True, slots=True)
class CheckRunOutput:
    """`output` of a check run; annotations are in order of priority, and the caller sends 50 a request."""

    title: str
    summary: str
    text: str
    annotations: tuple[Annotation, ...] = ()


def render_check_run(
    verdict: Verdict, *, change: Change | None = None, details_url: str | None = None, base_ref: str | None = None
) -> CheckRunOutput:
    """Summary and text of at most 65,535 bytes each.

    change: what the pull request touches, for the order of annotations. details_url: the page with the whole verdict.
    Secrets that the change did not bring are told without their places.
    base_ref: what a person types after `--base` for the same verdict, such as `origin/main`.
    """
    verdict = without_standing_secrets(verdict)
    elsewhere = link_html(details_url, "The whole verdict") if details_url else ""
    summary = summary_blocks(verdict, details_url=details_url, base_ref=base_ref)
    return CheckRunOutput(
        title=cap(headline(verdict), TITLE_CHARACTERS),
        summary=fit(summary, CHECK_RUN_BYTES, elsewhere=elsewhere),
        text=fit(detail_blocks(verdict), CHECK_RUN_BYTES, elsewhere=elsewhere),
        annotations=annotate(verdict, change),
    )
