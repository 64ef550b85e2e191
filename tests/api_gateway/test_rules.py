"""Rules of a version are stored once, and a version has one meaning."""

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from activities.adapters.files import program_files
from activities.adapters.files.program_files import SHIPPED, load_programs
from activities.adapters.postgres.facts.relationship import SqlFacts
from activities.adapters.postgres.writes.base import AlreadyThere
from activities.adapters.postgres.writes.rule_sets import RuleText
from api_gateway.app import create_app
from api_gateway.services.programs import warn_of_changed_rules
from domain.actors import Actor, Role
from domain.ids import derive
from domain.relationship.facts import Question
from domain.rules.canonical_json import rules_digest, rules_text
from tests.api_gateway.conftest import Client, open_term
from tests.conftest import PROGRAM

FILE = load_programs()[PROGRAM]
ADMIN = Actor(id=derive("p", "admin"), role=Role.ADMIN)


def question_for(version: str) -> Question:
    """Return the question for the rules of a version in region r1."""
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


async def test_the_rules_of_the_current_version_are_kept_for_running_relationships(client: Client) -> None:
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
    rule_sets, reader = client.office.writes.rule_sets, SqlFacts(client.office.database)
    changed = replace(FILE.rules, ending_reasons=("no_fault",))

    async def store(version: str, region: str, key: str) -> None:
        text = rules_text(replace(changed, version=version))
        rule = RuleText(region=region, digest=rules_digest(text), text=text)
        await rule_sets.keep_rules(
            program=PROGRAM, version=version, rules=[rule], actor=ADMIN, command=derive("command", key)
        )

    with pytest.raises(AlreadyThere, match="rules"):
        await store(FILE.version, "", "changed")
    await store("next", "", "next")
    await store("next", "", "next once more")
    for version, text in (("next", rules_text(replace(changed, version="next"))), ("1999", "")):
        assert (await reader.facts(question_for(version))).rules_text == text


def changed(version: str, **parts: Any) -> str:
    """Return the text of the program's rules under another version, with some changes."""
    return rules_text(replace(FILE.rules, version=version, **parts))


async def keep(client: Client, version: str, texts: dict[str, str], key: str) -> None:
    """Store the rules of a version by region; those of the program itself have the empty name."""
    rules = [RuleText(region=region, digest=rules_digest(text), text=text) for region, text in texts.items()]
    await client.office.writes.rule_sets.keep_rules(
        program=PROGRAM, version=version, rules=rules, actor=ADMIN, command=derive("command", key)
    )


OWN = changed("next", ending_reasons=("no_fault",))
BASE = changed("next")


async def test_two_regions_may_set_the_same_values(client: Client) -> None:
    await keep(client, "next", {"": BASE, "r1": OWN, "r2": OWN}, "same")
    reader = SqlFacts(client.office.database)
    for region in ("r1", "r2"):
        assert (await reader.facts(replace(question_for("next"), region=region))).rules_text == OWN
    assert (await reader.facts(replace(question_for("next"), region="r3"))).rules_text == BASE


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"": BASE}, {"": BASE, "r1": OWN}),
        ({"": BASE, "r1": OWN}, {"": BASE}),
        ({"": BASE, "r1": OWN}, {"": BASE, "r2": OWN}),
        ({"": BASE, "r1": OWN}, {"": OWN, "r1": OWN}),
    ],
)
async def test_a_region_cannot_change_within_a_version(
    client: Client, first: dict[str, str], then: dict[str, str]
) -> None:
    await keep(client, "next", first, "first")
    with pytest.raises(AlreadyThere, match="rules"):
        await keep(client, "next", then, "then")
    await keep(client, "next", first, "once more")
    reader = SqlFacts(client.office.database)
    for region in ("r1", "r2"):
        kept = (await reader.facts(replace(question_for("next"), region=region))).rules_text
        assert kept == first.get(region, first[""])


async def test_only_one_of_several_who_store_a_version_at_once_succeeds(client: Client) -> None:
    texts = [changed("next", ending_reasons=(f"reason_{number}",)) for number in range(6)]
    tries = (keep(client, "next", {"": text}, text) for text in texts)
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [AlreadyThere] * 5
    kept = (await SqlFacts(client.office.database).facts(question_for("next"))).rules_text
    assert kept == texts[outcomes.index(None)]


async def test_a_digest_is_that_of_its_text(client: Client) -> None:
    wrong = RuleText(region="", digest=rules_digest(OWN), text=BASE)
    with pytest.raises(IntegrityError, match="rule_set_digest"):
        await client.office.writes.rule_sets.keep_rules(
            program=PROGRAM, version="next", rules=[wrong], actor=ADMIN, command=derive("command", "wrong")
        )


async def test_a_file_that_was_edited_under_its_version_is_named_at_startup_and_refused_afterwards(
    client: Client,
) -> None:
    await open_term(client)
    edited = replace(FILE, rules=replace(FILE.rules, ending_reasons=("no_fault",)))
    with capture_logs() as lines:
        await warn_of_changed_rules(
            client.office.writes.rule_sets, [FILE, replace(FILE, rules=replace(FILE.rules, version="9"))]
        )
        assert lines == []
        await warn_of_changed_rules(client.office.writes.rule_sets, [edited])
    line = {"event": "rules changed without a new version", "log_level": "warning"}
    assert lines == [{**line, "program": PROGRAM, "version": FILE.version}]


async def test_the_gateway_checks_the_rules_at_startup(client: Client) -> None:
    text = rules_text(replace(FILE.rules, ending_reasons=("no_fault",)))
    await keep(client, FILE.version, {"": text}, "before")
    app = create_app(client.office)
    with capture_logs() as lines:
        async with app.router.lifespan_context(app):
            pass
    assert [(line["program"], line["version"]) for line in lines] == [(PROGRAM, FILE.version)]
    stored = await client.send("admin", "POST", f"/v1/programs/{PROGRAM}/rules", key="rules")
    assert (stored.status_code, stored.json()["code"]) == (409, "rules_changed")
    body = {"program": PROGRAM, "name": "t", "first": "2026-08-01", "last": "2027-06-30"}
    opened = await client.send("admin", "POST", "/v1/terms", key="term", json=body)
    assert (opened.status_code, opened.json()["code"]) == (409, "rules_changed")


async def test_a_file_that_was_broken_meanwhile_is_reported(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = tmp_path / "programs"
    shutil.copytree(SHIPPED, shipped)
    (shipped / f"{PROGRAM}.toml").write_text("program = \n")
    monkeypatch.setattr(program_files, "SHIPPED", shipped)
    answer = await client.send("admin", "POST", f"/v1/programs/{PROGRAM}/rules", key="rules")
    assert (answer.status_code, answer.json()["code"]) == (409, "program_file_faulty")
    assert "programs check" in answer.json()["detail"]
