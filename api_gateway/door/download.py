"""Everything about a person who is signed in: a page to read, and the same as a file for programs."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from activities.adapters.files.form_files import form_title, shipped_forms
from api_gateway.door.about_me import about_me
from api_gateway.door.checked import answers_in_words
from api_gateway.door.complaints_shown import complaint_in_words
from api_gateway.door.office import Door
from api_gateway.door.sessions import InSession
from api_gateway.door.view import door_page
from api_gateway.pages.acts.form import form_of
from api_gateway.pages.acts.parts import ANSWERS, Choice, answer_parts
from api_gateway.pages.acts.posted import typed_from
from api_gateway.pages.dates import Dates
from api_gateway.services.caller import Caller
from api_gateway.services.programs import programs
from domain.forms.model import Form
from domain.rules.form_lists import code_lists

router = APIRouter(include_in_schema=False)
_READ: Final = "own-submit-form"
"""The form as whose answers those of every form are read."""
_UNSAID: Final = {"title": "", "button": "", "leads": ""}


@router.get("/my/download", operation_id="door.my_download")
async def download(request: Request, me: InSession) -> Response:
    """Show everything about the person to read."""
    found = await _found(request, me.caller, me.language)
    return door_page(
        request, "door/download.html", me.language, about=found, reader=Reader(found, me.language), me=me
    )


@router.get("/my/download.json", operation_id="door.my_download_file")
async def file(request: Request, me: InSession) -> Response:
    """Return everything about the person as a file."""
    found = await _found(request, me.caller, me.language)
    text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    named = {"Content-Disposition": 'attachment; filename="about-me.json"'}
    return Response(text, media_type="application/json", headers=named)


class Reader:
    """How everything about a person is put in words."""

    def __init__(self, about: Mapping[str, Any], language: str) -> None:
        codes = [pair["program"] for pair in about["pairs"]]
        self._file = next((programs()[code] for code in codes if code in programs()), None)
        zone = self._file.rules.calendar.zone if self._file else None
        zone = zone or next(iter(programs().values())).rules.calendar.zone
        self._language = language
        self._regions: dict[str, str] = {
            pair["region"]: pair["region_name"] or pair["region"] for pair in about["pairs"]
        }
        self.dates = Dates(language, zone, datetime.fromisoformat(about["made_at"]))

    def day(self, moment: str | None) -> str:
        """Return the day of a moment in words."""
        return self.dates.long(self.dates.local(moment).date()) if moment else ""

    def complaint(self, case: dict[str, Any]) -> str:
        """Return how a complaint of the person stands."""
        return complaint_in_words(case, self.dates)

    def program(self, code: str) -> str:
        """Return the name of a program."""
        file = programs().get(code)
        return file.wording_in(self._language).program if file else code

    def label(self, code: str) -> str:
        """Return the words for a code."""
        return self._file.label(code, self._language) if self._file and code else code

    def region(self, code: str) -> str:
        """Return the name of a region, if one of the pairs belongs to it."""
        return self._regions.get(code, code)

    def title(self, form: str) -> str:
        """Return the title of a form."""
        return form_title(form, self._language)

    def answers(self, handed_in: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each question that was answered with its answer, in the order and the words of the form."""
        form = shipped_forms().get((handed_in.get("form", ""), handed_in.get("version", "")))
        given, asked = handed_in["answers"], set[str]()
        if form is not None:
            asked = {field.key for field in form.fields}
            parts = (answer_parts(form, self._lists(form, given), self._language),)
            typed = typed_from(parts, {ANSWERS: given}, str(self.dates.zone))
            made = form_of(_READ, parts, {}, typed, {}, self._language, _UNSAID)
            yield from answers_in_words(made.fields)
        yield from (
            (key.replace("_", " "), self._said(each)) for key, each in given.items() if key not in asked
        )

    def _lists(self, form: Form, given: Mapping[str, Any]) -> dict[str, tuple[Choice, ...]]:
        """Return what there was to choose, also what the rules no longer name."""
        chosen = [code for value in given.values() if isinstance(value, list) for code in value]
        lists = code_lists(self._file.rules, form).items() if self._file else ()
        return {
            path: tuple(
                Choice(value=code, label=self.label(code))
                for code in dict.fromkeys([*codes, *(code for code in chosen if isinstance(code, str))])
            )
            for path, codes in lists
        }

    def _said(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return "; ".join(self._said(each) for each in value.values() if each not in (None, "", []))
        if isinstance(value, list | tuple):
            return ", ".join(self._said(each) for each in value)
        return self.label(value) if isinstance(value, str) else str(value)


async def _found(request: Request, caller: Caller, language: str) -> dict[str, Any]:
    door: Door = request.app.state.door
    return await about_me(door.office, caller, language)
