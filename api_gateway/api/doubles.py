"""Doubles: entries that may be one human, and the answers of those who know."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Response
from pydantic import BeforeValidator

from api_gateway.http.auth import Readers, TokenFirst, Writers
from api_gateway.http.fields import Id, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.services.doubles import answer_about_double

router = APIRouter(route_class=TokenFirst, tags=["people"])


class SameOrDifferent(StrEnum):
    """Whether two entries are one human, in the words of imports."""

    SAME = "same"
    DIFFERENT = "different"


def _of_today(value: Any) -> Any:
    """Return the word of today for the older ``two``."""
    return SameOrDifferent.DIFFERENT if value == "two" else value


class AnswerAboutDouble(StrictBody):
    """Whether two entries are the ``same`` human, or ``different`` ones."""

    example: ClassVar = {"other": "c4d1" * 8, "answer": "different"}

    other: Id
    answer: Annotated[SameOrDifferent, BeforeValidator(_of_today)]


@router.get("/people/doubles", operation_id="people.doubles")
async def doubles(
    response: Response, office: Parts, caller: Readers, after: str = "", limit: Limit = 50
) -> dict[str, Any]:
    """List pairs of entries that may be one human, with the reasons; until somebody answers they count as one."""
    page = await office.reads.doubles.page(caller.sight, after=after, limit=limit)
    return page_body(page, response, "/v1/people/doubles")


@router.post("/people/{person}/same-as", operation_id="people.answer_double")
@once("AnswerDouble")
async def answer_double(
    person: Subject, body: AnswerAboutDouble, key: Key, office: Parts, caller: Writers
) -> dict[str, str]:
    """Answer whether two entries are one human. ``same``: the older one stands for both from now on.

    An application that waits is decided on the facts of both entries. ``different`` also ends a wrong answer from today
    on. About people with staff rights only an administrator answers.
    """
    same = body.answer is SameOrDifferent.SAME
    stands = await answer_about_double(
        office.facts, office.writes, caller, (person, body.other), same=same, command=command_id(caller, key)
    )
    answer = SameOrDifferent.SAME if same else SameOrDifferent.DIFFERENT
    answered = {"person": person, "other": body.other, "answer": answer.value, "stands": stands}
    if same:
        answered |= _what_waits(await office.facts.waiting_applications(person))
    return answered


def _what_waits(applications: Sequence[str]) -> dict[str, str]:
    """Return what becomes of applications of the person that wait for a decision."""
    if not applications:
        return {}
    named = ", ".join(f"relationships/{id}" for id in applications)
    words = "The facts are looked up again for each application of this person that waits, and one that they allow is "
    return {"applications": f"{words}accepted at once, with an email: {named}"}
