"""How a page is made: one Jinja environment for each language, what every page shows, and the answer."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import govuk_frontend_jinja
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from markupsafe import Markup

from activities.adapters.files.locales import opening, zone_in_words
from api_gateway.http.query import DONE
from api_gateway.http.sessions import Visitor
from api_gateway.pages import links, static
from api_gateway.pages.acts.words import done_words
from api_gateway.pages.places import places_for, search_for
from api_gateway.pages.words import Say
from domain.languages import Language

_PACKAGE: Final[str] = govuk_frontend_jinja.__name__
TEMPLATES: Final = Path(__file__).parents[1] / "templates"


@cache
def environment(language: Language, *more: Path) -> Environment:
    """Return the templates of pages with the words of one language; ``more`` are folders beside our own.

    A value that a page forgot is an error, and every value is escaped. ``say`` gives words, ``zone_name`` what a
    time zone is called, ``links`` addresses, ``govuk`` a part of govuk-frontend.
    """
    made = Environment(
        loader=FileSystemLoader([TEMPLATES, *more]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "say": Say(language),
        "zone_name": lambda zone: opening(zone_in_words(zone, language)),
        "links": links,
        "static": static.address,
        "integrity": static.integrity,
        "govuk": govuk,
        "languages": [each.value for each in Language],
    }
    return made


@cache
def _components() -> Environment:
    """Return the parts of govuk-frontend, whose templates ask for values that are not given."""
    return Environment(
        loader=PrefixLoader({_PACKAGE: PackageLoader(_PACKAGE)}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


_OF_CODES: Final = frozenset(("button", "checkboxes", "radios"))
_OF_TEXT: Final = frozenset(("input", "textarea"))
"""Parts that are alike for many readers are kept: those that show what there is to choose, and empty fields for text.

What somebody has typed is not kept.
"""


def govuk(component: str, **values: Any) -> Markup:
    """Return a part of govuk-frontend, such as ``govuk("error-summary", titleText=…, errorList=…)``."""
    alike = component in _OF_CODES or (component in _OF_TEXT and not values.get("value"))
    return _kept(_Asked(component, values)) if alike else _part(component, values)


class _Asked:
    """A part that a page asks for; equal if the part and all its values are, each with its type."""

    def __init__(self, component: str, values: Mapping[str, Any]) -> None:
        self.component, self.values = component, values
        self._key = (component, _frozen(values))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key


def _frozen(value: Any) -> Any:
    """Return a value as one that can be compared by its hash: a text that is escaped is another one than a bare one."""
    if isinstance(value, Mapping):
        return tuple((name, _frozen(each)) for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return ("list", *map(_frozen, value))
    return type(value), value


@lru_cache(maxsize=2048)
def _kept(asked: _Asked) -> Markup:
    return _part(asked.component, asked.values)


def _part(component: str, values: Mapping[str, Any]) -> Markup:
    name = "govuk" + "".join(word.capitalize() for word in component.split("-"))
    template = _components().get_template(f"{_PACKAGE}/components/{component}/macro.html")
    return Markup(getattr(template.module, name)(values))  # noqa: S704 - escaped by its own environment


def page(
    request: Request,
    template: str,
    visitor: Visitor | None,
    *,
    status: int = 200,
    language: str = "",
    **values: Any,
) -> HTMLResponse:
    """Return a rendered page for a visitor; ``language`` is for a page that needs no sign-in.

    ``place`` names the place to which a page belongs if its own path is not one, and ``message`` says what was just
    done; after an act the address says which. ``done`` says the same of a task, with whom it was about.
    """
    return HTMLResponse(render(request, template, visitor, language=language, **values), status_code=status)


def render(
    request: Request,
    template: str,
    visitor: Visitor | None,
    *,
    language: str = "",
    folders: Sequence[Path] = (),
    **values: Any,
) -> str:
    """Return the text of a page; ``folders`` have the templates of who added it."""
    shown = Language(visitor.language if visitor else language or Language.EN)
    frame = {
        "visitor": visitor,
        "language": shown.value,
        "places": places_for(visitor.caller) if visitor else (),
        "place": request.url.path,
        "find": search_for(visitor.caller.roles if visitor else ()),
        "contact": request.app.state.office.settings.mail_from,
        "message": done_words(shown.value, request.query_params.get(DONE, "")) if visitor else "",
        "done": None,
        "query": request.query_params,
        "strip": getattr(request.state, "strip", ""),
        "strip_sheet": getattr(request.state, "strip_sheet", ""),
        "strip_script": getattr(request.state, "strip_script", ""),
    }
    return environment(shown, *folders).get_template(template).render(frame | values)
