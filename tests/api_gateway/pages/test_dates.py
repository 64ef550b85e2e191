"""Days and moments in the words of pages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from activities.adapters.files.locales import zone_in_words
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.view import environment
from domain.languages import Language

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2027, 1, 13, 15, 0, tzinfo=UTC)  # Wednesday, 9 in the morning in Chicago
ENGLISH, SPANISH = (Dates(language, CHICAGO, NOW) for language in ("en", "es"))


def test_today_is_the_heading_of_a_day() -> None:
    assert ENGLISH.title() == "Wednesday, January 13"
    assert SPANISH.title() == "Miércoles 13 de enero"


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        ("2027-01-12", "yesterday", "ayer"),
        ("2027-01-13", "today", "hoy"),
        ("2027-01-14", "tomorrow", "mañana"),
        ("2027-03-02", "Mar 2", "2 mar"),
        ("2026-12-31", "Dec 31", "31 dic"),
    ],
)
def test_a_day_is_near_or_has_its_month(day: str, english: str, spanish: str) -> None:
    assert ENGLISH.day(day).words == english
    assert SPANISH.day(date.fromisoformat(day)).words == spanish


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        ("America/Chicago", "Central Time", "hora central"),
        ("America/Toronto", "Eastern Time", "hora oriental"),
        ("UTC", "Coordinated Universal Time", "hora universal coordinada"),
    ],
)
def test_a_time_zone_has_the_name_that_people_use(zone: str, english: str, spanish: str) -> None:
    assert [zone_in_words(zone, each) for each in (Language.EN, Language.ES)] == [english, spanish]
    label = "{{ say('acts.frame.in_zone', zone=zone_name(zone)) }}"
    shown = [environment(each).from_string(label).render(zone=zone) for each in Language]
    assert shown == [f"Time ({english})", f"Hora ({spanish})"]


def test_where_a_page_has_two_presents_a_day_has_its_name_alone() -> None:
    named = ENGLISH.named()
    assert [named.day(f"2027-01-{day}").words for day in (12, 13, 14)] == ["Jan 12", "Jan 13", "Jan 14"]
    assert named.at(NOW).words == "Jan 13, 9:00 AM"
    assert named.seen_at(NOW).since(NOW).words == "Jan 13, 9:00 AM"
    assert SPANISH.named().at(NOW).words == "13 ene, 9:00 a.m."


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2027-01-07T06:00:00+00:00", "7 days late"),  # midnight ends the 6th
        ("2027-01-13T06:00:00+00:00", "1 day late"),
        ("2027-01-14T06:00:00+00:00", "today"),
        ("2027-01-15T06:00:00+00:00", "tomorrow"),
        ("2027-01-17T06:00:00+00:00", "Sat, Jan 16"),
        ("2027-02-01T06:00:00+00:00", "Jan 31"),
    ],
)
def test_what_is_due_at_midnight_belongs_to_the_day_that_ends(due: str, words: str) -> None:
    assert ENGLISH.due(due).words == words


def test_a_moment_has_the_exact_one_behind_it() -> None:
    assert ENGLISH.at("2027-01-13T14:05:00+00:00") == When(
        "8:05 AM", "Wednesday, January 13, 2027, at 8:05 AM CST", "2027-01-13T08:05:00-06:00"
    )
    assert SPANISH.at("2027-01-12T20:05:00+00:00").words == "ayer, 2:05 p.m."
    assert ENGLISH.due(None) == When("no day set", "", "")
