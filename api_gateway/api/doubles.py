"""Doubles: entries that may be one human, and the answers of those who know."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar

from fastapi import APIRouter, Response

from activities.adapters.postgres.writes.doubles import OtherAnswer, TwoAssociations
from api_gateway.http.auth import Readers, TokenFirst, Writers
from api_gateway.http.fields import Id, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_about
from domain.people.identity import Verdict

router = APIRouter(route_class=TokenFirst, tags=["people"])


class SameOrDifferent(StrEnum):
    """Whether two entries are one human, in the words of imports; ``two`` is the older word for ``different``."""

    SAME = "same"
    DIFFERENT = "different"
    TWO = "two"


class AnswerAboutDouble(StrictBody):
    """Whether two entries are the ``same`` human, or ``different`` ones."""

    example: ClassVar = {"other": "c4d1" * 8, "answer": "different"}

    other: Id
    answer: SameOrDifferent


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
    if person == body.other:
        raise Problem(409, "double_of_oneself")
    same = body.answer is SameOrDifferent.SAME
    actor = await writer_about(office.facts, caller, person)
    await writer_about(office.facts, caller, body.other)
    try:
        stands = await office.writes.doubles.answer(
            person,
            body.other,
            Verdict.SAME if same else Verdict.TWO,
            actor=actor,
            command=command_id(caller, key),
        )
    except TwoAssociations:
        raise Problem(409, "two_associations") from None
    except OtherAnswer:
        raise Problem(409, "other_answer") from None
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
