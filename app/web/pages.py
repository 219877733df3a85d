"""Everything but webhooks, through FastAPI, which also describes the probes."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from starlette.types import ASGIApp

from app.web.health import Health, Looks, Version
from app.web.metrics import CONTENT_TYPE, render_metrics
from app.web.place import Place

_FAILING: dict[int | str, dict[str, Any]] = {503: {"model": Health, "description": "A part is failing."}}


def create_pages(place: Place) -> ASGIApp:
    """FastAPI's documentation pages are off, they load scripts from elsewhere."""
    pages = FastAPI(
        title="Readygate",
        version=version("readygate"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    pages.include_router(health_routes(Looks(place)))
    return pages


def health_routes(looks: Looks) -> APIRouter:
    """/health is /health/ready under a shorter name."""
    router = APIRouter(tags=["operation"])

    def told(health: Health, response: Response) -> Health:
        response.status_code = 200 if health.is_ok else 503
        return health

    @router.get("/health", responses=_FAILING)
    @router.get("/health/ready", responses=_FAILING)
    async def ready(response: Response) -> Health:
        return told(await looks.ready(), response)

    @router.get("/health/startup", responses=_FAILING)
    async def startup(response: Response) -> Health:
        return told(await looks.startup(), response)

    @router.get("/health/live")
    async def live() -> Health:
        return await looks.live()

    @router.get("/version")
    async def show_version() -> Version:
        return await looks.version()

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(render_metrics(), media_type=CONTENT_TYPE)

    return router
