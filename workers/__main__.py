"""The command `mentorflow`: processes and checks of an installation, and a client of the API."""

from typing import Any

import typer
from typer.core import TyperGroup

from activities.errors import Unavailable
from workers.cli import (
    admin,
    calendar_address,
    clock,
    digest,
    doctor,
    email,
    forms,
    grants,
    history,
    lists,
    notes,
    processes,
    replay,
    scan,
    send,
    show,
    tasks,
    tokens,
)
from workers.cli.imports import command as imports
from workers.cli.imports import export as exports
from workers.cli.programs import commands as programs


class PlainGroup(TyperGroup):
    """The commands, whose refusals of an option are words for a person."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a refused value is named in the same words as a value of a request."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as refused:
            refused.message = _plain(refused)
            raise


def _plain(refused: typer.BadParameter) -> str:
    """Return why a value was refused, without the words of the library that checked it."""
    faults = getattr(refused.__cause__, "errors", None)
    if faults is None:
        return refused.message
    # Late: a command that is not refused needs no words.
    from api_gateway.services.input_words import value_words

    return " ".join(value_words(fault) for fault in faults())


app = typer.Typer(cls=PlainGroup, no_args_is_help=True, help="Runs educator-mentoring programs.")
for group in (
    doctor,
    processes,
    history,
    replay,
    clock,
    lists,
    tasks,
    notes,
    calendar_address,
    digest,
    email,
    imports,
    exports,
    scan,
    send,
    show,
):
    app.add_typer(group.commands)
app.add_typer(programs.commands, name="programs")
app.add_typer(forms.commands, name="forms")
app.add_typer(tokens.commands, name="token")
app.add_typer(admin.commands, name="admin")
app.add_typer(grants.commands, name="grant")
app.add_typer(grants.listing)


_NAMES = {"database": "the database", "engine": "the Temporal server"}
"""The parts of an office that a command cannot do without, by the word of ``Unavailable``."""


def main() -> None:
    """Run the command line; end with one line if a part of the office does not answer."""
    try:
        app()
    except Unavailable as missing:
        part = _NAMES.get(str(missing), "a part of the office")
        typer.echo(f"{part} does not answer; start the office, or ask mentorflow doctor", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
