"""The imports that wait: for whose answer, since when, and what a reader can do about them."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from activities.adapters.postgres.writes.discarded_imports import TAKEN_OVER
from activities.adapters.postgres.writes.imports import KEPT, StoredImport
from api_gateway.services.imports.shown import open_questions
from domain.actors import Actor
from domain.people.proposal.questions import Answerer, may_answer

PREVIEW: Final = "preview"
"""The setting of an import that somebody only wanted to look at."""


def content_mark(content: Mapping[str, bytes], *settings: object) -> str:
    """Return what is the same for the same files with the same settings."""
    digest = hashlib.sha256(repr(settings).encode())
    for name, raw in sorted(content.items()):
        digest.update(name.encode() + hashlib.sha256(raw).digest())
    return digest.hexdigest()


def waiting_rows(found: Iterable[StoredImport], actor: Actor) -> list[dict[str, Any]]:
    """Return imports as a list shows them; those that others have sent and this reader can answer are first.

    Somebody's preview waits for nobody, unless a question of it was answered; nor does what was taken over in another
    import of the same files.
    """
    rows = [_row(each, actor) for each in found if _waits(each)]
    return sorted(rows, key=lambda row: not (row["questions"] and row["by"] != actor.id))


def _waits(each: StoredImport) -> bool:
    looked_at = each.settings.get(PREVIEW) and not each.answers
    return not (looked_at or each.settings.get(TAKEN_OVER))


def _row(each: StoredImport, actor: Actor) -> dict[str, Any]:
    left = open_questions(each.proposal)
    return {
        "id": each.id,
        "association": each.association,
        "program": each.program,
        "term": each.term,
        "by": each.actor.id,
        "made_at": (each.expires_at - KEPT).isoformat() if each.expires_at else "",
        "files": list(each.content),
        "refused": sum(len(one["rows"]) or 1 for one in each.proposal.get("refused", ())),
        "waits_for": sorted({question["who"] for question in left}),
        "questions": [
            {"id": question["id"], "problem": question["problem"], "about": question.get("about", [])}
            for question in left
            if may_answer(Answerer(question["who"]), actor)
        ],
    }
