"""The rows of a proposal, answers that were given, who gives others, and proposals that wait, as pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from api_gateway.office import Office
from api_gateway.pages.coordinator.imports.questions import question_shown
from api_gateway.pages.dates import Dates
from api_gateway.pages.words import Say
from api_gateway.services.visitor import Visitor
from domain.people.proposal.questions import Answerer

_NEW: Final = "new"


def row_shown(row: Mapping[str, Any], say: Say) -> dict[str, str]:
    """Return what a row comes to: of a person or record that is new what it says, else what changes."""
    becomes = row.get("would") or row["outcome"]
    return {
        "where": f"{row['file']}: {row['row']}"
        if row["row"]
        else f"{row['file']}: {say('imports.not_in_list')}",
        "name": row["name"],
        "outcome": say(f"imports.outcomes.{row['outcome']}"),
        "changes": "; ".join(_change(each, becomes, say) for each in row["changes"]),
    }


def _change(change: Mapping[str, Any], becomes: str, say: Say) -> str:
    field, after = _field(change["field"], say), _text(change["after"])
    return f"{field}: {after}" if becomes == _NEW else f"{field}: {_text(change['before'])} → {after}"


def _field(field: str, say: Say) -> str:
    """Return a field in words; that of a membership names its class, and whether it is the first or the last day."""
    kind, _, name = field.partition(" ")
    if kind == "membership" and name:
        name, _, end = name.rpartition(" ")
        return say(f"imports.columns.membership_{end}", name=name)
    word = f"imports.columns.{field}"
    return say(word) if say.has(word) else field.replace("_", " ")


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each) for each in value)
    return "–" if value in (None, "") else str(value)


async def who_answers(
    office: Office, visitor: Visitor, questions: Iterable[Mapping[str, Any]], say: Say
) -> Mapping[str, str]:
    """Return who answers questions that are not the reader's, by whom they are for; the state office by name."""
    found: dict[str, str] = dict.fromkeys(Answerer, say("imports.admin_answers"))
    if any(not each["yours"] and each["who"] == Answerer.STATE_OFFICE.value for each in questions):
        people = await office.reads.regions.state_office(visitor.caller.sight)
        names = ", ".join(each["name"] for each in people)
        word = "imports.state_office_answers_named" if names else "imports.state_office_answers"
        found[Answerer.STATE_OFFICE] = say(word, names=names)
    return found


def given_shown(question: Mapping[str, Any], dates: Dates) -> dict[str, Any]:
    """Return a question that has an answer, with the answer in words, and when it was given, if for an earlier list."""
    say = dates.say
    shown = question_shown(question, say)
    words = dict(shown["choices"]).get(question["answer"], question["answer"])
    when = dates.on(question["at"]).words if "at" in question else ""
    return {
        **shown,
        "yours": question.get("yours", True),
        "said": words,
        "before": say("imports.answered_before", day=when) if when else "",
    }


def waiting_shown(
    found: Sequence[Mapping[str, Any]], names: Mapping[str, str], reader: str, dates: Dates
) -> list[dict[str, Any]]:
    """Return the proposals that wait: who has uploaded each, when, and for whose answer it waits."""
    say = dates.say
    return [
        {
            **each,
            "who": say("imports.by_you") if each["by"] == reader else names.get(each["by"], ""),
            "when": dates.on(each["made_at"]) if each["made_at"] else None,
            "for_you": bool(each["questions"]) and each["by"] != reader,
            "waits": [
                say(f"imports.waits_for.{who}") for who in each["waits_for"] if who != Answerer.IMPORTER.value
            ],
        }
        for each in found
    ]
