"""The updates of a workflow, built from its commands: one for each, with the command's name.

A validator asks the domain, so that a refusal leaves no history. The handler asks again, since the state may have
changed in between.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.messages import Command, Receipt

from workflows.shell import Shell


class HasShell(Protocol):
    """A workflow whose decisions go through a shell."""

    shell: Shell[Any]


W = TypeVar("W", bound=HasShell)


def takes(commands: Iterable[type[Command]]) -> Callable[[type[W]], type[W]]:
    """Return a class decorator that gives a workflow one update for each command; it goes below ``workflow.defn``."""

    def decorate(cls: type[W]) -> type[W]:
        for command in commands:
            _add_update(cls, command)
        return cls

    return decorate


def _add_update(cls: type[HasShell], command: type[Command]) -> None:
    """Add handler and validator of one command, with the annotations by which Temporal decodes."""

    async def handle(self: HasShell, command: Command) -> Receipt:
        return await self.shell.perform(command)

    def check(self: HasShell, command: Command) -> None:
        self.shell.check(command)

    name = re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()
    for function, prefix, answer in ((handle, "", Receipt), (check, "_check_", None)):
        function.__name__ = prefix + name
        function.__qualname__ = f"{cls.__qualname__}.{prefix}{name}"
        function.__annotations__ = {"command": command, "return": answer}
    update = workflow.update(name=command.__name__)(handle)
    update.validator(check)
    setattr(cls, name, update)
