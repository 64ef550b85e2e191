"""Commands as the terminal shows them: each can be pasted and works, also where a file has a blank in its name."""

from __future__ import annotations

import shlex


def pasted(*arguments: object) -> str:
    """Return a whole command of ours, quoted as a shell takes it. It is the last on its line, with nothing behind."""
    return shlex.join(["mentorflow", *map(str, arguments)])


def quoted(argument: object) -> str:
    """Return one argument, quoted as a shell takes it."""
    return shlex.quote(str(argument))
