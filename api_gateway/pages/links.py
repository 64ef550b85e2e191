"""The addresses of pages. A link to a person, a pair, a task or money is made here and nowhere else."""

from typing import Final
from urllib.parse import quote, urlencode

TODAY: Final = "/"
RELATIONSHIPS: Final = "/relationships"


def relationship(id: str) -> str:
    """Return the page of a relationship."""
    return f"/relationships/{quote(id, safe='')}"


def moment(id: str, at: str, *, corrected: bool = False) -> str:
    """Return the page of a relationship as it was at a moment, as known then or ``corrected`` since."""
    return with_query(f"{relationship(id)}/at", moment=at, corrected=corrected)


def verdict(id: str) -> str:
    """Return the page of what the last check of the journal says about a relationship."""
    return f"{relationship(id)}/verdict"


def remind(id: str, back: str = "") -> str:
    """Return the page that asks whether the last email to a pair is sent again; ``back`` is where it was asked."""
    return with_query(f"{relationship(id)}/remind", back=back)


def history(id: str) -> str:
    """Return the page of everything that is recorded about a relationship."""
    return f"{relationship(id)}/history"


def special_application(id: str) -> str:
    """Return the page of the text of a special application."""
    return f"{relationship(id)}/special-application"


def task(id: str) -> str:
    """Return the page of a task."""
    return f"/tasks/{quote(id, safe='')}"


def person(id: str) -> str:
    """Return the page of a person."""
    return f"/people/{quote(id, safe='')}"


def payment(id: str) -> str:
    """Return the page of money owed."""
    return f"/payments/{quote(id, safe='')}"


def email(notice: str) -> str:
    """Return the page of an email as it was sent."""
    return f"/emails/{quote(notice, safe='')}"


def act(subject: str, command: str, *, kind: str = "relationship", task: str = "") -> str:
    """Return the form of an act about a relationship or about money; with a task, the next one follows it."""
    path = f"{payment(subject) if kind == 'obligation' else relationship(subject)}/acts/{quote(command, safe='')}"
    return with_query(path, task=task)


def candidates(id: str, *, task: str = "") -> str:
    """Return the page of those who could be a pair's mentor; with a task, the next one follows a proposal."""
    return with_query(f"{relationship(id)}/candidates", task=task)


def with_query(path: str, **values: str | int | bool) -> str:
    """Return an address with those values that are not empty, in the order given, after what it says already."""
    named = {name: _text(value) for name, value in values.items() if value not in ("", False)}
    return f"{path}{'&' if '?' in path else '?'}{urlencode(named)}" if named else path


def _text(value: str | int | bool) -> str:
    return "yes" if value is True else str(value)
