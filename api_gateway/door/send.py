"""The sending of an act: the one way of every command. A link is used up where the row of its command is claimed."""

from dataclasses import replace

from pydantic import BaseModel

from activities.adapters.postgres.writes.task_links import LinkIntake
from api_gateway.door.acts import OwnAct
from api_gateway.door.group_log import demand_all_logged
from api_gateway.door.office import Door
from api_gateway.http.carry_out import SentCommand, carry_out
from api_gateway.http.command_bodies import body_of
from api_gateway.http.group_logs import GroupMeeting, log_group
from api_gateway.http.idempotency import command_id
from api_gateway.services.send_command import fingerprint
from domain.messages import Command
from domain.relationship.stages.meetings.groups import LogGroupMeeting


def body_class(kind: type[Command]) -> type[BaseModel]:
    """Return the model of what is sent for a command: that of the API's route."""
    return GroupMeeting if kind is LogGroupMeeting else body_of(kind)


async def send(door: Door, act: OwnAct, body: BaseModel, key: str) -> str:
    """Carry out an act and return the id of its command.

    Raises:
        Problem: It is refused.
        LinkUsed: Its link is used up for another command.
        NotAllLogged: A pair of a group did not take the log.
    """
    office, caller, link = door.office, act.caller, act.asked.link
    command = command_id(caller, key)
    content = body.model_dump_json(exclude_unset=True).encode()
    print_ = fingerprint(key, "POST", act.asked.address.partition("?")[0], content)
    if isinstance(body, GroupMeeting):
        answer = await log_group(office, caller, body, command, print_)
        demand_all_logged(act, answer.body)
        return command
    if link is not None:
        intake = LinkIntake(office.database, link.id)
        office = replace(office, intake=intake, sender=office.sender.claiming_by(intake))
    sent = SentCommand(
        kind=act.kind,
        subject_kind=act.subject_kind,
        subject=act.asked.subject,
        body=body,
        command=command,
        print_=print_,
    )
    await carry_out(office, caller, sent)
    return command
