"""Rules of a version are stored once, and a version means one thing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from activities.adapters.intake_reference import AlreadyThere, RuleText
from activities.adapters.program_files import load_programs
from activities.adapters.views_facts import SqlFacts
from domain.actors import Actor, Role
from domain.facts import Question
from domain.ids import derive
from domain.rulebook import rules_digest, rules_text
from tests.api_gateway.conftest import Client, open_term
from tests.conftest import PROGRAM

FILE = load_programs()[PROGRAM]
ADMIN = Actor(id=derive("p", "admin"), role=Role.ADMIN)


def asked(version: str) -> Question:
    """The question for the rules of a version in region r1."""
    return Question(
        as_of=datetime(2026, 11, 2, tzinfo=UTC),
        zone="America/Chicago",
        relationship="a" * 32,
        program=PROGRAM,
        term="b" * 32,
        region="r1",
        mentee="c" * 32,
        version=version,
    )


async def test_the_rules_of_the_present_version_are_kept_for_running_relationships(client: Client) -> None:
    await open_term(client)
    path = f"/v1/programs/{PROGRAM}/rules"
    stored = await client.send("admin", "POST", path, key="rules")
    assert stored.status_code == 201
    assert stored.json() == {"program": PROGRAM, "version": FILE.version}
    assert (await client.send("admin", "POST", path, key="again")).json() == stored.json()
    assert (await client.send("admin", "POST", "/v1/programs/none/rules", key="none")).status_code == 404
    assert (await client.send("coordinator", "POST", path, key="region")).status_code == 403


async def test_a_version_that_means_something_else_is_refused(client: Client) -> None:
    await open_term(client)
    reference, reader = client.office.reference, SqlFacts(client.office.database)
    changed = replace(FILE.rules, ending_reasons=("no_fault",))

    async def store(version: str, region: str, key: str) -> None:
        text = rules_text(replace(changed, version=version))
        rule = RuleText(region=region, digest=rules_digest(text), text=text)
        await reference.keep_rules(
            program=PROGRAM, version=version, rules=[rule], actor=ADMIN, command=derive("command", key)
        )

    with pytest.raises(AlreadyThere, match="rules"):
        await store(FILE.version, "", "changed")
    await store("next", "", "next")
    await store("next", "", "next once more")
    for version, text in (("next", rules_text(replace(changed, version="next"))), ("1999", "")):
        assert (await reader.facts(asked(version))).rules_text == text
