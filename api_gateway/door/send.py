"""The sending of a link's act: the one way of every command, with the link used up where its row is claimed."""

from dataclasses import replace

from pydantic import BaseModel

from activities.adapters.postgres.writes.task_links import LinkIntake
from api_gateway.door.acts import LinkedAct
from api_gateway.door.office import Door
from api_gateway.http.carry_out import SentCommand, carry_out
from api_gateway.http.idempotency import command_id
from api_gateway.services.send_command import fingerprint


async def send(door: Door, act: LinkedAct, body: BaseModel, key: str) -> None:
    """Carry out an act by its link; raise ``Problem`` if it is refused, ``LinkUsed`` if the link is used up."""
    office, caller = door.office, act.act.about.shown.caller
    intake = LinkIntake(office.database, act.link.id)
    content = body.model_dump_json(exclude_unset=True).encode()
    command = SentCommand(
        kind=act.act.kind,
        subject_kind="relationship",
        subject=act.link.subject,
        body=body,
        command=command_id(caller, key),
        print_=fingerprint(key, "POST", f"/t/{act.link.id}", content),
    )
    by_link = replace(office, intake=intake, sender=office.sender.claiming_by(intake))
    await carry_out(by_link, caller, command)
