"""The command `mentorflow`."""

from __future__ import annotations

import typer

from workers.doctor import checks

app = typer.Typer(no_args_is_help=True, help="Runs educator-mentoring programs.")


@app.callback()
def root() -> None:
    """Runs educator-mentoring programs."""


@app.command()
def doctor() -> None:
    """Look at this machine and this installation, and say what to do about what is missing."""
    looked = checks()
    for check in looked:
        typer.echo(f"{'ok ' if check.ok else 'NO '} {check.name}: {check.found}")
        if check.todo:
            typer.echo(f"     {check.todo}")
    raise typer.Exit(0 if all(check.ok for check in looked) else 1)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
