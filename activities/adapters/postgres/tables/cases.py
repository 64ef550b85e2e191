"""Tables for what is beside a pair's stages: helpers, forms, what staff entered, complaints, notes of the staff."""

from sqlalchemy import CheckConstraint, Column, Date, Index

from activities.adapters.postgres.tables.columns import instant, projection
from activities.adapters.postgres.tables.columns import text_column as _text

helpers = projection(
    "helpers",
    "office",
    _text("relationship"),
    _text("person"),
    _text("topic"),
    _text("status"),
    instant("named_at"),
    instant("answered_at", null=True),
    Index("helpers_of_relationship", "relationship"),
)
forms = projection(
    "forms",
    "office",
    _text("relationship"),
    _text("form"),
    _text("version"),
    _text("filled_by"),
    _text("person"),
    instant("submitted_at"),
    _text("amends"),
    _text("amended_by"),
    _text("standing", null=True),
    Index("forms_of_relationship", "relationship"),
    Index("forms_of_kind", "form"),
)
staff_acts = projection(
    "staff_acts",
    "office",
    _text("relationship"),
    _text("command"),
    _text("contradiction"),
    _text("about"),
    _text("person"),
    _text("acted_by"),
    _text("reason"),
    instant("acted_at"),
    instant("until"),
    _text("status"),
    instant("answered_at", null=True),
    CheckConstraint("acted_by <> person", name="staff_act_for_another"),
    Index("staff_acts_of_relationship", "relationship"),
)

complaints = projection(
    "complaints",
    "office",
    _text("relationship"),
    _text("about"),
    _text("against"),
    _text("opened_by"),
    _text("document"),
    _text("status"),
    _text("taken_by"),
    _text("decision"),
    _text("reason"),
    _text("decided_by"),
    _text("seconded_by"),
    instant("opened_at"),
    instant("due_at"),
    instant("closed_at", null=True),
    CheckConstraint(
        "(seconded_by = '' or seconded_by <> decided_by)"
        " and (against = '' or against not in (taken_by, decided_by, seconded_by))",
        name="complaint_hands",
    ),
    Index("complaints_of_relationship", "relationship"),
)
notes = projection(
    "notes",
    "office",
    _text("relationship"),
    _text("document"),
    _text("person"),
    instant("written_at"),
    Column("look_on", Date, nullable=False),
    Index("notes_of_relationship", "relationship"),
)
