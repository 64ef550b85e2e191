"""The language in which the API answers: the one asked for, else one that the client accepts."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from api_gateway.services.problem import Problem, one_of
from domain.forms.model import LANGUAGES


def language_of(language: str, accepted: str) -> str:
    """Return the requested language, else the first accepted one that is available, else the first available one."""
    if language:
        if language not in LANGUAGES:
            raise Problem(422, "unknown_language", one_of(LANGUAGES))
        return language
    wanted = []
    for number, part in enumerate(accepted.split(",")[:20]):
        name, _, rest = part.partition(";")
        weight = re.fullmatch(r"\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*", rest)
        wanted.append((-float(weight[1]) if weight else -1.0, number, name.strip().lower()[:2]))
    return next((name for weight, _, name in sorted(wanted) if name in LANGUAGES and weight), LANGUAGES[0])


async def answer_language(
    response: Response, language: str = "", accept_language: Annotated[str, Header()] = ""
) -> str:
    """Return the language of an answer, and state it in the headers."""
    chosen = language_of(language, accept_language)
    response.headers["Content-Language"] = chosen
    response.headers["Vary"] = "Accept-Language"
    return chosen


AnswerLanguage = Annotated[str, Depends(answer_language)]
