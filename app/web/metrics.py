"""GET /metrics: what this process counts, in Prometheus' text format."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response


def render_metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
