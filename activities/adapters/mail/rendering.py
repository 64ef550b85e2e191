"""Fills templates of emails: once to send and, where a secret is said, once more to keep with its name in its place.

A template writes a secret like any other value. So a new kind of email cannot forget the copy that is kept.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from activities.adapters.files.locales import isolated
from activities.ports.notices import Wording
from activities.ports.secret import Secret, SecretKind
from domain.languages import Language

_NAMES: Final = Path(__file__).resolve().parent / "secrets.toml"
_BLOCK: Final = re.compile(r"{%.*?%}")
_FACE: Final = "face of secrets"  # no template can name it


class Fill(Protocol):
    """Fills one template; ``more`` are further words."""

    def __call__(self, file: str, **more: str) -> str:
        """Return the filled template."""
        ...


class _Loader(FileSystemLoader):
    """Loads templates. A line of text that ends with a block keeps its line break; one of blocks alone has none."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the source of a template, its file, and whether it is still the same."""
        source, file, unchanged = super().get_source(environment, template)
        return "\n".join(map(_with_break, source.split("\n"))), file, unchanged


def _with_break(line: str) -> str:
    text = _BLOCK.sub("", line).strip()
    return f"{line[:-2]}+%}}" if text and line.endswith("%}") else line


class Templates:
    """The templates of a folder. A word that is missing is an error, never a blank."""

    def __init__(self, folder: Path, **filters: Callable[..., Any]) -> None:
        self._inline = CSSInliner(load_remote_stylesheets=False)
        self._names = {Language(name): each for name, each in tomllib.loads(_NAMES.read_text()).items()}
        self._environment = Environment(
            loader=_Loader(folder),
            autoescape=select_autoescape(enabled_extensions=("html",), default=False),
            undefined=StrictUndefined,
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= filters

    def both(
        self, words: Mapping[str, Any], language: Language, render: Callable[[Fill], Wording]
    ) -> tuple[Wording, Wording]:
        """Return the words to send and the words to keep; without a secret they are the same."""
        sending = _Face()
        sent = render(self._fill(words, sending))
        if not sending.told:
            return sent, sent
        return sent, render(self._fill(words, _Face(self._names[language])))

    def _fill(self, words: Mapping[str, Any], face: "_Face") -> Fill:
        def fill(file: str, **more: str) -> str:
            filled = self._environment.get_template(file).render({**words, **more, _FACE: face})
            return self._inline.inline(filled) if file.endswith(".html") else filled

        return fill


class _Face:
    """What templates show of secrets: what is said or, with ``names``, only how each kind is called."""

    def __init__(self, names: Mapping[SecretKind, str] | None = None) -> None:
        self._names = names
        self.told = False

    def show(self, secret: Secret) -> str:
        if self._names is not None:
            return f"[{self._names[secret.kind]}]"
        self.told = True
        return secret.said


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """Return what a template shows of a value; the environment asks this for each."""
    if isinstance(value, Secret):
        return context[_FACE].show(value)
    # What is markup already is composed of values that came through here.
    return isolated(value) if type(value) is str else value
