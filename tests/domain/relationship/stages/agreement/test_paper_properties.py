"""Papers that staff enter and people contradict: what is signed is what a record without the mistake says (C27)."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import Actor, Side
from domain.errors import RuleViolation
from domain.messages import Command
from domain.relationship.any_stage.staff_acts import ConfirmStaffAct, ContradictStaffAct
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from tests.domain.builders import MENTEE, MENTOR, TERMS, Case
from tests.domain.relationship.any_stage.test_papers_of_people import SCAN, drafted, on_paper
from tests.domain.relationship.steps import whole

PEOPLE = {Side.MENTEE: MENTEE, Side.MENTOR: MENTOR}
STEPS = ("draft", "sign", "paper", "right", "wrong", "wait")
DAYS = 3


@dataclass
class Model:
    """Who has signed the present draft, as it turned out; ``open`` are papers that can still be contradicted."""

    version: int = 1
    in_force: int = 0
    signed: set[Side] = field(default_factory=set)
    open: dict[str, tuple[Side, int]] = field(default_factory=dict)

    def settle(self) -> None:
        """Bring the draft into force once both have signed and no paper can be contradicted."""
        waits = any(version == self.version for _, version in self.open.values())
        if self.signed == set(Side) and not waits:
            self.in_force, self.signed = self.version, set()

    @property
    def drafted(self) -> bool:
        """Whether a draft waits for signatures."""
        return self.in_force != self.version


def accepted(case: Case, kind: type[Command], actor: Actor, **fields: object) -> bool:
    try:
        case.do(kind, actor, **fields)
    except RuleViolation:
        return False
    return True


def step(case: Case, model: Model, doing: str, side: Side) -> None:
    """Take one step with the case and with the model."""
    person, known = PEOPLE[side], {act.id for act in case.state.staff_acts}
    act = next((id for id, (of, _) in model.open.items() if of is side), "")
    if doing == "draft":
        case.do(DraftAgreement, person, terms=TERMS)
        model.version, model.signed = model.version + 1, set()
    elif doing in ("sign", "paper"):
        may = model.drafted and side not in model.signed
        paper = {"scan": SCAN} if doing == "paper" else {}
        fields = {"version": model.version, "digest": case.digest() if model.drafted else "0" * 64, **paper}
        actor = on_paper(person) if paper else person
        assert accepted(case, SignAgreement, actor, **fields) == may
        if may:
            model.signed.add(side)
            new = {each.id for each in case.state.staff_acts} - known
            model.open |= dict.fromkeys(new, (side, model.version))
            model.settle()
    elif doing == "wait":
        case.days(DAYS)
        answered = {each.id for each in case.state.staff_acts if not each.open}
        model.open = {id: each for id, each in model.open.items() if id not in answered}
        model.settle()
    elif act:
        _, version = model.open.pop(act)
        case.do(ConfirmStaffAct if doing == "right" else ContradictStaffAct, person, act=act)
        if doing == "wrong" and version == model.version:
            model.signed.discard(side)
        model.settle()


def told(model: Model) -> Case:
    """Return a pair that knows no mistake: each draft, and by hand each signature that stands."""
    case = drafted()
    for version in range(1, model.version + 1):
        if version > 1:
            case.do(DraftAgreement, MENTOR, terms=TERMS)
        signed = (
            set(Side) if version == model.in_force else model.signed if version == model.version else set()
        )
        for side in sorted(signed):
            case.sign(PEOPLE[side])
    return case


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(tuple(Side))), max_size=25))
def test_what_is_signed_is_what_a_record_without_the_mistake_says(steps: list[tuple[str, Side]]) -> None:
    case, model = drafted(), Model()
    for doing, side in steps:
        step(case, model, doing, side)
        agreement = case.state.agreement
        standing = set(agreement.draft.signed_by) if agreement.draft else set()
        assert (agreement.in_force, agreement.versions, standing) == (
            model.in_force,
            model.version,
            model.signed,
        )
        if not model.open:
            right = told(model).state
            assert (case.state.stage, agreement.in_force) == (right.stage, right.agreement.in_force)
            known = set(right.agreement.draft.signed_by) if right.agreement.draft else set()
            assert standing == known
    whole(case)
