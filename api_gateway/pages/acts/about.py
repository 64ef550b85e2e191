"""The subject of a form: found among what the visitor sees, with what its pages are called and where they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.acts.subject import subject_now
from api_gateway.services.problem import Problem
from domain.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A subject as its pages name it: in words, with the address of its own page and of its forms."""

    shown: Shown
    name: str
    href: str
    acts: str

    @property
    def pair(self) -> tuple[str, ...]:
        """The two whose matter it is, if it is that of a pair."""
        row = self.shown.row if self.shown.subject.kind == "relationship" else {}
        return tuple(row.get(side) or "" for side in ("mentee", "mentor"))

    def form(self, act: str) -> str:
        """Return the address of the form of an act."""
        return f"{self.acts}/{act}"


async def about(office: Office, visitor: Visitor, kind: str, id: str) -> About:
    """Return the subject of a form; 404 for one that the visitor does not see, as for one that there is not."""
    caller, language = visitor.caller, Language(visitor.language)
    match kind:
        case "relationship":
            row = await office.reads.relationships.one(caller.sight, id)
        case "obligation":
            row = await office.reads.obligations.one(caller.sight, id)
        case _:
            row = await office.reads.term_regions.one(caller.sight, id)
    subject = await subject_now(office, caller, kind, id) if row is not None else None
    if row is None or subject is None:
        raise Problem(404, "not_found")
    here = (
        caller.standing((row.get("mentee") or "", row.get("mentor") or ""))
        if kind == "relationship"
        else caller
    )
    shown = Shown(subject=subject, row=row, caller=here, language=language.value)
    return _named(shown, kind, id, row)


def _named(shown: Shown, kind: str, id: str, row: Mapping[str, Any]) -> About:
    if kind == "relationship":
        page = links.relationship(id)
        name = row["mentee_name"] or shown.say("unseen")
        if row.get("mentor"):
            name = shown.say("pair", mentee=name, mentor=row["mentor_name"] or shown.say("unseen"))
        return About(shown=shown, name=name, href=page, acts=f"{page}/acts")
    if kind == "obligation":
        page = links.payment(id)
        amount = shown.amount(row["amount_minor"], row["currency"])
        who = row["mentor_name"] or shown.say("unseen")
        return About(
            shown=shown,
            name=shown.say("counted_for", amount=amount, mentor=who),
            href=page,
            acts=f"{page}/acts",
        )
    path = f"/terms/{row['term']}/regions/{row['region']}"
    region = row.get("region_name") or row["region"]
    return About(shown=shown, name=str(region), href=links.TODAY, acts=f"{path}/acts")
