"""What a task asks for, in words: why it is there, and on which facts."""

from collections.abc import Mapping
from typing import Any

from api_gateway.services import event_sentences
from api_gateway.services.calendar_feed import words
from domain.languages import Language


def with_words(task: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Return a task with its words, or unchanged if its kind has none."""
    chosen = Language(language)
    template = words()[chosen]["tasks"].get(task["kind"])
    if template is None:
        return task
    codes = event_sentences.words(chosen)["codes"]
    reason, membership = [codes.get(code, code.replace("_", " ")) for code in f"{task['why']},".split(",")][
        :2
    ]
    return {
        **task,
        "words": template.format(reason=reason, membership=membership, about=task["about"]),
    }
