"""What this process counts; `/metrics` shows it."""

from prometheus_client import Counter, Gauge, Histogram

DELIVERIES = Counter("readygate_deliveries_total", "Webhook deliveries by event and outcome.", ["event", "outcome"])
REVIEWS = Counter("readygate_reviews_total", "Finished reviews by kind and outcome.", ["kind", "outcome"])
REVIEW_SECONDS = Histogram(
    "readygate_review_seconds",
    "From taking a target to its finished check run.",
    ["kind"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120),
)
ISSUES = Counter("readygate_issue_changes_total", "Issues created, updated, closed and reopened.", ["kind"])
BACKLOG = Gauge("readygate_backlog", "Targets that are due and not done.")
BACKLOG_SECONDS = Gauge("readygate_backlog_age_seconds", "How long the oldest due target has waited, audits left out.")
QUEUE_UP = Gauge("readygate_queue_up", "1 while the queue answers.")
