"""The kinds of membership that a refusal is about, by name, and the page of the person who has none of them."""

from api_gateway.pages import links
from api_gateway.pages.acts import words as say
from api_gateway.pages.parts import Link
from domain.relationship.state import Relationship
from domain.rules.program import Rules


def kinds_required(code: str, rules: Rules, language: str) -> str:
    """Return in a sentence which kinds of membership the program requires; nothing for any other refusal."""
    classes = {
        "mentor_not_a_member": rules.matching.mentor_classes,
        "mentee_not_a_member": rules.eligibility.mentee_classes,
    }.get(code, ())
    kinds = ", ".join(say.of_code(language, rules.program, each) for each in classes)
    return say.frame(language, "kinds_required", kinds=kinds) if kinds else ""


def who_lacks(code: str, state: object, chosen: str, language: str) -> Link | None:
    """Return the way to the person without such a membership: the ``chosen`` mentor, the proposed one, the mentee."""
    if not isinstance(state, Relationship):
        return None
    proposed = state.matching.proposal.mentor if state.matching.proposal else ""
    person = {"mentor_not_a_member": chosen or proposed, "mentee_not_a_member": state.mentee}.get(code, "")
    page = links.with_query(links.person(person), pair="" if person == state.mentee else state.id)
    return Link(page, say.frame(language, "see_memberships")) if person else None
