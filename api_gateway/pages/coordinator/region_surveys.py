"""What a region is asked in a term, as rows of a day: its contact's own answer, or that it waits for the contact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from activities.adapters.postgres.reads.today import AskedSurvey, WorkCounts
from api_gateway.http.sessions import Visitor
from api_gateway.pages import links
from api_gateway.pages.acts import words
from api_gateway.pages.acts.done import ActDone
from api_gateway.pages.dates import Dates, since, urgency
from api_gateway.pages.parts import Link, Pair, WorkRow

_ACT: Final = "submit-term-survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRows:
    """The surveys of regions: those that the reader may answer by when they are due, others by when they opened."""

    own: Sequence[tuple[str, WorkRow]]
    of_others: Sequence[tuple[str, WorkRow]]

    @classmethod
    def of(cls, surveys: Iterable[AskedSurvey], dates: Dates) -> "SurveyRows":
        """Return open surveys as rows."""
        found = tuple(surveys)
        return cls(
            own=[(each.due_at, _own(each, dates)) for each in found if each.own],
            of_others=[(each.opens_at, _of_contact(each, dates)) for each in found if not each.own],
        )

    def counted_in(self, counts: WorkCounts) -> WorkCounts:
        """Return the counts of a day's work with these."""
        kinds = [row.kind for _, row in self.own]
        return replace(
            counts,
            late=counts.late + kinds.count("late"),
            week=counts.week + kinds.count("soon"),
            later=counts.later + kinds.count(""),
        )


def survey_answered(visitor: Visitor, act: str) -> ActDone | None:
    """Return what the day says after a survey was answered there; nothing after any other act."""
    if act != _ACT:
        return None
    return ActDone(said=words.done_words(visitor.language, act), about=Pair(""))


def _own(survey: AskedSurvey, dates: Dates) -> WorkRow:
    say = dates.say
    return WorkRow(
        id=_id(survey),
        kind=urgency(survey.due_at, dates),
        when=dates.due(survey.due_at),
        pair=Pair(survey.region_name),
        what=say(f"today.survey.{survey.audience}"),
        why=say("today.survey.why", since=since(survey.opens_at, dates).words),
        act=Link(_form(survey), say("today.survey.answer"), about=survey.region_name),
    )


def _of_contact(survey: AskedSurvey, dates: Dates) -> WorkRow:
    say = dates.say
    return WorkRow(
        id=_id(survey),
        when=since(survey.opens_at, dates),
        pair=Pair(survey.region_name),
        what=say("today.waits_for", whom=say("today.survey.whom")),
        why=", ".join((_in_sentence(say(f"today.survey.{survey.audience}")), dates.due(survey.due_at).words)),
        act=Link(_acts(survey), say("today.act.view"), about=survey.region_name),
    )


def _acts(survey: AskedSurvey) -> str:
    return f"/terms/{survey.term}/regions/{survey.region}/acts"


def _form(survey: AskedSurvey) -> str:
    return links.with_query(f"{_acts(survey)}/{_ACT}", audience=survey.audience, back=links.TODAY)


def _id(survey: AskedSurvey) -> str:
    return f"{survey.term}-{survey.region}-{survey.audience}"


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
