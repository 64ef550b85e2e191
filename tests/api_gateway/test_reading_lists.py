"""Lists are read with what people confirmed about earlier ones: what a list is, and what each heading means."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from activities.adapters.files.roster.heading import headings_digest
from api_gateway.services.imports.file_questions import CODES
from api_gateway.services.imports.lists import ReadLists, read_lists
from domain.actors import Actor, Role
from domain.people.proposal.lists import ListKind
from domain.people.proposal.questions import Answered

ME = Actor(id="a" * 32, role=Role.ADMIN)
ONE_SHEET = "Mbr #,Name,Email,Title,Region,Status,Member Since,Max Mentees,Training Date"
ROWS = (
    "M-1,Ann Lee,ann@post.example,Principal,North,Active,2020-07-01,2,2026-08-14\n"
    "M-2,Bo Lund,bo@post.example,Principal,North,Active,2020-07-01,,\n"
)
ROSTER = {"roster.csv": f"{ONE_SHEET}\n{ROWS}".encode()}
ALL = "people+memberships+mentors"


def read(
    content: Mapping[str, bytes],
    answers: Mapping[str, str] | None = None,
    remembered: Sequence[Mapping[str, Any]] = (),
) -> ReadLists:
    given = {id: Answered(value=value, actor=ME) for id, value in (answers or {}).items()}
    return read_lists(
        content,
        kinds={},
        answers=given,
        remembered=remembered,
        keys={},
        regions={"north": "North"},
        complete=None,
    )


def kept_of(
    found: ReadLists, day: int = 1, before: Sequence[Mapping[str, Any]] = ()
) -> list[Mapping[str, Any]]:
    """Return the rows of column maps that are there once an import has landed, the oldest first."""
    at = datetime(2026, 11, day, tzinfo=UTC)
    new = [
        {
            "file": used.kind,
            "headings_digest": used.headings,
            "map": dict(used.columns),
            "answers": {
                id: {"value": each.value, "by": each.actor.id, "at": at.isoformat()}
                for id, each in used.answers.items()
            },
            "confirmed_by": ME.id,
            "confirmed_at": at,
        }
        for used in found.maps
        if used.answers or not used.kept
    ]
    places = {(row["file"], row["headings_digest"]) for row in new}
    return [*(row for row in before if (row["file"], row["headings_digest"]) not in places), *new]


def landed(content: Mapping[str, bytes], kind: str) -> list[Mapping[str, Any]]:
    """Return what is kept of a list whose questions were all answered with what is proposed."""
    [file] = content
    answers = {f"{file}:kind": kind, **{f"{file}:{each}:columns": "yes" for each in kind.split("+")}}
    return kept_of(read(content, answers))


def of(found: ReadLists, kind: ListKind) -> list[str]:
    return [row.key for row in found.lists.of(kind)]


def test_a_member_without_a_word_about_mentoring_is_no_mentor() -> None:
    found = read(ROSTER, {"roster.csv:kind": ALL})
    assert of(found, ListKind.PEOPLE) == of(found, ListKind.MEMBERSHIPS) == ["M-1", "M-2"]
    assert of(found, ListKind.MENTORS) == ["M-1"]
    partly = (
        ROSTER["roster.csv"] + b"M-3,Cy Day,cy@post.example,Principal,North,Active,2020-07-01,,2026-08-14\n"
    )
    assert of(read({"roster.csv": partly}, {"roster.csv:kind": ALL}), ListKind.MENTORS) == ["M-1", "M-3"]


def test_a_list_of_mentors_alone_still_says_what_each_row_lacks() -> None:
    found = read({"mentors.csv": b"key,capacity,trained_on\nM-1,,\n"})
    assert of(found, ListKind.MENTORS) == ["M-1"]


def test_what_a_list_is_was_answered_before_is_shown_and_may_be_answered_otherwise() -> None:
    kept = landed(ROSTER, "people")
    again = read(ROSTER, remembered=kept)
    [shown] = [(question, answer) for question, answer in again.kept if question.code == "kind"]
    assert (shown[0].id, shown[0].answer, shown[1].by) == ("roster.csv:kind", "people", ME.id)
    assert {"people", ALL} <= {*shown[0].answers}
    assert (of(again, ListKind.PEOPLE), of(again, ListKind.MEMBERSHIPS)) == (["M-1", "M-2"], [])
    other = read(ROSTER, {"roster.csv:kind": ALL}, kept)
    assert of(other, ListKind.MEMBERSHIPS) == ["M-1", "M-2"]
    assert [each.code for each, _ in other.kept if each.code == "kind"] == []
    later = kept_of(other, 2, kept)
    assert of(read(ROSTER, remembered=later), ListKind.MENTORS) == ["M-1"]
    narrow = kept_of(read(ROSTER, {"roster.csv:kind": "people"}, later), 3, later)
    assert of(read(ROSTER, remembered=narrow), ListKind.MEMBERSHIPS) == [], "the newest answer holds"


def test_what_was_kept_before_answers_were_is_all_that_the_list_was_read_as() -> None:
    old = [{**row, "answers": {}} for row in landed(ROSTER, ALL)]
    found = read(ROSTER, remembered=old)
    assert of(found, ListKind.MENTORS) == ["M-1"]
    assert [answer.value for question, answer in found.kept if question.code == "kind"] == [ALL]


def test_one_column_more_or_fewer_keeps_what_each_heading_means() -> None:
    first = {"people.csv": b"Mbr #,Who,Email (work),Fax\nM-1,Ann Lee,ann@post.example,1\n"}
    kept = kept_of(read(first, {"people.csv:people:columns": "Email (work) = email; Fax = nothing"}))
    fewer = read({"people.csv": b"Mbr #,Who,Email (work)\nM-1,Ann Lee,new@post.example\n"}, remembered=kept)
    assert [row.values["email"] for row in fewer.lists.rows] == ["new@post.example"]
    assert fewer.questions == ()
    assert [(each.code, answer.by) for each, answer in fewer.kept] == [("columns", ME.id)]
    more = read(
        {"people.csv": b"Mbr #,Who,Email (work),Fax,Shoe size\nM-1,Ann Lee,new@post.example,1,9\n"},
        remembered=kept,
    )
    [question] = more.questions
    assert question.problem.startswith(
        "people.csv: Are the new headings of this list of people understood right? Confirmed before: “Mbr #” as "
    )
    assert "“Email (work)” as email" in question.problem.partition("Not read:")[0]
    assert "Not read: “Shoe size”." in question.problem
    assert [row.values["email"] for row in more.lists.rows] == ["new@post.example"]


def test_names_beside_numbers_are_used_to_check_who_is_meant_and_not_called_unread() -> None:
    text = (
        b"Member no.,Last name,First name,Class,Member since,Shoe size\nivy,Voss,Karl,active,2015-07-01,9\n"
    )
    found = read({"mism.csv": text})
    assert found.not_read == {"mism.csv": ("“Shoe size”",)}
    assert (
        "mism.csv: “First name” and “Last name” are used to check that a number is that of the person who is meant; "
        "nothing else is read from them."
    ) in found.remarks
    [question] = found.questions
    assert "Used to check who is meant: “First name”, “Last name”. Not read: “Shoe size”." in question.problem
    people = read({"both.csv": (NAMED + BRANDT).encode()}, {"both.csv:kind": "people+memberships"})
    assert not [each for each in people.remarks if "used to check" in each]


NAMED = "Member no.,Last,First,E-Mail address,Position,School district,Region,Class,Member since\n"
BRANDT = "1047,Brandt,Olga,olga@post.example,Principal,Iron Hills,North,active,2026-09-01\n"


def test_last_beside_first_is_a_name_although_an_exported_list_had_days_under_it() -> None:
    exported = kept_of(read({"memberships.csv": b"key,membership,first,last\nrobin,active,2020-07-01,\n"}))
    since = {"classes.csv": b"Member no.,Class,Member since\nrobin,active,2020-07-01\n"}
    kept = kept_of(read(since, {"classes.csv:memberships:columns": "yes"}), 2, exported)
    content = {"combined.csv": (NAMED + BRANDT).encode()}
    answers = {"combined.csv:kind": "people+memberships", "combined.csv:people:columns": "yes"}
    found = read(content, answers, kept)
    assert [row.values for row in found.lists.of(ListKind.MEMBERSHIPS)] == [
        {"key": "1047", "membership": "active", "first": date(2026, 9, 1)}
    ]
    assert [row.name for row in found.lists.of(ListKind.PEOPLE)] == ["Olga Brandt"]
    assert found.refusals == ()
    [asked] = [each for each in found.questions if each.id == "combined.csv:memberships:columns"]
    assert (asked.answer, asked.proposal) == ("", "yes")
    assert "“Last”" not in asked.problem.partition("Read for the people:")[0]
    assert [each.id for each, _ in found.kept] == []


def test_what_was_confirmed_of_single_headings_names_only_these() -> None:
    since = {"classes.csv": b"Member no.,Class,Member since\nrobin,active,2020-07-01\n"}
    kept = kept_of(read(since, {"classes.csv:memberships:columns": "yes"}))
    found = read({"more.csv": b"Member no.,Class,Member since,last\nrobin,active,2020-07-01,\n"}, {}, kept)
    [(shown, _)] = found.kept
    assert shown.about == ("Member no. = key", "Class = membership", "Member since = first")
    assert found.questions == ()


def test_a_heading_of_ours_was_confirmed_by_nobody() -> None:
    exported = kept_of(read({"people.csv": b"key,name,email,region\nrobin,Robin Day,r@post.example,north\n"}))
    first = {
        "list.csv": b"Member no.,Full name,E-Mail address,Region\n1047,Olga Brandt,o@post.example,North\n"
    }
    [question] = read(first, remembered=exported).questions
    assert "Confirmed before" not in question.problem
    assert "“Region” as region" in question.problem


def test_of_two_address_columns_the_second_is_read_where_the_first_is_blank() -> None:
    two = {
        "people.csv": b"Mbr #,Who,Email (work),Email (home)\nM-1,Ann Lee,ann@post.example,a@home.example\n"
        b"M-2,Bo Lund,,bo@home.example\n"
    }
    told = {"people.csv:people:columns": "Email (work) = email; Email (home) = email"}
    first = read(two, told)
    assert (first.wrong, first.refusals) == ({}, ())
    assert [row.values["email"] for row in first.lists.rows] == ["ann@post.example", "bo@home.example"]
    for more in (b"", b",Fax"):
        heading, *rows = two["people.csv"].splitlines()
        again = read({"people.csv": b"\n".join((heading + more, *rows)) + b"\n"}, remembered=kept_of(first))
        assert [row.values["email"] for row in again.lists.rows] == ["ann@post.example", "bo@home.example"]
    assert (
        read({"people.csv": b"key,name,Email,E-mail\nM-1,Ann,a@post.example,b@post.example\n"}).refusals != ()
    )


def test_a_list_with_the_offices_own_headings_asks_nothing_because_of_another_list() -> None:
    first = {"people.csv": b"key,Who,Fax\nM-1,Ann Lee,1\n"}
    kept = kept_of(read(first, {"people.csv:people:columns": "yes"}))
    own = {"people.csv": b"key,name,email,phone\nM-1,Ann Lee,ann@post.example,218 555 0101\n"}
    assert read(own, remembered=kept).questions == ()


def test_what_words_mean_is_no_list() -> None:
    digest = headings_digest(ONE_SHEET.split(","))
    words = {
        "file": CODES, "headings_digest": digest, "map": {}, "answers": {},
        "confirmed_by": ME.id, "confirmed_at": datetime(2026, 11, 1, tzinfo=UTC),
    }  # fmt: skip
    assert [each.code for each in read(ROSTER, remembered=[words]).questions] == ["kind"]


def test_applications_without_a_term_are_refused_before_anything_is_asked_about_them() -> None:
    text = "Member No,Applicant,Reason for applying,First year,Date applied\n00715,Kathy,New to role,y,1/3/2027\n"
    found = read_lists(
        {"apps.csv": text.encode()},
        kinds={},
        answers={},
        remembered=(),
        keys={},
        regions={},
        complete=None,
        has_term=False,
    )
    assert (found.questions, found.lists.rows) == ((), ())
    assert [(each.code, each.rows) for each in found.refusals] == [("no_term", (2,))]
    assert [each.outcome.value for each in found.outcomes] == ["refused"]
    assert read({"apps.csv": text.encode()}).questions, (
        "with a term the headings and the dates are asked about"
    )


def test_lost_zeros_are_asked_about_once_for_all_lists_of_a_delivery() -> None:
    people = "key,name,email,role_title,region\n00712,Ann Lee,ann@post.example,principal,north\n"
    memberships = "key,membership,first\n712,active,2020-07-01\n"
    mentors = "key,capacity\n712,2\n"
    content = {
        "people.csv": people.encode(),
        "memberships.csv": memberships.encode(),
        "mentors.csv": mentors.encode(),
    }
    found = read(content)
    [question] = found.questions
    assert (question.id, [(each.file, each.row) for each in question.at]) == (
        "memberships.csv:memberships:zeros_lost:key",
        [("memberships.csv", 2), ("mentors.csv", 2)],
    )
    assert "“712” in row 2 is “00712” in the list of people." in question.problem, (
        "nobody is known under it yet"
    )
    assert [row.waits for row in found.lists.rows] == [(), (question.id,), (question.id,)]
    for answer, number in (("put_back", "00712"), ("keep", "712")):
        after = read(content, {question.id: answer})
        assert [each.id for each in after.questions] == [question.id], "answered once, shown once"
        assert [row.key for row in after.lists.rows] == ["00712", number, number]
        assert not any(row.waits for row in after.lists.rows)


def test_what_was_said_of_lost_zeros_in_one_list_is_kept_for_all_of_them() -> None:
    people = "Nr,Name,Mail,Title,Region\n00712,Ann Lee,ann@post.example,principal,north\n"
    content = {
        "people.csv": people.encode(),
        "memberships.csv": b"key,membership,first\n712,active,2020-07-01\n",
        "mentors.csv": b"key,capacity\n712,2\n",
    }
    answers = {"memberships.csv:memberships:zeros_lost:key": "put_back", "people.csv:people:columns": "yes"}
    later = read(content, remembered=kept_of(read(content, answers)))
    assert later.questions == ()
    assert [row.key for row in later.lists.rows] == ["00712"] * 3


def test_numbers_saved_as_amounts_are_asked_about_once_for_all_lists_of_a_delivery() -> None:
    head = "key,name,email,role_title,region\n"
    content = {
        "people.csv": f"{head}1042.0,Ann Lee,ann@post.example,principal,north\n"
        "1043,Bo Lee,bo@post.example,principal,north\n".encode(),
        "memberships.csv": b"key,membership,first\n1042.0,active,2020-07-01\n1043,active,2020-07-01\n",
        "mentors.csv": b"key,capacity\n1042.0,2\n",
    }
    found = read(content)
    [question] = found.questions
    assert (question.id, [(each.file, each.row) for each in question.at]) == (
        "people.csv:people:saved_as_amounts:key",
        [("people.csv", 2), ("memberships.csv", 2)],
    )
    whole = read(content, {question.id: "whole"})
    assert [row.key for row in whole.lists.rows] == ["1042", "1043", "1042", "1043", "1042"]
    kept = read(content, {question.id: "keep"})
    assert [row.key for row in kept.lists.rows] == ["1042.0", "1043", "1042.0", "1043", "1042.0"]
    [shown] = whole.questions
    assert shown.answers == ("whole", "keep"), "it can be answered otherwise"
    people = {"people.csv": content["people.csv"].replace(head.encode(), head.replace("key", "Nr").encode())}
    answers = {question.id: "whole", "people.csv:people:columns": "yes"}
    later = read(people, remembered=kept_of(read(people, answers)))
    assert (later.questions, [row.key for row in later.lists.rows]) == ((), ["1042", "1043"])
