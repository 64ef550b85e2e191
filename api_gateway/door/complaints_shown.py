"""The complaints of a person about a pair, for that person alone: since when, how it stands, when it is answered."""

from datetime import datetime
from typing import Any

from activities.adapters.postgres.reads.own_page import OwnPair
from api_gateway.pages.dates import Dates
from domain.codec import instant_text


def own_complaints(pair: OwnPair) -> list[dict[str, Any]]:
    """Return the complaints that the reader of a pair made about it, the oldest first; none of anybody else's."""
    found = []
    for case in pair.complaints:
        opened, closed = datetime.fromisoformat(case["opened_at"]), case["closed_at"]
        until = None if closed else case["hear_by"]
        found.append(
            {
                "about": case["about"],
                "status": case["status"],
                "opened_at": instant_text(opened),
                "closed_at": instant_text(datetime.fromisoformat(closed)) if closed else None,
                "answer_by": until,
            }
        )
    return found


def complaint_in_words(case: dict[str, Any], dates: Dates) -> str:
    """Return how a complaint stands, in words for whoever made it."""

    def day(at: str | None) -> str:
        return dates.long(dates.local(datetime.fromisoformat(at)).date()) if at else ""

    until = dates.long(dates.due_by(datetime.fromisoformat(case["answer_by"]))) if case["answer_by"] else ""
    state = {"decided": "taken"}.get(case["status"], case["status"])
    said = [dates.say(f"my.complaints.{state}", day=day(case["opened_at"]), closed=day(case["closed_at"]))]
    return " ".join([*said, *([dates.say("my.complaints.until", until=until)] if until else [])])
