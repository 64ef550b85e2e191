"""Names that differ and may still be one person's: by a letter, a short form, a name left out, or the order.

All names here are as ``plain_name`` makes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

ShortForms = Mapping[str, tuple[str, ...]]
"""The whole first names for which a name may stand: Samuel and Samantha for Sam. A whole name stands for itself too."""
_SHORTEST: Final = 3
"""The fewest letters of a word in which a letter may differ, and of a first name that begins another one."""
_PARTICLE: Final = 2
"""The most letters of what stands between names and is none, such as de."""


def nearly_one_name(one: str, other: str, short_forms: ShortForms) -> bool:
    """Return whether two different names of two words or more may be one person's.

    One letter of one word differs, or the order of two letters. Or, whatever comes first, the last or the first name:
    the first name is a short form or the beginning of the other, and one says further names that the other leaves out.
    """
    words, others = one.split(), other.split()
    if min(len(words), len(others)) < 2:
        return False
    apart = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    if len(words) == len(others) and len(apart) == 1 and _one_letter_apart(*apart[0]):
        return True
    return any(_may_be_one(each, others, short_forms) for each in (words, *_turned(words))) or any(
        _may_be_one(words, each, short_forms) for each in _turned(others)
    )


def name_parts(name: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a name by which near ones are found: a word, and one that may differ beside it.

    Whichever of the two nearly equal names is looked for, they have one such word in common.
    """
    words = name.split()
    if len(words) < 2:
        return
    first, last = words[0], words[-1]
    yield first, last
    yield last, first
    if last.isalpha():
        yield from ((word, first) for word in words[1:-1] if len(word) > _PARTICLE)


def _turned(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield a name with its first word last, and with its last word first."""
    yield (*words[1:], words[0])
    yield (words[-1], *words[:-1])


def _may_be_one(words: Sequence[str], others: Sequence[str], short_forms: ShortForms) -> bool:
    """Return whether two names with the first name first may be one person's."""
    if not _one_first_name(words[0], others[0], short_forms):
        return False
    shorter, longer = sorted((words[1:], others[1:]), key=len)
    rest = iter(longer)
    return all(word in rest for word in shorter)


def _one_first_name(one: str, other: str, short_forms: ShortForms) -> bool:
    """Return whether two first names are one, or one is a short form or the beginning of the other."""
    if one == other or other in short_forms.get(one, ()) or one in short_forms.get(other, ()):
        return True
    return min(len(one), len(other)) >= _SHORTEST and (one.startswith(other) or other.startswith(one))


def _one_letter_apart(one: str, other: str) -> bool:
    """Return whether two different words of three letters or more differ in one letter, or in the order of two."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < _SHORTEST or not (one + other).isalpha():
        return False
    at = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    turned = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return (
        turned
        or one[at + 1 :] == other[at + 1 :]
        or one[at:] == other[at + 1 :]
        or one[at + 1 :] == other[at:]
    )
