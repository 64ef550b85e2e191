"""Lists and sheets that are several kinds at once: people, and memberships or mentors in the same rows."""

from collections.abc import Mapping
from typing import Any

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.sheet import opened
from activities.adapters.files.roster.sheets import sheets_of
from api_gateway.services.imports.lists import ReadLists, read_lists
from domain.actors import Actor, Role
from domain.people.proposal.questions import Answered
from tests.activities.files.roster.lists import workbook

ME = Actor(id="a" * 32, role=Role.ADMIN)
JOINED = (
    "key,name,email,role_title,district,region,membership,first\n"
    "00712,Berit Lund,berit.lund@post.example,principal,Lakeside School District,north,active,2025-07-01\n"
)
MEMBERS = [
    "Member Number", "First Name", "Last Name", "Work Email", "Position", "School District", "Zone", "Cell",
    "Member Type", "Joined",
]  # fmt: skip
JOSE = [
    "00714", "Jose", "Nunez", "jnunez2@post.example", "Business Manager", "Birch River Schools", "South",
    "218 555 0104", "Active", "2026-08-15",
]  # fmt: skip
MENTORS = ["Member Number", "Max Mentees"]
BOTH = "people+memberships"


def lists(content: Mapping[str, bytes], answers: Mapping[str, str] | None = None) -> ReadLists:
    """Return lists as an import reads them."""
    return read_lists(
        content,
        kinds={},
        answers={id: Answered(value=value, actor=ME) for id, value in (answers or {}).items()},
        remembered=(),
        keys={},
        regions={"north": "North", "south": "South"},
        complete=None,
    )


def rows(found: ReadLists) -> list[tuple[str, dict[str, Any]]]:
    return [(row.kind.value, dict(row.values)) for row in found.lists.rows]


def test_the_offices_own_columns_joined_into_one_list_are_people_and_memberships_without_a_question() -> None:
    found = lists({"joined.csv": JOINED.encode()})
    assert (found.questions, found.refusals) == ((), ())
    person, membership = rows(found)
    assert person[1]["name"] == "Berit Lund"
    assert membership[0] == "memberships"
    assert {*membership[1]} == {"key", "membership", "first"}


def test_first_is_a_name_beside_a_last_name_and_a_day_beside_whole_names() -> None:
    text = "Nr,First,Last,Mail,Class,Since\n1,Ann,Lund,ann@post.example,active,2026-07-01\n"
    found = lists({"list.csv": text.encode()}, {"list.csv:kind": BOTH})
    assert rows(found)[0][1]["name"] == "Ann Lund"
    text = "Nr,Name,Mail,Class,First,Last\n1,Ann Lund,ann@post.example,active,2026-07-01,\n"
    found = lists({"list.csv": text.encode()}, {"list.csv:kind": BOTH})
    assert [{*values} for _, values in rows(found)] == [
        {"key", "name", "email"},
        {"key", "membership", "first"},
    ]


def test_what_the_other_half_reads_is_not_called_unread() -> None:
    text = "Member No,Name,Mail,Job Title,Region,Class,Member since,Notes\n1,Ann,a@post.example,Clerk,North,active,,x\n"
    found = lists({"march.csv": text.encode()}, {"march.csv:kind": BOTH})
    of_people, of_memberships = (each.problem for each in found.questions if each.code == "columns")
    assert "Read for the memberships: “Class”, “Member since”. Not read: “Notes”." in of_people
    assert "Read for the people: “Mail”, “Job Title”, “Region”. Not read: “Notes”." in of_memberships


def test_a_sheet_of_members_beside_one_of_mentors_is_asked_whether_it_is_people_too() -> None:
    for name in ("Members", "Sheet1"):
        raw = workbook(**{name: [MEMBERS, JOSE], "Mentors": [MENTORS, ["00714", 2]]})
        assert sheets_of("two.xlsx", opened(raw)).lists == {name: None, "Mentors": RosterKind.MENTORS}
        kind = f"two.xlsx ({name}):kind"
        [question] = [each for each in lists({"two.xlsx": raw}).questions if each.code == "kind"]
        assert (question.id, question.answers) == (kind, ("people", "memberships", BOTH))
        found = lists({"two.xlsx": raw}, {kind: BOTH})
        assert [what for what, _ in rows(found)] == ["people", "memberships", "mentors"]
        assert found.not_read[f"two.xlsx ({name})"] == ()


def test_a_sheet_of_members_is_of_memberships_alone_where_another_sheet_has_the_people() -> None:
    raw = workbook(People=[MEMBERS[:8], JOSE[:8]], Members=[MEMBERS, JOSE])
    assert sheets_of("two.xlsx", opened(raw)).lists == {
        "People": RosterKind.PEOPLE,
        "Members": RosterKind.MEMBERSHIPS,
    }


def test_a_row_without_a_number_is_read_where_the_list_says_who_the_person_is() -> None:
    text = JOINED + ",Ana Ruíz,ana@post.example,principal,Lake,north,active,2025-07-01\n"
    found = lists({"joined.csv": text.encode()})
    assert (len(found.lists.rows), found.refusals) == (4, ())
    alone = lists({"memberships.csv": b"key,membership,first\n,active,2025-07-01\n"})
    assert [each.code for each in alone.refusals] == ["empty"]


def test_a_row_of_a_joined_list_without_class_and_first_day_has_no_membership() -> None:
    staff = "00713,Ola Berg,ola.berg@post.example,principal,Lakeside School District,north,,\n"
    found = lists({"joined.csv": (JOINED + staff).encode()})
    assert (found.questions, found.refusals) == ((), ())
    assert [(kind, values["key"]) for kind, values in rows(found)] == [
        ("people", "00712"),
        ("people", "00713"),
        ("memberships", "00712"),
    ]
    half = staff.replace(",,\n", ",active,\n")
    assert [
        kind
        for kind, values in rows(lists({"joined.csv": (JOINED + half).encode()}))
        if values["key"] == "00713"
    ] == [
        "people",
        "memberships",
    ]
