"""The page of the office that an email to staff is about. It opens through sign-in, so its address is no secret.

``api_gateway/pages/links.py`` has the addresses; a test compares the two.
"""

from collections.abc import Mapping
from typing import Any, Final

from activities.ports.secret import Secret
from domain.languages import Language
from domain.notices import NoticeKind

_OF_MONEY: Final = (NoticeKind.STIPEND_SENT, NoticeKind.STIPEND_DENIED, NoticeKind.STIPEND_RETURNED)
_OF_TERM: Final = (
    NoticeKind.MONTHLY_RECORD_DUE,
    NoticeKind.LOG_CHECK_DUE,
    NoticeKind.TERM_SURVEY_OPEN,
    NoticeKind.TERM_SURVEY_DUE,
    NoticeKind.TERM_TASK,
)

_OPEN: Final[Mapping[Language, str]] = {
    Language.EN: "Open it in the office",
    Language.ES: "Abrir en la oficina",
}

Address = str | Secret


def task_page(office: Address, task: str) -> Address:
    """Return the page of a task."""
    return _below(office, f"/tasks/{task}")


def notice_page(office: Address, kind: NoticeKind, subject: str) -> Address:
    """Return the page of what a notice is about: a pair, or money owed; of a term it is the reader's list."""
    if kind in _OF_TERM or not subject:
        return office
    return _below(office, f"/{'payments' if kind in _OF_MONEY else 'relationships'}/{subject}")


def page_shown(office: Address, kind: NoticeKind, subject: str, language: Language) -> dict[str, Any]:
    """Return the link to the page of what a notice is about, as templates show links."""
    return {"text": _OPEN[language], "code_first": False, "link": notice_page(office, kind, subject)}


def _below(office: Address, path: str) -> Address:
    if isinstance(office, Secret):
        return Secret(kind=office.kind, said=f"{office.said}{path}")
    return f"{office.rstrip('/')}{path}"
