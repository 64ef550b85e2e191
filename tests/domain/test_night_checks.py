"""Which faults of a nightly check become tasks, and which tasks are done."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.night_checks import MANY, OPENED_AT_MOST, FaultTask, FaultTasks, JournalFault, fault_tasks

FAULT = JournalFault(stream="a" * 32, check="projection", code="relationships_stage")
OPEN = FaultTask(id="t", code=FAULT.code, open=True)
LOOKED_INTO = replace(OPEN, open=False, looked_into=True)
MENDED = replace(OPEN, open=False)


def some(count: int) -> list[JournalFault]:
    return [replace(FAULT, stream=f"{number:032x}") for number in range(count)]


def test_a_fault_is_told_once_while_its_task_is_open() -> None:
    assert fault_tasks([FAULT], 0, {}, ()) == FaultTasks(open=(FAULT,))
    assert fault_tasks([FAULT], 0, {FAULT.about: OPEN}, [FAULT]) == FaultTasks()


def test_a_later_check_without_the_fault_closes_the_task() -> None:
    assert fault_tasks([], 0, {FAULT.about: OPEN}, [FAULT]) == FaultTasks(close=("t",))
    assert fault_tasks([], 0, {FAULT.about: MENDED}, []) == FaultTasks(), "it is closed already"


def test_a_check_that_names_not_all_of_its_faults_closes_no_task() -> None:
    assert fault_tasks([], 3, {FAULT.about: OPEN}, [FAULT]) == FaultTasks(others=3)


def test_what_somebody_has_looked_into_is_told_again_only_if_it_was_gone_or_is_another() -> None:
    known = {FAULT.about: LOOKED_INTO}
    assert fault_tasks([FAULT], 0, known, [FAULT]) == FaultTasks()
    assert fault_tasks([FAULT], 0, known, []) == FaultTasks(open=(FAULT,)), "a check between found none"
    other = replace(FAULT, code="relationships_mentor")
    assert fault_tasks([other], 0, known, [FAULT]) == FaultTasks(open=(other,))


def test_what_a_check_had_closed_is_told_again_when_it_comes_back() -> None:
    assert fault_tasks([FAULT], 0, {FAULT.about: MENDED}, []) == FaultTasks(open=(FAULT,))


def test_many_faults_are_some_tasks_and_one_for_all_others() -> None:
    faults = some(OPENED_AT_MOST + 4)
    first = fault_tasks(faults, 0, {}, ())
    assert (first.open, first.others) == (tuple(faults[:OPENED_AT_MOST]), 4)
    known = {each.about: replace(OPEN, id=each.stream) for each in first.open} | {
        MANY: replace(OPEN, id=MANY)
    }
    second = fault_tasks(faults[:-1], 0, known, faults)
    assert (second.open, second.others) == (tuple(faults[OPENED_AT_MOST:-1]), 0)
    assert second.close == (MANY,)
    assert fault_tasks(faults[:3], 0, known, faults).close == (
        *(each.stream for each in faults[3:OPENED_AT_MOST]),
        MANY,
    )


NIGHTS = st.lists(
    st.tuples(st.sets(st.sampled_from(some(OPENED_AT_MOST))), st.sets(st.integers(0, OPENED_AT_MOST - 1))),
    max_size=8,
)


@given(NIGHTS)
def test_whatever_the_nights_bring_each_fault_is_open_or_was_looked_into_since_it_appeared(
    nights: list[tuple[set[JournalFault], set[int]]],
) -> None:
    """Each night has its faults; the day after it, somebody looks into some of what is open."""
    known: dict[str, FaultTask] = {}
    since: set[JournalFault] = set()
    before: set[JournalFault] = set()
    opened = 0
    for faults, looked_into in nights:
        changes = fault_tasks(sorted(faults, key=lambda each: each.stream), 0, known, before)
        assert changes.others == 0
        for about, task in known.items():
            if task.id in changes.close:
                assert task.open
                known[about] = replace(task, open=False)
        for fault in changes.open:
            assert not (fault.about in known and known[fault.about].open)
            opened += 1
            known[fault.about] = replace(OPEN, id=str(opened))
        since &= faults
        assert {fault for fault in faults if known[fault.about].open} == faults - since
        assert {about for about, task in known.items() if task.open} <= {fault.about for fault in faults}
        for number in looked_into:
            fault = some(OPENED_AT_MOST)[number]
            if fault.about in known and known[fault.about].open:
                known[fault.about] = replace(known[fault.about], open=False, looked_into=True)
                since.add(fault)
        before = faults
