"""The forms of a page as a browser has them: what each asks, what is in it, and what it would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


class NotInForm(LookupError):
    """Something that a page does not have."""


@dataclass
class PageForm:
    """A form: where it goes, the values that it sends as it stands, and what there is to choose in each field."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def filled(self, **given: Any) -> dict[str, Any]:
        """Return what the form sends once these fields are filled in; ``__`` stands for a point in a name.

        Raises:
            NotInForm: The form does not have such a field, or does not offer such a choice.
        """
        sent: dict[str, Any] = {name: list(values) for name, values in self.values.items()}
        for name, value in given.items():
            path = name.replace("__", ".")
            if path not in self.asked:
                raise NotInForm(f"{path} is not asked; the form asks {self.asked}")
            values = value if isinstance(value, list) else [value]
            if not set(values) <= set(self.choices.get(path, values)):
                raise NotInForm(f"{path} offers {self.choices[path]}, not {values}")
            sent[path] = values
        return {name: values if len(values) != 1 else values[0] for name, values in sent.items()}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self._select = self._area = self._button = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = PageForm(action=given.get("action", ""), method=given.get("method", "get"))
            self.forms.append(self.form)
        if self.form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(self.form, name, given)
        elif tag == "select":
            self._select = name
            self._ask(self.form, name)
        elif tag == "option" and self._select:
            self.form.choices.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given:
                self.form.values[self._select] = [given["value"]]
        elif tag == "textarea":
            self._area, self._text = name, []
            self._ask(self.form, name)
        elif tag == "button":
            self._button, self._text = "yes", []

    def handle_endtag(self, tag: str) -> None:
        if self.form is None:
            return
        if tag == "form":
            self.form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self.form.values[self._area] = ["".join(self._text)]
            self._area = ""
        elif tag == "button":
            self.form.buttons.append("".join(self._text).strip())
            self._button = ""

    def handle_data(self, data: str) -> None:
        if self._area or self._button:
            self._text.append(data)

    @staticmethod
    def _ask(form: PageForm, name: str) -> None:
        if name not in form.asked:
            form.asked.append(name)

    def _input(self, form: PageForm, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind == "hidden":
            form.values.setdefault(name, []).append(value)
            return
        self._ask(form, name)
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.values.setdefault(name, []).append(value)
        elif kind != "file":
            form.values[name] = [value]


def forms_in(text: str) -> list[PageForm]:
    """Return the forms of a page in their order."""
    reader = _Reader()
    reader.feed(text)
    return reader.forms


def form_to(text: str, action: str) -> PageForm:
    """Return the form of a page that goes to an address."""
    found = [each for each in forms_in(text) if each.action == action]
    if len(found) != 1:
        raise NotInForm(f"the page has no form to {action}: {[each.action for each in forms_in(text)]}")
    return found[0]
