"""Who may act on an order: three people are kept apart, and nobody in the pair or of the payee takes part.

What counts is the human, not the role and not the entry: entries that may be one human count as one. One person makes
an order, another approves it, a third sends it, and a person who neither made nor sent it says what became of it. Who
said that it failed or came back does not approve the next order, and its maker and approver are not the same two again.
Three people suffice for all of it. The constraints of the table ``orders`` check the people of one order again.
"""

from typing import Final

from domain.actors import Actor
from domain.errors import demand, forbid, forbidden
from domain.payments.facts import PaymentFacts
from domain.payments.state import Obligation, Order

APPROVER_SENDS: Final = forbidden("approver_sends")
NOT_THE_MAKER: Final = forbidden("not_the_maker")
MAKER_SENDS: Final = forbidden("maker_sends")
REPORTED_THE_RETURN: Final = forbidden("reported_the_return")
SAME_TWO_AGAIN: Final = forbidden("same_two_again")
CONFIRMS_OWN_PROPOSAL: Final = forbidden("confirms_own_proposal")
APPROVES_OWN_ORDER: Final = forbidden("approves_own_order")
SETTLES_OWN_ORDER: Final = forbidden("settles_own_order")
ON_THE_PAIR: Final = forbidden("on_the_pair")
CONTACT_OF_THE_PAYEE: Final = forbidden("contact_of_the_payee")
ACTED_TWICE_YOURSELF: Final = forbidden("acted_twice_yourself")
THREE_PEOPLE: Final = 3
"""From this engine on, the maker does not send, and an order after a return is not approved by those of the last."""


def demand_outsider(state: Obligation, actor: Actor, facts: PaymentFacts | None = None) -> None:
    """Refuse a person of another region, and a person of the pair, even if the claim was withdrawn."""
    demand(actor.covers(state.region), "other_region")
    people = (state.mentor, *(claim.mentee for claim in state.claims))
    forbid(any(_one(facts, actor.id, each) for each in people), ON_THE_PAIR)


def demand_no_contact(facts: PaymentFacts, actor: Actor) -> None:
    """Refuse a contact of the region that gets the money."""
    forbid(any(_one(facts, actor.id, contact) for contact in facts.contacts), CONTACT_OF_THE_PAYEE)


def demand_maker(order: Order, actor: Actor) -> None:
    """Refuse to change an order that another person has made."""
    forbid(actor.id != order.maker, NOT_THE_MAKER)


def demand_approver(order: Order, actor: Actor, facts: PaymentFacts | None) -> None:
    """Refuse the approval, and every other decision of an approver, to the person who made the order."""
    forbid(_one(facts, actor.id, order.maker), APPROVES_OWN_ORDER)


def demand_fresh_approver(state: Obligation, order: Order, actor: Actor, facts: PaymentFacts | None) -> None:
    """Refuse the approval of an order after a failure or return to who reported that, and to the same two again."""
    last = state.came_back
    if state.engine < THREE_PEOPLE or last is None:
        return
    forbid(_one(facts, actor.id, last.confirmer), REPORTED_THE_RETURN)
    again = _one(facts, actor.id, last.approver) and _one(facts, order.maker, last.maker)
    forbid(again, SAME_TWO_AGAIN)


def demand_sender(state: Obligation, order: Order, actor: Actor, facts: PaymentFacts | None) -> None:
    """Refuse the sending to the people who approved or made the order."""
    forbid(_one(facts, actor.id, order.approver), APPROVER_SENDS)
    forbid(state.engine >= THREE_PEOPLE and _one(facts, actor.id, order.maker), MAKER_SENDS)


def demand_confirmer(order: Order, actor: Actor, facts: PaymentFacts | None) -> None:
    """Refuse the settlement to the people who made or sent the order."""
    forbid(any(_one(facts, actor.id, each) for each in (order.maker, order.sender)), SETTLES_OWN_ORDER)


def demand_did_not_act_twice(state: Obligation, order: Order, actor: Actor, facts: PaymentFacts) -> None:
    """Refuse a person who may have acted on the order, or reported the return before it, under two entries."""
    last = state.came_back
    acted = {order.maker, order.approver, order.sender, order.confirmer, last.confirmer if last else ""} - {
        ""
    }
    forbid(sum(facts.one_human(actor.id, each) for each in acted) > 1, ACTED_TWICE_YOURSELF)


def demand_second_person(first: str, actor: Actor, facts: PaymentFacts | None) -> None:
    """Refuse the confirmation of a proposal to the person who made it."""
    forbid(_one(facts, actor.id, first), CONFIRMS_OWN_PROPOSAL)


def _one(facts: PaymentFacts | None, one: str, other: str) -> bool:
    """Return whether two entries are one human; without facts, only the same entry is."""
    return one == other if facts is None else facts.one_human(one, other)
