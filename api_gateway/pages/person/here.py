"""A person as a page or a form meets the entry: what it says, and the words for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from activities.adapters.files.task_words import code_words
from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.people import district_of, labels_of, own_regions, position_of
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem
from domain.languages import Language

MENTOR_DAYS: Final = ("trained_on", "serving_since", "serving_until", "credential_until")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """An entry with the names of the people and regions in it, as the visitor sees them.

    ``regions`` names all regions, ``own`` those of the visitor's office, and ``classes`` the kinds of membership.
    """

    office: Office
    visitor: Visitor
    id: str
    entry: Mapping[str, Any]
    dates: Dates
    regions: Mapping[str, str]
    own: Mapping[str, str]
    names: Mapping[str, str]
    classes: Mapping[str, str]

    @property
    def say(self) -> Say:
        """The words of pages in the visitor's language."""
        return self.dates.say

    def records(self, field: str) -> Sequence[Record]:
        """Return the dated records of a field; none where the entry has none."""
        found: Sequence[Record] = self.entry.get(field) or ()
        return found

    def name_of(self, person: str) -> str:
        """Return the name of another person, or that the visitor may not see it."""
        return self.names.get(person) or self.say("parts.unseen")

    def region(self, code: str) -> str:
        """Return the name of a region."""
        return self.regions.get(code, code)

    def days(self, record: Record) -> str:
        """Return from when to when a record holds."""
        last = record.get("last")
        first = self.dates.long(record["first"])
        if last:
            return self.say("people.from_to", first=first, last=self.dates.long(last))
        return self.say("people.from", first=first)

    def membership(self, record: Record) -> str:
        """Return a membership with its days."""
        return f"{self.classes.get(record['name'], record['name'])}, {self.days(record)}"

    def region_since(self, record: Record) -> str:
        """Return a region with the day from which it holds."""
        since = self.say("people.from", first=self.dates.long(record["since"]))
        return f"{self.region(record['region'])}, {since}"

    def kind(self, code: str) -> str:
        """Return what a kind of conflict of interest is called: by a program, else by the office."""
        own = labels_of((code,), self.entry["association"], self.visitor.language)[code]
        words = code_words(Language(self.visitor.language)).get(code, "")
        return words.capitalize() if words and own.lower() == code.replace("_", " ") else own

    def day(self, day: str | None) -> str:
        """Return a day in words, or that there is none."""
        return self.dates.long(day) if day else self.say("person.none")


async def person_here(office: Office, visitor: Visitor, person: str) -> Here:
    """Return a person whom the visitor sees by office; 404 for anybody else."""
    sight, reads = visitor.caller.sight, office.reads
    entry = await reads.entries.one(sight, person)
    if entry is None:
        raise Problem(404, "not_found")
    others = [each["other"] for each in entry.get("conflicts") or ()]
    others += [id for id in (entry.get("supervisor"), entry.get("alias_of")) if id]
    regions = await reads.regions.names(sight)
    classes = (each["name"] for each in entry.get("memberships") or ())
    return Here(
        office=office,
        visitor=visitor,
        id=person,
        entry=entry,
        dates=await dates_of(office, visitor),
        regions=regions,
        own=own_regions(regions, visitor.caller),
        names=await reads.people.names(sight, others) if others else {},
        classes=labels_of(classes, entry["association"], visitor.language),
    )


def said_of(here: Here) -> dict[str, str]:
    """Return all that an entry says, in words by its label: what a form shows beside its fields."""
    found: dict[str, list[str]] = {}
    for label, text in _said(here):
        if text:
            found.setdefault(label, []).append(text)
    return {label: "; ".join(texts) for label, texts in found.items()}


def _said(here: Here) -> Iterator[tuple[str, str]]:
    say, entry = here.say, here.entry
    yield say("people.name"), entry["name"]
    for field in ("email", "phone"):
        yield say(f"people.{field}"), str(entry.get(field) or "")
    yield say("people.position"), position_of(entry)
    yield say("people.district"), district_of(entry)
    for each in here.records("regions"):
        yield say("people.region"), here.region_since(each)
    yield say("person.numbers"), ", ".join(entry.get("keys") or ())
    yield say("people.language"), say(f"people.languages.{entry['language']}")
    for each in here.records("memberships"):
        yield say("people.memberships"), here.membership(each)
    if mentor := entry.get("mentor"):
        yield say("people.places"), str(mentor["capacity"])
        for field in MENTOR_DAYS:
            yield say(f"people.{field}"), here.dates.long(mentor[field]) if mentor.get(field) else ""
    for each in here.records("conflicts"):
        yield say("people.conflicts"), f"{here.kind(each['kind'])}, {here.name_of(each['other'])}"
    for field, word in (
        ("left_on", "person.left"),
        ("died_on", "person.died"),
        ("withdrawn_on", "person.gone"),
    ):
        yield say(word), here.dates.long(entry[field]) if entry.get(field) else ""
