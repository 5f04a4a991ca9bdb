"""The description of the API, for programs."""

from __future__ import annotations

from starlette.responses import JSONResponse

from homeground.desk.pages import Asking, page
from homeground.desk.web.visits import API


@page(f"{API}/openapi.json", title="Description of the API", needs="signed-in", public=False)
def openapi(asking: Asking) -> JSONResponse:
    """The OpenAPI document."""
    from homeground.desk.app import description

    return JSONResponse(description(asking.request.app))
