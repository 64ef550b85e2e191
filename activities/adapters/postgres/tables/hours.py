"""Tables for a pair's planned meetings, observations, cover requests, and checklist marks."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer

from activities.adapters.postgres.tables.columns import instant, projection
from activities.adapters.postgres.tables.columns import text_column as _text

planned_meetings = projection(
    "planned_meetings",
    "office",
    _text("relationship"),
    instant("starts_at"),
    Column("minutes", Integer, nullable=False),
    _text("place"),
    _text("mode"),
    _text("slot"),
    _text("status"),
    Index("planned_of_relationship", "relationship"),
)
observations = projection(
    "observations",
    "office",
    _text("relationship"),
    instant("starts_at"),
    Column("minutes", Integer, nullable=False),
    _text("status"),
    _text("booked_by"),
    Index("observations_of_relationship", "relationship"),
)
cover_requests = projection(
    "cover_requests",
    "office",
    _text("relationship"),
    _text("about"),
    instant("starts_at"),
    Column("minutes", Integer, nullable=False),
    _text("status"),
    Column("used", Integer, nullable=False),
    _text("asked_by"),
    Column("cost", Integer),
    CheckConstraint("cost >= 0", name="cover_cost"),
    Index("cover_of_relationship", "relationship"),
)
marks = projection(
    "marks",
    "office",
    _text("relationship"),
    _text("kind"),
    _text("code"),
    Column("noted_on", Date, nullable=False),
    _text("noted_by"),
    Index("marks_of_relationship", "relationship"),
)

HOURS = (planned_meetings, observations, cover_requests)
