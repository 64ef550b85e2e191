"""What came of taking lists over: who is new and who was changed, what was left out, and where to go on."""

from collections.abc import Mapping
from typing import Any, Final

from api_gateway.office import Office
from api_gateway.pages.coordinator.imports.questions import where
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Fact, Link
from api_gateway.pages.words import Say
from api_gateway.services.visitor import Visitor

ENDED: Final = ("done", "incomplete", "overtaken", "failed")
_KINDS: Final = ("people", "memberships", "mentors", "applications")
_WRITTEN: Final = ("new", "changed", "moved", "lapsed")
_OUT: Final = ("refused", "question")


def state_word(found: Mapping[str, Any], say: Say) -> str:
    """Return in words how far a take-over is; before its applications are counted, it is being stored."""
    state = found["state"]
    if state == "running":
        state = "opening" if found["total"] else "landing"
    word = f"imports.states.{state}"
    return say(word) if say.has(word) else str(state)


async def taken_over(office: Office, visitor: Visitor, found: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Return what the page of a take-over shows: how far it is, and once it is over, what came of it."""
    over, total = found["state"] in ENDED, found["total"]
    landed = over and found["state"] not in ("overtaken", "failed")
    ids = [*found["new"], *found["others"]] if landed else []
    names = await office.reads.people.names(visitor.caller.sight, ids) if ids else {}
    return {
        "word": state_word(found, say),
        "opened": say("imports.done_of", done=found["done"], total=total) if total else "",
        "over": over,
        "landed": landed,
        "facts": _facts(found, say) if landed else [],
        "new": _people(found["new"], names),
        "others": _people(found["others"], names),
        "out": _left_out(found, say) if landed else [],
        "next": _next(found, say) if over else None,
    }


def _facts(found: Mapping[str, Any], say: Say) -> list[Fact]:
    """Return by kind of list what its rows came to."""
    return [
        Fact(
            term=say(f"imports.kinds.{kind}"),
            text=", ".join(
                say(f"imports.written.{name}", count=counts[name]) for name in _WRITTEN if counts.get(name)
            ),
        )
        for kind in _KINDS
        if (counts := found["kinds"].get(kind, {})) and any(counts.get(name) for name in _WRITTEN)
    ]


def _people(ids: list[str], names: Mapping[str, str]) -> list[Link]:
    """Return the people whom the reader sees, by name."""
    links = [Link(href=f"/people/{id}", text=names[id]) for id in ids if id in names]
    return sorted(links, key=lambda each: each.text)


def _left_out(found: Mapping[str, Any], say: Say) -> list[Fact]:
    """Return which rows were left out, by why."""
    return [
        Fact(
            term=say(f"imports.counts.{name}"),
            text=str(sum(map(len, rows.values()))),
            small=where(rows),
        )
        for name in _OUT
        if (rows := found["left_out"].get(name))
    ]


def _next(found: Mapping[str, Any], say: Say) -> Link:
    """Return where a take-over that is over leads: back to what was not taken over, or to what came in."""
    if found["state"] in ("overtaken", "failed"):
        return Link(href=f"/imports/{found['import']}", text=say("imports.look_again"))
    if found["total"]:
        return Link(href="/applications", text=say("imports.to_applications"))
    return Link(href="/people", text=say("imports.to_people"))


def recent_shown(found: list[dict[str, Any]], dates: Dates) -> list[dict[str, Any]]:
    """Return take-overs as the page of all imports lists them."""
    say = dates.say
    return [
        {
            "href": f"/imports/{each['import']}/operations/{each['id']}",
            "text": ", ".join(each["files"]) or say("imports.lists_of", day=dates.on(each["begun_at"]).words),
            "state": state_word(each, say),
            "when": dates.on(each["begun_at"]),
            "out": sum(len(rows) for files in each["left_out"].values() for rows in files.values()),
        }
        for each in found
    ]
