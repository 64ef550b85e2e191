"""Commands that a proposal names, whole and in backticks: pasted, with what is in capitals filled in, they work."""

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final


def command(path: str, contents: Mapping[str, Any]) -> str:
    """Return the command that sends contents to a path."""
    body = shlex.quote(json.dumps(contents, ensure_ascii=False))
    return f"`mentorflow send {path} --body {body}`"


SAME_AS: Final = command("people/NUMBER/same-as", {"other": "OTHER-NUMBER", "answer": "same"})
"""Says that two entries are one person."""
