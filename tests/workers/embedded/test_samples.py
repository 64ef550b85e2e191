"""The scenario of the demo: one pair for each stage and each state of a payment, with names of its own."""

import csv
import io
from collections import Counter
from datetime import date, datetime

import pytest

from domain.payments.state import OrderState
from domain.relationship.state import STAGES
from workers.embedded.first_hour import on_a_working_day
from workers.embedded.samples.scenario import TOUR, SampleOffice

BEGINS = datetime.fromisoformat("2026-11-30T15:30:00+00:00")


@pytest.fixture(scope="module")
def samples() -> SampleOffice:
    return SampleOffice()


def test_each_stage_and_each_state_of_a_payment_has_a_pair(samples: SampleOffice) -> None:
    stages, payments = zip(*(samples.shows(fate) for fate in samples.fates), strict=True)
    assert set(stages) == {*STAGES, "ended"}
    assert set(payments) == {"", "accrued", "due", *(state.value for state in OrderState)}
    assert len(samples.fates) >= 13


def test_nobody_is_two_people_and_every_name_is_whole(samples: SampleOffice) -> None:
    names = [row["name"] for row in samples.roster["people"]]
    assert len(set(names)) == len(names)
    assert all(len(name.split()) == 2 for name in names)
    assert all(row["email"].endswith("@example.org") for row in samples.roster["people"])


def test_the_demo_opens_on_a_working_morning_after_a_payment_has_come_due(samples: SampleOffice) -> None:
    opens = samples.opens(BEGINS)
    assert (opens - BEGINS).days >= samples.program_file.rules.money[0].due_days
    assert opens == on_a_working_day(
        opens.astimezone(samples.program_file.rules.calendar.zone).time(), "masa"
    )(opens)


def test_acts_have_the_same_keys_at_each_start_and_later_ones_the_hour_of_the_opening(
    samples: SampleOffice,
) -> None:
    days = samples.days(BEGINS)
    keys = [keyed.key for _, pairs in days for acts in pairs for keyed in acts]
    assert len(set(keys)) == len(keys)
    assert keys == [keyed.key for _, pairs in samples.days(BEGINS) for acts in pairs for keyed in acts]
    opens = samples.opens(BEGINS)
    after = [at for at, _ in days if at >= opens]
    assert after
    assert set(after) == {opens}
    of_tour = {at for at, pairs in days for acts in pairs for keyed in acts if keyed.act.fate.key == TOUR}
    assert max(of_tour) < opens


def test_the_terms_follow_each_other(samples: SampleOffice) -> None:
    start = date(2026, 11, 30)
    year, ending = (samples.dates_of_term(term, start) for term in samples.terms)
    assert ending.first < ending.last < year.first < year.last
    files = samples.files_of("ending", start)
    assert list(files) == ["applications"]
    assert b"ana," in files["applications"]
    assert b"robin," in samples.files_of("year", start)["applications"]


def test_where_a_mentee_waits_for_a_mentor_two_mentors_of_the_region_are_free(samples: SampleOffice) -> None:
    rows = {row["key"]: row for row in samples.roster["people"]}
    taken = Counter(fate.mentor for fate in samples.fates if fate.mentor)
    free: dict[str, list[str]] = {}
    loaded = samples.files_of(samples.terms[0], date(2026, 11, 30))["mentors"].decode()
    for mentor in csv.DictReader(io.StringIO(loaded)):
        if int(mentor["capacity"]) > taken[mentor["key"]]:
            free.setdefault(rows[mentor["key"]]["region"], []).append(mentor["key"])
    waiting = [fate for fate in samples.fates if samples.shows(fate)[0] == "matching"]
    assert [fate.key for fate in waiting] == ["no_mentor_yet"]
    assert free["north"] == ["beth", "karl", "amy"]
    for fate in waiting:
        mentee = rows[fate.mentee]
        assert len(free[mentee["region"]]) >= 2
        same = [key for key in free[mentee["region"]] if rows[key]["role_title"] == mentee["role_title"]]
        assert same == ["beth", "amy"]
