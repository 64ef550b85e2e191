"""What a program requires of the numbers of a form, said at their fields."""

from dataclasses import replace

from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.acts.records import Shown


def with_limits(part: FormPart, shown: Shown) -> FormPart:
    """Return a part whose fields say what the program requires of their numbers; others as they are."""
    rules, language = shown.subject.rules.meetings, shown.language
    if part.name != "terms" or part.control is not Control.GROUP:
        return part
    least = rules.minimum_face_to_face
    hints = {
        "face_to_face": say.frame(language, "least_face_to_face", count=least) if least else "",
        "minutes": say.frame(
            language, "minutes_between", least=rules.shortest_minutes, most=rules.longest_minutes
        ),
    }
    inner = tuple(replace(each, hint=hints.get(each.name, "") or each.hint) for each in part.parts)
    return replace(part, parts=inner)
