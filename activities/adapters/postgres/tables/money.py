"""Obligations and orders. The checks are the last safeguard for what the rules decide first (MONEY 5).

A null passes a check, so separate checks require the people who must have acted by a state.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, UniqueConstraint, text

from activities.adapters.postgres.tables.columns import instant, projection, text_column

obligations = projection(
    "obligations",
    "money",
    text_column("program"),
    text_column("term"),
    text_column("kind"),
    text_column("unit"),
    text_column("mentor"),
    text_column("region"),
    Column("amount_minor", BigInteger, nullable=False),
    text_column("currency"),
    text_column("rules_version"),
    text_column("state"),
    text_column("standing"),
    Column("claims", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    text_column("evidence"),
    text_column("proven"),
    instant("accrued_at"),
    instant("due_at"),
    instant("closes_at"),
    instant("finished_at", null=True),
    instant("ended_at", null=True),
    CheckConstraint("amount_minor > 0", name="obligation_amount"),
    CheckConstraint("state in ('accrued','due','settled','denied','canceled')", name="obligation_state"),
    Index("obligations_of_term", "program", "term", "state"),
    Index("obligations_of_region", "region"),
)
orders = projection(
    "orders",
    "money",
    text_column("obligation"),
    Column("attempt", Integer, nullable=False),
    text_column("state"),
    Column("amount_minor", BigInteger, nullable=False),
    text_column("currency"),
    text_column("region"),
    text_column("mentor"),
    text_column("hash"),
    text_column("replaces"),
    text_column("evidence"),
    text_column("maker"),
    instant("prepared_at"),
    text_column("approver", null=True),
    instant("approved_at", null=True),
    text_column("sender", null=True),
    instant("sent_at", null=True),
    text_column("reference"),
    text_column("confirmer", null=True),
    instant("settled_at", null=True),
    text_column("held_from", null=True),
    text_column("reason"),
    text_column("resolution", null=True),
    text_column("resolution_reference", null=True),
    text_column("counted_for", null=True),
    text_column("proposed_by", null=True),
    text_column("resolved_by", null=True),
    UniqueConstraint("obligation", "attempt", name="order_attempt"),
    CheckConstraint("amount_minor > 0", name="order_amount"),
    CheckConstraint(
        "state in ('draft','needs_approval','approved','held','sent','settled',"
        "'denied','voided','failed','returned','settled_twice')",
        name="order_state",
    ),
    CheckConstraint("maker <> '' and maker <> approver", name="order_approver"),
    CheckConstraint("approver <> mentor", name="order_approver_not_paid"),
    CheckConstraint("sender <> approver", name="order_sender"),
    CheckConstraint("confirmer <> maker and confirmer <> sender", name="order_confirmer"),
    CheckConstraint(
        "coalesce(approver, '') <> ''"
        " or not (state in ('approved','sent','settled','failed','returned','settled_twice')"
        " or coalesce(held_from, '') = 'approved')",
        name="order_approved_by",
    ),
    CheckConstraint(
        "coalesce(sender, '') <> '' or state not in ('sent','settled','failed','returned','settled_twice')",
        name="order_sent_by",
    ),
    CheckConstraint(
        "coalesce(confirmer, '') <> '' or state not in ('settled','failed','returned','settled_twice')",
        name="order_confirmed_by",
    ),
    CheckConstraint("resolved_by = '' or resolved_by <> proposed_by", name="order_resolver"),
    CheckConstraint("coalesce(resolution, '') = '' or state = 'settled_twice'", name="order_resolution"),
    Index(
        "order_live_once",
        "obligation",
        unique=True,
        postgresql_where=text("state not in ('denied','voided','failed','returned','settled_twice')"),
    ),
    Index("orders_of_obligation", "obligation", "attempt"),
)
