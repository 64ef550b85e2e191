"""Each command says who may send it, as the table beside this test says it by hand (`staff_acts.toml`) (C27)."""

import tomllib
from dataclasses import fields
from pathlib import Path

from api_gateway.http.command_bodies import FOR_A_PERSON, body_of
from domain.acting_for import STAFF_ACTS
from domain.actors import Role
from domain.messages import By, Command
from domain.payments import obligation
from domain.relationship.rooms import COMMANDS
from domain.term import decider as term
from domain.visibility import pair_sees

TABLE = tomllib.loads(Path(__file__).with_suffix("").with_name("staff_acts.toml").read_text())
EVERY: tuple[type[Command], ...] = (*COMMANDS, *term.COMMANDS, *obligation.COMMANDS)
SENT_BY_PEOPLE = {kind.__name__: kind for kind in EVERY if set(kind.roles) != {Role.SYSTEM}}


def declared(by: By) -> set[str]:
    """Return the commands that declare this."""
    return {name for name, kind in SENT_BY_PEOPLE.items() if kind.by is by}


def test_every_command_that_people_send_says_itself_who_may_send_it() -> None:
    silent = [name for name, kind in SENT_BY_PEOPLE.items() if kind.by is None]
    assert silent == []
    assert [kind.__name__ for kind in EVERY if set(kind.roles) == {Role.SYSTEM} and kind.by] == []


def test_the_commands_and_the_table_say_the_same() -> None:
    assert declared(By.OWN) == set(TABLE["own"])
    assert declared(By.STAFF) == set(TABLE["staff"])
    assert declared(By.OWN_OR_STAFF) == set(TABLE["own_or_staff"])


def test_what_staff_enter_for_people_works_as_the_table_says() -> None:
    assert set(STAFF_ACTS) == set(TABLE["own_or_staff"])
    for name, row in TABLE["own_or_staff"].items():
        act = STAFF_ACTS[name]
        assert sorted(reason.value for reason in act.reasons) == sorted(row["reasons"]), name
        assert act.contradiction.value == row["contradiction"], name
        assert pair_sees(act.shows) is row["partner"], name


def test_consent_complaints_and_private_reasons_are_never_entered_for_others() -> None:
    assert declared(By.OWN_OR_STAFF) & set(TABLE["never"]) == set()
    aside = {name for name, kind in SENT_BY_PEOPLE.items() if kind.aside}
    assert declared(By.OWN_OR_STAFF) & aside == set()


def test_only_the_bodies_of_these_commands_name_a_person_and_none_has_a_field_of_that_name() -> None:
    for name, kind in SENT_BY_PEOPLE.items():
        own = {each.name for each in fields(kind)}
        takes = kind.by is By.OWN_OR_STAFF
        assert not (takes and own & set(FOR_A_PERSON)), name
        assert ("acting_for" in body_of(kind).model_fields) is takes, name


def test_the_staff_who_act_are_coordinators_and_their_own_work_needs_no_participant() -> None:
    for name in declared(By.STAFF):
        assert Role.PARTICIPANT not in SENT_BY_PEOPLE[name].roles, name
    for name in declared(By.OWN_OR_STAFF):
        assert Role.PARTICIPANT in SENT_BY_PEOPLE[name].roles, name
