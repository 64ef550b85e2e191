"""`mentorflow send`: sends one command to the API, and says what was done, for whom, and what happens next."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from workers.cli.answer_lines import lines, value_text
from workers.cli.member_numbers import contents_with_ids, said_of_two, with_id
from workers.cli.request import Token, Url, request

commands = typer.Typer()
DONE: Final = Path(__file__).with_name("done.toml")
_OF_JOURNAL: Final = ("command", "receipt")
"""What the answer says of the journal: programs need it, people do not."""
_MADE: Final = {"relationship": "relationships", "person": "people"}
"""What an answer names that the command was about."""
_NOT_SEEN: Final = (403, 404)
CORRECTIONS: Final[Sequence[tuple[str, Mapping[str, Any]]]] = (
    ("people/PERSON/change", {"phone": "(218) 555-0101"}),
    ("people/PERSON/change", {"key": "00712"}),
    ("people/PERSON/move", {"region": "north", "since": "2026-07-01"}),
    ("people/PERSON/left", {"day": "2026-06-30"}),
    ("people/PERSON/died", {"day": "2026-06-30"}),
    ("people/PERSON/same-as", {"other": "PERSON", "answer": "same"}),
    ("people/PERSON/membership-end", {"last": "2026-06-30"}),
    ("people/PERSON/memberships/RECORD/correct", {"last": "2026-06-30"}),
    ("people/PERSON/memberships/RECORD/withdraw", {}),
    ("people/PERSON/take-off-number", {"key": "00712"}),
    ("people/PERSON/regions/DAY/correct", {"region": "north"}),
    ("people/PERSON/regions/DAY/withdraw", {"reason": "never_was"}),
    ("people/PERSON/separate", {"other": "PERSON", "keys": ["00712"]}),
    ("people/PERSON/withdraw", {"reason": "entered_twice"}),
)
"""What corrects people and memberships, with an example of the contents."""
_HELP: Final = (
    "To correct people and memberships: PERSON is a member number, or an id of `mentorflow list people`; RECORD is the "
    "number of a membership in `mentorflow show people/PERSON`, DAY the first day of a region there. A member number "
    "(key) is added beside those that a person has; a wrong one is taken off. A day that was wrong is taken away with "
    'null. With same-as, "same" says that two entries are one person, and "different" that they are two people.'
)


def _corrections() -> str:
    """Return how people and memberships are corrected, a paragraph for each path."""
    examples = (f"{path} --body '{json.dumps(body)}'" if body else path for path, body in CORRECTIONS)
    return "\n\n".join((_HELP, *examples))


@commands.command(epilog=_corrections())
def send(
    path: Annotated[str, typer.Argument(help="For example relationships/ID/log-meeting.")],
    token: Token = "",
    body: Annotated[str, typer.Option(help="The contents, as named values in curly brackets (JSON).")] = "{}",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    key: Annotated[str, typer.Option(hidden=True)] = "",
    url: Url = "",
) -> None:
    """Send a command to the API, and say what was done, for whom, and what happens next."""
    sent = contents_with_ids(_json(body), token, url)
    path = with_id(path, token, url)
    answer = request("POST", f"/v1/{path}", token, url, key=key, json=sent)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    is_of_two = path.startswith("people/") and path.endswith("/same-as")
    typer.echo(said_of_two(answer, token, url) if is_of_two else _done(path, sent))
    about = _about(path, answer, token, url)
    named = path.split("/")
    made = {
        name: value for name, value in answer.items() if name not in _OF_JOURNAL and str(value) not in named
    }
    if "stage" in about and "state" in made:
        made = {"stage": made.pop("state"), **made}
    for line in (*_for_whom(about), *lines(made), *_next(about)):
        typer.echo(line)


def _done(path: str, sent: Any) -> str:
    """Return what was done, in the words for a path; a day that was sent empty has words of its own."""
    words: dict[str, Any] = tomllib.loads(DONE.read_text(encoding="utf-8"))
    without_day: Mapping[str, str] = words.pop("without_day")
    empty = isinstance(sent, dict) and sent.get("day", "") is None
    parts = path.split("/")
    of_path: Mapping[str, str] = {**words, **(without_day if empty else {})}
    return next(said for known, said in of_path.items() if _fits(known.split("/"), parts))


def _fits(known: list[str], parts: list[str]) -> bool:
    return len(known) == len(parts) and all(
        word in ("*", part) for word, part in zip(known, parts, strict=True)
    )


def _about(path: str, answer: Mapping[str, Any], token: str, url: str) -> Mapping[str, Any]:
    """Return what the command was about as it is now, as far as the sender may see it."""
    noun, id = [*path.split("/"), ""][:2]
    if noun not in ("relationships", "obligations"):
        noun, id = next(((kind, answer[one]) for one, kind in _MADE.items() if answer.get(one)), ("", ""))
    return request("GET", f"/v1/{noun}/{id}", token, url, or_nothing=_NOT_SEEN) if noun else {}


def _for_whom(about: Mapping[str, Any]) -> Iterator[str]:
    named = [about[name] for name in ("mentee_name", "mentor_name", "name") if about.get(name)]
    if named:
        yield f"for: {' with '.join(named)}"


def _next(about: Mapping[str, Any]) -> Iterator[str]:
    """Yield what happens next: what staff have to do, and of what the office reminds the pair on which day."""
    # Late: a command that is not about a pair or money needs none.
    from activities.adapters.files.task_words import code_in_words, words
    from domain.languages import Language

    for task in about.get("tasks", ()):
        if task["closed_at"] is None:
            until = f", until {value_text(task['due_at'])[:10]}" if task["due_at"] else ""
            yield f"next, for staff: {words(Language.EN)['name'][task['kind']]}{until}"
    if about.get("next_due"):
        subject = about["next_subject"]
        word = code_in_words(subject, Language.EN)
        yield f"next, for the pair: {word}, {about['next_due'][:10]}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as broken:
        # Late: a text that can be read needs no words.
        from api_gateway.services.input_words import json_words

        raise typer.BadParameter(
            f"--body cannot be read. {json_words(text, broken.pos, broken.msg)} Put all of it in single quotation "
            """marks: --body '{"minutes": 60, "mode": "phone"}'"""
        ) from None
