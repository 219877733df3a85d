"""The views of `data`: each module shows some, and this is all of them by name."""

from collections.abc import Mapping

from app.readiness.conditions.views import (
    dockerfile,
    documents,
    kubernetes,
    pipelines,
    scripts,
    terraform,
    workflow,
    workload,
)
from app.readiness.conditions.views.node import Node, ViewKind, is_named

__all__ = ["VIEWS", "Node", "ViewKind", "is_named"]

VIEWS: Mapping[str, ViewKind] = {
    **kubernetes.VIEWS,
    **workload.VIEWS,
    **documents.VIEWS,
    **workflow.VIEWS,
    **pipelines.VIEWS,
    **scripts.VIEWS,
    **dockerfile.VIEWS,
    **terraform.VIEWS,
}
