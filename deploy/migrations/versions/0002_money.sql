-- Money: obligations and their orders. The checks and the partial index are the last word (MONEY 5 and 7).

CREATE TABLE money.obligations (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    program TEXT NOT NULL,
    term TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    mentor TEXT NOT NULL,
    region TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    state TEXT NOT NULL,
    standing TEXT NOT NULL,
    claims INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    proven TEXT NOT NULL,
    accrued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT obligation_amount CHECK (amount_minor > 0),
    CONSTRAINT obligation_state CHECK (state in ('accrued','due','settled','denied','canceled'))
);

CREATE INDEX obligations_of_region ON money.obligations (region);

CREATE INDEX obligations_of_term ON money.obligations (program, term, state);

CREATE TABLE money.orders (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    obligation TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    region TEXT NOT NULL,
    mentor TEXT NOT NULL,
    hash TEXT NOT NULL,
    replaces TEXT NOT NULL,
    evidence TEXT NOT NULL,
    maker TEXT NOT NULL,
    prepared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approver TEXT,
    approved_at TIMESTAMP WITH TIME ZONE,
    sender TEXT,
    sent_at TIMESTAMP WITH TIME ZONE,
    reference TEXT NOT NULL,
    confirmer TEXT,
    settled_at TIMESTAMP WITH TIME ZONE,
    held_from TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT order_attempt UNIQUE (obligation, attempt),
    CONSTRAINT order_amount CHECK (amount_minor > 0),
    CONSTRAINT order_state CHECK (state in ('draft','needs_approval','approved','held','sent','settled','denied','voided','failed','returned')),
    CONSTRAINT order_approver CHECK (maker <> '' and maker <> approver),
    CONSTRAINT order_approver_not_paid CHECK (approver <> mentor),
    CONSTRAINT order_sender CHECK (sender <> approver),
    CONSTRAINT order_confirmer CHECK (confirmer <> maker and confirmer <> sender),
    CONSTRAINT order_approved_by CHECK (coalesce(approver, '') <> '' or not (state in ('approved','sent','settled','failed','returned') or coalesce(held_from, '') = 'approved')),
    CONSTRAINT order_sent_by CHECK (coalesce(sender, '') <> '' or state not in ('sent','settled','failed','returned')),
    CONSTRAINT order_confirmed_by CHECK (coalesce(confirmer, '') <> '' or state not in ('settled','failed','returned'))
);

CREATE UNIQUE INDEX order_live_once ON money.orders (obligation) WHERE state not in ('denied','voided','failed','returned');

create constraint trigger event_of_row after insert or update or delete on money.obligations deferrable initially deferred
    for each row execute function journal.demand_event();
alter table money.obligations enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on money.orders deferrable initially deferred
    for each row execute function journal.demand_event();
alter table money.orders enable always trigger event_of_row;

grant select on money.obligations, money.orders to worker, gateway, payments;
grant insert, update on money.obligations, money.orders to payments;
