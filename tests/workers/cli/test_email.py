"""`mentorflow email` shows the words of an email as they were sent, and `history --side` who read them."""

import json
from typing import Any

from typer.testing import CliRunner

from tests.workers.cli.test_cli import answering
from workers.__main__ import app

ID = "9f2c" * 8
WORDS = {
    "message_id": f"<{ID}@office.example>",
    "from": "Program <office@office.example>",
    "reply_to": "",
    "to": "Sam Lee <sam@post.example>",
    "language": "en",
    "subject": "Please answer",
    "text": "Dear Sam\n",
    "html": "<p>Dear Sam",
    "calendar": "",
    "sent_at": "2026-11-02T15:30:00.000000Z",
}


def shown(answer: dict[str, Any], *options: str) -> tuple[int, str]:
    with answering(answer.get("status", 200), answer) as url:
        ended = CliRunner().invoke(app, ["email", ID, "--token", "t", "--url", url, *options])
    return ended.exit_code, ended.output


def test_an_email_is_shown_with_its_headers_and_text() -> None:
    status, printed = shown({"emails": [{**WORDS, "times": 1, "earlier": []}]})
    assert status == 0
    assert printed.splitlines() == [
        "From: Program <office@office.example>",
        "To: Sam Lee <sam@post.example>",
        "Subject: Please answer",
        f"Message-ID: <{ID}@office.example>",
        "Sent: 2026-11-02 15:30 UTC",
        "",
        "Dear Sam",
        "",
    ]


def test_an_email_that_was_sent_again_says_how_often_and_shows_earlier_words() -> None:
    earlier = {**WORDS, "subject": "Answer, please", "calendar": "Meeting"}
    _, printed = shown({"emails": [{**WORDS, "times": 3, "earlier": [earlier]}]}, "--html")
    assert printed.startswith("sent 3 times, the last time with these words\n")
    assert printed.index("Subject: Please answer") < printed.index("before that, with other words")
    assert printed.endswith("<p>Dear Sam\nIn the calendar: Meeting\n\n")


def test_an_email_as_json_is_what_the_api_answers() -> None:
    answer = {"id": ID, "kind": "reminder", "emails": []}
    assert json.loads(shown(answer, "--json")[1]) == answer


def test_an_email_that_has_not_left_is_reported_in_words() -> None:
    problem = {"title": "Email waits", "status": 404, "code": "email_waits", "detail": "This email waits."}
    assert shown(problem) == (1, "Email waits\nThis email waits.\n")


def test_the_side_of_a_relationship_is_a_history_of_its_own() -> None:
    read = {
        "seq": 1,
        "type": "EmailRead",
        "actor": {"id": "c" * 32, "role": "coordinator"},
        "decided_at": "2026-08-15T14:00:00Z",
        "body": {"email": ID, "kind": "reminder"},
    }
    expected = {
        "en": "Ann (coordinator): The text of an email was read: a reminder, 9f2c9f2c.",
        "es": "Ann (coordinación): Se leyó el texto de un correo: un recordatorio, 9f2c9f2c.",
    }
    for language, line in expected.items():
        with answering(200, {"data": [read], "names": {"c" * 32: "Ann"}, "zone": "UTC"}) as url:
            options = ["--side", "--token", "t", "--url", url, "--language", language]
            ended = CliRunner().invoke(app, ["history", ID, *options])
        assert ended.output.splitlines()[-1] == f"   1  2026-08-15 14:00  {line}"


def test_a_moment_and_the_side_do_not_go_together() -> None:
    ended = CliRunner().invoke(app, ["history", ID, "--side", "--at", "2026-11-02T15:00:00-06:00"])
    assert ended.exit_code == 2
    assert "leave --side out" in ended.output
