"""The answers of a form in words, for the page that shows them once more before they are sent."""

from collections.abc import Iterator, Sequence

from api_gateway.pages.acts.form import ActField

Line = tuple[str, str]
"""A question and its answer."""


def answers_in_words(fields: Sequence[ActField]) -> list[Line]:
    """Return each question with its answer; what was left empty has an empty answer."""
    return [line for field in fields for line in _lines(field)]


def _lines(field: ActField) -> Iterator[Line]:
    if field.control == "group":
        for inner in field.fields:
            yield from _lines(inner)
    elif field.control == "rows":
        for row in field.rows:
            if any(_answer(each) for each in row):
                yield from ((each.named or each.label, _answer(each)) for each in row)
    elif field.control != "hidden":
        yield field.label, _answer(field)


def _answer(field: ActField) -> str:
    if field.choices:
        said = {each.value: each.label for each in field.choices}
        return ", ".join(said[value] for value in field.chosen if value in said)
    return " ".join(each for each in (field.value, field.hour) if each)
