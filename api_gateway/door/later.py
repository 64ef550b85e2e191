"""Answers saved for later: a draft of the form, which nobody but its writer reads."""

from collections.abc import Mapping
from typing import Any

from api_gateway.door.acts import OwnAct
from api_gateway.office import Office
from api_gateway.services.form_answers import form_in_use


async def saved_for_later(office: Office, act: OwnAct, answers: Mapping[str, Any], seen: str) -> int | None:
    """Save answers over the version that the form had; return None if another one was saved since.

    Raises:
        Problem: An answer does not fit its question. Answers may be missing.
    """
    question = form_in_use(act.shown.subject.rules, act.draft)
    return await office.drafts.save(
        question.demand(answers, draft=True),
        relationship=act.asked.subject,
        form=act.draft,
        version=question.form.version,
        person=act.caller.person,
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
    )
