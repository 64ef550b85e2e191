"""What the link of each act is called, in emails and on the pages of staff."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from activities.adapters.files.form_files import form_title
from domain.languages import Language

_WORDS: Final = Path(__file__).resolve().parent / "words" / "task_links.toml"


def link_name(act: str, chosen: Mapping[str, str], language: Language) -> str:
    """Return what a link is called, with the title of the form that it is about."""
    form = chosen.get("form", "")
    return _names()[language][act].format(form=form_title(form, language.value) if form else "")


@cache
def _names() -> Mapping[Language, Mapping[str, str]]:
    return {Language(name): each for name, each in tomllib.loads(_WORDS.read_text()).items()}
