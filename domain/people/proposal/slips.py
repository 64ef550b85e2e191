"""Words that differ from another one by a slip of the hand: one letter."""


def one_slip(one: str, other: str) -> bool:
    """Return whether two words differ by one letter that is missing, added, changed, or swapped with its neighbor."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    start = next((at for at in range(len(one)) if one[at] != other[at]), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2] == other[start : start + 2][::-1]
    return one[start + 1 :] == other[start + 1 :] or (swapped and one[start + 2 :] == other[start + 2 :])


def without_a_letter(word: str) -> set[str]:
    """Return a word and what it is without each of its letters: two that differ by one slip have one in common."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
