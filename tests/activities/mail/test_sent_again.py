"""An email that staff send again has a Message-ID of its own; one that is tried again keeps its own."""

from dataclasses import replace

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.recipients import recipients_of
from domain.notices import NoticeKind
from tests.activities.mail.rendered import notice_of


def ids(again: int) -> list[str]:
    notice = replace(notice_of(NoticeKind.REMINDER), id="a" * 32, again=again)
    return [each.email for each in recipients_of(notice, load_programs()["masa"])]


def test_each_sending_by_staff_has_an_id_of_its_own() -> None:
    first, again = ids(0), ids(2)
    assert ids(0) == first
    assert ids(2) == again
    assert not {*first} & {*again}
    assert all(each.startswith(f"{'a' * 32}.2") for each in again)
