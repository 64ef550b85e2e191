"""The pages of the tour, ready to be handed to the gateway."""

from __future__ import annotations

from starlette.middleware import Middleware

from api_gateway.pages.addition import Addition
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.tour.pages import pages
from workers.embedded.tour.standing import Demo
from workers.embedded.tour.strip import AroundPages


def tour(data: DataFolder) -> Addition:
    """Return the tour of the demo on a data folder; all its pages are open to anybody at this machine."""
    demo = Demo(data)
    router = pages(demo)
    paths = {str(getattr(route, "path", "")) for route in router.routes}
    return Addition(router=router, open_pages=paths, around=(Middleware(AroundPages, demo=demo),))
