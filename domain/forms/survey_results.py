"""Results of a survey, only ever as counts, and no group so small that it tells who said what (NEA-54, K4).

Answers are counted by group (a region) and as a whole. A group of fewer people than the program's ``small_group`` is
hidden, however many answers they gave (a mentor answers once for each mentee), and with it as many others, the smallest
first, as it takes to keep it from being computed: from the whole and the groups that are shown, at best the sum of two
or more hidden groups follows, and that sum is no small group. Each item is treated for itself, since not everybody
answers each item.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from domain.forms.file import AIMED
from domain.forms.model import SCALE, Field, FieldType, Form

WHOLE: Final = ""
"""The name of the group of everybody."""
CONSENT: Final = "quote_consent"
"""The field of a form by which its writer allows quotes."""
_SPREAD: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswers:
    """What one person handed in, with the group that it counts for. ``by`` tells people apart; without it one each."""

    group: str
    answers: Mapping[str, Any]
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One item in one group: how many answered, how often each answer was given, and the mean in hundredths."""

    group: str
    count: int
    spread: Mapping[str, int]
    mean_hundredths: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """One item, or all rated items of an aim: the groups that are shown, and the names of those that are hidden."""

    key: str
    shown: tuple[Counted, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All results of one survey; ``responses`` is None where too few people answered.

    ``quotes`` are texts whose writers allowed it, without any trace of who or where.
    """

    items: tuple[ItemResult, ...]
    aims: tuple[ItemResult, ...]
    responses: int | None
    quotes: tuple[str, ...]


def hidden_groups(people: Mapping[str, Set[str]], small_group: int) -> tuple[str, ...]:
    """The groups to hide, in the order of ``people``; the whole (``WHOLE``) is among them where it is too small itself.

    Somebody may be in several groups, and is one person in their sum. Groups without any answer have nothing to hide.
    Where the whole is large enough and one group is small, there are others to hide beside it, if need be all of them:
    then the whole is all that is shown.
    """
    filled = {group: members for group, members in people.items() if members}
    small = [group for group, members in filled.items() if len(members) < small_group]
    if len(_together(filled, filled)) < small_group:
        return (*small, WHOLE)
    if not small:
        return ()
    hidden = list(small)
    others = sorted(
        (group for group in filled if group not in small), key=lambda group: (len(filled[group]), group)
    )
    while len(hidden) < 2 or len(_together(filled, hidden)) < small_group:
        hidden.append(others.pop(0))
    return tuple(group for group in people if group in hidden)


def _together(people: Mapping[str, Set[str]], groups: Iterable[str]) -> Set[str]:
    return frozenset().union(*(people[group] for group in groups))


def results(form: Form, answers: Sequence[SurveyAnswers], groups: Iterable[str], small_group: int) -> Results:
    """Everything of a survey that may be shown. ``groups`` are all groups there are, also those without answers."""
    names = tuple(dict.fromkeys((*groups, *(answer.group for answer in answers))))
    given = [(answer.by or f"#{number}", answer) for number, answer in enumerate(answers)]
    counted = tuple(field for field in form.fields if field.type in AIMED and field.key != CONSENT)
    items = tuple(_item(field, given, names, small_group) for field in counted)
    enough = len({by for by, _ in given}) >= small_group
    return Results(
        items=items,
        aims=_aims(counted, items, names),
        responses=len(answers) if enough else None,
        quotes=_quotes(form, answers) if enough else (),
    )


def _item(
    field: Field, answers: Sequence[tuple[str, SurveyAnswers]], names: tuple[str, ...], small_group: int
) -> ItemResult:
    answered = [(by, answer) for by, answer in answers if field.key in answer.answers]
    given = [(answer.group, answer.answers[field.key]) for _, answer in answered]
    people = {name: {by for by, answer in answered if answer.group == name} for name in names}
    hidden = hidden_groups(people, small_group)
    shown = tuple(
        _counted(field, name, [value for group, value in given if name in (WHOLE, group)])
        for name in (WHOLE, *names)
        if name not in hidden
    )
    return ItemResult(key=field.key, shown=shown, hidden=hidden)


def _counted(field: Field, group: str, values: list[Any]) -> Counted:
    spread = {code: sum(_gives(value, code) for value in values) for code in _codes(field)}
    mean = None
    if field.type is FieldType.SCALE and values:
        mean = (sum(values) * _SPREAD + len(values) // 2) // len(values)
    return Counted(group=group, count=len(values), spread=spread, mean_hundredths=mean)


def _codes(field: Field) -> tuple[str, ...]:
    if field.type is FieldType.SCALE:
        return tuple(str(number) for number in range(SCALE[0], SCALE[1] + 1))
    if field.type is FieldType.YES_NO:
        return ("yes", "no")
    return tuple(option.code for option in field.options)


def _gives(value: Any, code: str) -> bool:
    if isinstance(value, bool):
        return code == ("yes" if value else "no")
    return code in value if isinstance(value, list) else str(value) == code


def _aims(
    fields: tuple[Field, ...], items: tuple[ItemResult, ...], names: tuple[str, ...]
) -> tuple[ItemResult, ...]:
    """The rated items of each aim together. A group is shown only where each of them is: a sum tells no more then."""
    rated = {field.key: field.aim for field in fields if field.aim and field.type is FieldType.SCALE}
    found = []
    for aim in dict.fromkeys(rated.values()):
        parts = [item for item in items if rated.get(item.key) == aim]
        shown, hidden = [], []
        for name in (WHOLE, *names):
            own = [counted for item in parts for counted in item.shown if counted.group == name]
            if len(own) == len(parts):
                shown.append(_summed(name, own))
            else:
                hidden.append(name)
        found.append(ItemResult(key=aim, shown=tuple(shown), hidden=tuple(hidden)))
    return tuple(found)


def _summed(group: str, parts: list[Counted]) -> Counted:
    count = sum(part.count for part in parts)
    spread = {code: sum(part.spread[code] for part in parts) for code in parts[0].spread}
    total = sum(int(code) * number for code, number in spread.items())
    mean = (total * _SPREAD + count // 2) // count if count else None
    return Counted(group=group, count=count, spread=spread, mean_hundredths=mean)


def _quotes(form: Form, answers: Sequence[SurveyAnswers]) -> tuple[str, ...]:
    """Texts that may be quoted, in the order of the alphabet: the order tells nothing either."""
    texts: list[str] = []
    for answer in answers:
        if answer.answers.get(CONSENT) is not True:
            continue
        for field in form.fields:
            value = answer.answers.get(field.key)
            if field.type is FieldType.LONG_TEXT and isinstance(value, str):
                texts.append(value)
            elif field.type is FieldType.ROWS and isinstance(value, list):
                written = [column.key for column in field.columns if column.type is FieldType.TEXT]
                texts += [row[key] for row in value for key in written if key in row]
    return tuple(sorted(text for text in texts if text.strip()))
