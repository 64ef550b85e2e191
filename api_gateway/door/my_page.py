"""My page: what a mentor or mentee who signed in sees and can do."""

from fastapi import APIRouter, Request, Response

from api_gateway.door.sessions import InSession
from api_gateway.door.view import door_page

router = APIRouter(include_in_schema=False)


@router.get("/my", operation_id="door.my_page")
async def my_page(request: Request, me: InSession) -> Response:
    """Show the person's own page."""
    return door_page(request, "door/my.html", me.language, me=me)
