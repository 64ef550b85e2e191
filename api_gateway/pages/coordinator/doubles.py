"""Entries that may be one human: why each two are alike, and the answer whether they are one person or two."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.own_forms import FormKey, command_of, done, new_key
from api_gateway.pages.people import district_of, position_of
from api_gateway.pages.person.forms import PEOPLE
from api_gateway.pages.view import page
from api_gateway.services.doubles import answer_about_double
from api_gateway.services.problem import writes_as_problems
from domain.actors import Role

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Writer = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN))]
"""Those who answer about people."""
PATH: Final = f"{PEOPLE}/doubles"
ROWS: Final = 25
_DONE: Final = ("same", "different")
EntryId = Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")]


@router.get(PATH, operation_id="pages.people.doubles")
async def doubles(
    request: Request, visitor: Writer, office: Parts, after: str = "", done: str = ""
) -> HTMLResponse:
    """Show the entries that may be one human and about which nobody has answered."""
    sight = visitor.caller.sight
    found = await office.reads.doubles.page(sight, after=after, limit=ROWS)
    dates = await dates_of(office, visitor)
    regions = await office.reads.regions.names(sight)
    return page(
        request,
        "coordinator/doubles.html",
        visitor,
        place=PEOPLE,
        message=dates.say(f"doubles.done.{done}") if done in _DONE else "",
        pairs=[_pair(row, regions, dates.say) for row in found.rows],
        after=found.next,
        new_key=new_key,
    )


@router.post(f"{PATH}/answer", operation_id="pages.people.doubles.answer")
async def answer(
    visitor: Writer,
    office: Parts,
    key: FormKey,
    one: EntryId,
    other: EntryId,
    answer: Annotated[Literal["same", "different"], Form()],
) -> Response:
    """Record whether two entries are one person or two."""
    with writes_as_problems():
        await answer_about_double(
            office.facts,
            office.writes,
            visitor.caller,
            (one, other),
            same=answer == "same",
            command=command_of(visitor, key),
        )
    return done(PATH, answer)


def _pair(row: Mapping[str, Any], regions: Mapping[str, str], say: Any) -> dict[str, Any]:
    """Return two entries side by side, with what is alike."""
    sides = [
        {
            "id": each["id"],
            "name": each["name"],
            "lines": [
                text
                for text in (
                    position_of(each),
                    district_of(each),
                    regions.get(each["region"], each["region"]),
                    each["email"],
                )
                if text
            ],
        }
        for each in (row["one"], row["other"])
    ]
    why = ", ".join(say(f"doubles.alike.{reason}") for reason in row["reasons"])
    return {"sides": sides, "why": why}
