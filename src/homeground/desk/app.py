"""The application: every registered page at its address, its JSON twin below /api/v1, and what serves them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator
from typing import Any, Final

import anyio.to_thread
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from homeground import __version__
from homeground.desk import monitor, pages, warm
from homeground.desk.desk import Desk
from homeground.desk.language import languages
from homeground.desk.settings import Settings, handed_over
from homeground.desk.showing import assets, show
from homeground.desk.web import dispatch, openapi, uploads, visits
from homeground.desk.web.asking import Asking
from homeground.desk.web.guard import Guard
from homeground.desk.web.registry import PAGES

THREADS: Final = 24
"""Requests at work at once; of them, `Settings.readers` compute on the Home."""

UNREGISTERED: Final = frozenset({"/static/{hash}/{name}", "/health", "/metrics"})
"""What is served without being a page: anybody may fetch style and health; metrics have rules of their own."""


def create(settings: Settings) -> FastAPI:
    """Make the application."""
    desk = Desk(settings)
    uploads.clear(settings.home)
    pages.load()

    @contextlib.asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        threading.Thread(target=assets.prepare, daemon=True).start()
        yield
        desk.close()

    app = FastAPI(
        title="Homeground", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=life,
        description="Each page's JSON twin. Sign in with a personal token: Authorization: Bearer hg_…",
    )  # fmt: skip
    app.state.desk = desk
    for page in sorted(PAGES.values(), key=lambda each: each.path.replace("{", "~")):  # fixed addresses first
        serve = dispatch.endpoint(desk, page)
        if page.public:
            app.add_api_route(
                f"{visits.API}{page.path.rstrip('/') or '/home'}", serve, methods=[page.method],
                name=f"api.{page.name}", summary=page.title, operation_id=page.name,
                openapi_extra=openapi.operation(page),
                response_class=JSONResponse, response_model=None,
            )  # fmt: skip
        app.router.routes.append(Route(page.path, serve, methods=[page.method], name=page.name))
    app.router.routes.append(Route("/static/{hash}/{name}", assets.serve, name="static"))
    app.router.routes.append(Route("/health", _health, name="health"))
    app.router.routes.append(Route("/metrics", monitor.metrics, name="metrics"))
    app.state.addresses = {route.endpoint: route.path for route in app.router.routes if type(route) is Route}
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(monitor.Watch)
    app.add_middleware(Guard, settings=settings)
    return app


def from_environment() -> FastAPI:
    """Make the application of a server's process, from the settings that the command left."""
    languages()
    app = create(handed_over())
    warm.begin(app.state.desk)
    return app


def description(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description."""
    if app.openapi_schema is None:
        stated = app.openapi()
        for operations in stated["paths"].values():
            for operation in operations.values():
                for status in [code for code in operation["responses"] if code not in ("200", *_stated())]:
                    del operation["responses"][status]
        stated.setdefault("components", {})["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": visits.SESSION},
        }
        app.openapi_schema = stated
    return app.openapi_schema


def _stated() -> tuple[str, ...]:
    return tuple(str(status) for status in openapi.REFUSALS)


def _health(request: Request) -> Response:
    """Say whether the desk's database answers."""
    desk: Desk = request.app.state.desk
    with desk.database.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    return PlainTextResponse("ok")


async def _http_error(request: Request, error: Exception) -> Response:
    """Show that an address leads nowhere, in the desk's own dress."""
    assert isinstance(error, HTTPException)
    return await run_in_threadpool(_refusal, request, error)


def _refusal(request: Request, error: HTTPException) -> Response:
    desk: Desk = request.app.state.desk
    if visits.is_api(request):
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    visit = visits.identify(request, desk.sessions, desk.settings.secure)
    asking = Asking(desk, visit, dispatch.tongue(request, visit), request)
    title = dispatch.TITLES.get(error.status_code, "This is not here")
    said = asking.text("No page has this address.") if error.status_code == 404 else error.detail
    response = show.refusal(asking, title, said, error.status_code)
    visit.dress(response)
    return response
