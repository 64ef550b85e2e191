"""What the end of a mentoring leaves on My page: how the mentor was thanked, and who would like to stay in touch."""

from api_gateway.pages.words import Say
from domain.actors import Side
from domain.relationship.state import Relationship


def staying_in_touch(state: Relationship, side: Side, partner: str, say: Say) -> list[str]:
    """Return what both said about staying in touch, in a sentence each; nothing before the reader has answered."""
    held = state.recognition
    if side not in held.answered:
        return []
    you = "you_yes" if side in held.continuing else "you_no"
    if side.other in held.answered:
        other = "other_yes" if side.other in held.continuing else "other_no"
    else:
        other = "other_silent" if state.ended else "other_open"
    return [say(f"my.touch.{key}", partner=partner) for key in (you, other)]
