"""An office that answers what `mentorflow import` asks, from what a test gives it."""

from collections.abc import Mapping
from typing import Any

ID, DIGEST, TERM = "1" * 32, "d" * 64, "2" * 32
COUNTS = dict.fromkeys(
    ("new", "changed", "moved", "same_person", "unchanged", "lapsed", "question", "refused"), 0
)
CHANGED = {
    "kind": "people",
    "file": "people.csv",
    "row": 5,
    "name": "Berit Lund",
    "outcome": "changed",
    "person": "",
    "changes": [{"field": "email", "before": "old@post.example", "after": "berit@post.example"}],
    "questions": [],
}
TITLES = {
    "id": "titles",
    "code": "role_titles",
    "problem": "These role titles come with the first list: principal (2).",
    "answers": ["yes"],
    "proposal": "yes",
    "answer": "",
    "who": "importer",
    "rows": {"people.csv": [2, 3]},
    "never_by_itself": False,
}
LAPSES = {
    **TITLES,
    "id": "lapses",
    "code": "members_missing",
    "answers": ["yes", "no"],
    "proposal": "",
    "never_by_itself": True,
    "days": {"first": "2020-07-01", "last": "2026-11-28"},
}
ALIKE = {
    **TITLES,
    "id": "alike:people.csv:2",
    "code": "alike_people",
    "problem": "people.csv, row 2: Berit Lund is like somebody known under 00712.",
    "answers": ["same", "two"],
    "proposal": "",
}
HEADINGS = {
    **TITLES,
    "id": "list.csv:people:columns",
    "code": "columns",
    "answers": ["yes", "key", "phone"],
    "headings": ["Member ID = key", "Fax = nothing"],
}
REFUSED = {
    "code": "unknown_region",
    "problem": "The association has no such region. Write one of its regions.",
    "file": "people.csv",
    "column": "region",
    "rows": [7, 8],
    "cell": "nroth",
    "name": "Cid",
    "allowed": ["north", "central"],
}

LOST = {
    "file": "applications.csv",
    "row": 5,
    "relationship": "4" * 32,
    "code": "run_failed",
    "problem": "It ended. Tell them.",
}


class Office:
    """An office that answers as the API does, and remembers what it was sent."""

    def __init__(self, questions: list[Mapping[str, Any]], refused: list[Any], **counts: int) -> None:
        self.questions = [dict(question) for question in questions]
        self.refused = refused
        self.counts = {**COUNTS, **counts}
        self.sent: list[tuple[str, Any]] = []
        self.states = ["running", "running", "done"]
        self.rows: list[Mapping[str, Any]] = []
        self.people = 2
        self.kept: list[dict[str, Any]] = []
        self.unread: dict[str, list[str]] = {}
        self.used: list[str] = []
        self.not_taken: tuple[str, ...] = ()

    def _is_asked(self, question: Mapping[str, Any]) -> bool:
        """Return whether a question is asked: about lapses only after the list is said to be complete."""
        before = [each for each in self.questions if each["id"].startswith("missing_members")]
        return question["id"] != "lapses" or all(each["answer"] == "yes" for each in before)

    def request(self, method: str, path: str, token: str, url: str, **options: Any) -> Any:
        """Answer one request."""
        self.sent.append((f"{method} {path}", options))
        if path == "/v1/terms":
            return {"data": [{"id": TERM, "name": "2026-27", "program": "one"}]}
        if path.endswith("/take-over"):
            return {"operation": "3" * 32}
        if "/operations/" in path:
            state = self.states.pop(0)
            left = len(self.states)
            return {
                "state": state,
                "total": 3,
                "done": 3 - left,
                "left": left,
                "people": self.people,
                "changed_people": 1,
                "overtaken_by": [CHANGED],
                "failed_because": "cannot_be_written" if state == "failed" else "",
                "not_opened": [LOST] if state == "incomplete" else [],
            }
        given = options.get("json", {}).get("answers", {})
        if wrong := [id for id, value in given.items() if value in self.not_taken]:
            errors = [
                {"pointer": f"/answers/{id}", "detail": f"{id}: cannot be carried out."} for id in wrong
            ]
            return {
                "code": options["or_problem"],
                "title": "Answers not taken",
                "status": 422,
                "errors": errors,
            }
        asked = [*self.kept, *(each for each in self.questions if self._is_asked(each))]
        for question in asked:
            question["answer"] = given.get(question["id"], question["answer"])
        return {
            "id": ID,
            "digest": DIGEST,
            "kept_hours": 24,
            "counts": self.counts,
            "rows": [*([CHANGED] if self.counts["changed"] else []), *self.rows, *self._untaken()],
            "unchanged": {"people.csv": "2-4, 6"},
            "questions": [each for each in self.questions if self._is_asked(each)],
            "refused": self.refused,
            "kept": self.kept,
            "used": self.used,
            "unread": self.unread,
            "follows": {
                "applications": {"accepted": 2, "waiting": 1, "refused": 0},
                "reasons": {"not_a_member": 1},
                "people": [{"name": "Bo Lund", "outcome": "waiting", "reason": "not_a_member"}],
                "emails": 5,
                "readers": 3,
            },
        }

    def _untaken(self) -> list[Mapping[str, Any]]:
        """Return the rows that are refused or wait, where a test gives nothing but their count."""
        told = {row["outcome"] for row in self.rows}
        return [
            {**CHANGED, "row": 101 + at, "outcome": outcome, "changes": []}
            for outcome in ("refused", "question")
            if outcome not in told
            for at in range(self.counts[outcome])
        ]

    @property
    def paths(self) -> list[str]:
        """What was sent, without what came with it."""
        return [path for path, _ in self.sent]


Run = Any
