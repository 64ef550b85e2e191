"""The acts on a subject in groups: what is usual now, for one of the pair, rarely needed, and what is not possible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.about import About
from api_gateway.pages.acts.forms_of_pair import HAND_IN, FormOfPair, forms_of_pair
from api_gateway.pages.acts.offered import Offered, every_act
from api_gateway.pages.logs.lists import GROUPS
from api_gateway.pages.words import Say
from domain.actors import Role
from domain.languages import Language
from domain.messages import By
from domain.relationship.state import Relationship

RARE: Final = (
    "pause-relationship",
    "resume-relationship",
    "change-partner",
    "end-relationship",
    "open-complaint",
    "move-rules",
    "withdraw-meeting",
    "void-order",
    "deny-stipend",
    "withdraw-order",
    "check-memberships",
    "record-arrived",
    "record-returned",
)
"""What is seldom done, or cannot be taken back: it stands last."""
OF_TASKS: Final = ("settle-task", "postpone-task")
"""What is done on the page of a task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAct:
    """An act in a list: its words, the address of its form, or why it is not possible now."""

    act: str
    title: str
    leads: str
    href: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActGroup:
    """Some acts under a heading."""

    id: str
    title: str
    acts: Sequence[ListedAct]


async def groups_of(office: Office, here: About) -> tuple[ActGroup, ...]:
    """Return the acts that a visitor's roles allow on a subject, in the order in which they are wanted."""
    groups = grouped(here, await every_act(office, here.shown, here.pair))
    more = {
        "rare": [_disclosure(here)] if _discloses(here) else [],
        "usual": [_group_log(here)] if _logs_groups(here) else [],
    }
    if _asks_to_go_on(here):
        more["not-now"] = [_going_on(here)]
    return tuple(replace(each, acts=(*each.acts, *more.get(each.id, ()))) for each in groups)


def _asks_to_go_on(here: About) -> bool:
    """Return whether the two are asked if they stay in touch, which nobody can answer for them."""
    state = here.shown.subject.state
    asks = isinstance(state, Relationship) and state.stage == "recognition" and state.ended_at is None
    return asks and Role.COORDINATOR in here.shown.caller.roles


def _going_on(here: About) -> ListedAct:
    own = say.frame(here.shown.language, "continuation_own")
    title = say.frame(here.shown.language, "continuation")
    return ListedAct(act="answer-continuation", title=title, leads="", why_not=own)


def _logs_groups(here: About) -> bool:
    """Return whether one log can count for this pair and others: by a coordinator, where the rules have it."""
    state, caller = here.shown.subject.state, here.shown.caller
    meets = isinstance(state, Relationship) and state.stage == "meetings" and state.ended_at is None
    ours = Role.COORDINATOR in caller.roles and not {*caller.ids} & {*here.pair}
    return meets and ours and here.shown.subject.rules.meetings.group_logs


def _group_log(here: About) -> ListedAct:
    say_page = Say(Language(here.shown.language))
    return ListedAct(
        act="log-group-meeting",
        title=say_page("logs.enter_group"),
        leads=say_page("logs.enter_lead"),
        href=links.with_query(f"{GROUPS}/new", pair=here.shown.subject.id),
    )


def _discloses(here: About) -> bool:
    """Return whether a disclosure can be recorded on a page: by a coordinator, about a pair of others."""
    caller = here.shown.caller
    return here.shown.subject.kind == "relationship" and Role.COORDINATOR in caller.roles


def _disclosure(here: About) -> ListedAct:
    said = say.of_act(here.shown.language, "record-disclosure")
    return ListedAct(
        act="record-disclosure", title=said["title"], leads=said["leads"], href=f"{here.href}/disclosure"
    )


def grouped(here: About, found: Sequence[Offered]) -> tuple[ActGroup, ...]:
    """Return acts in groups: possible ones first, the rarely needed after them, those not possible last."""
    language = here.shown.language
    possible = [each for each in found if each.possible and each.act not in OF_TASKS]
    forms = [form for each in possible for form in forms_of_pair(here, each)]
    groups: tuple[tuple[str, str, list[Offered], list[FormOfPair]], ...] = (
        (
            "usual",
            "usual_acts",
            [each for each in possible if not _for_person(each) and each.act not in RARE],
            [each for each in forms if not each.person],
        ),
        (
            "person",
            "for_person",
            [each for each in possible if _for_person(each) and each.act != HAND_IN],
            [each for each in forms if each.person],
        ),
        ("rare", "rare_acts", [each for each in possible if each.act in RARE], []),
        ("not-now", "not_now", [each for each in found if not each.possible and each.why_not], []),
    )
    return tuple(
        ActGroup(
            id=id,
            title=say.frame(language, title),
            acts=(*(_listed(here, each) for each in acts), *map(_form, own_forms)),
        )
        for id, title, acts, own_forms in groups
        if acts or own_forms
    )


def _form(found: FormOfPair) -> ListedAct:
    return ListedAct(act=HAND_IN, title=found.title, leads=found.leads, href=found.href)


def _for_person(found: Offered) -> bool:
    return found.kind.by is By.OWN_OR_STAFF


def _listed(here: About, found: Offered) -> ListedAct:
    said = say.of_act(here.shown.language, found.act)
    if not found.possible:
        why = say.at_a_page(found.why_not)
        return ListedAct(act=found.act, title=said["title"], leads=said["leads"], why_not=why)
    return ListedAct(act=found.act, title=said["title"], leads=said["leads"], href=here.form(found.act))
