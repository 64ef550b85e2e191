-- Forms: what was handed in, as events say it; and drafts, which are nobody's but their writer's.

CREATE TABLE office.forms (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    form TEXT NOT NULL,
    version TEXT NOT NULL,
    filled_by TEXT NOT NULL,
    person TEXT NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    amends TEXT NOT NULL,
    amended_by TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX forms_of_relationship ON office.forms (relationship);

CREATE INDEX forms_of_kind ON office.forms (form);

CREATE TABLE documents.drafts (
    id TEXT NOT NULL,
    relationship TEXT NOT NULL,
    form TEXT NOT NULL,
    version TEXT NOT NULL,
    person TEXT NOT NULL,
    ver INTEGER NOT NULL,
    payload BYTEA NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

create constraint trigger event_of_row after insert or update or delete on office.forms deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.forms enable always trigger event_of_row;

grant select on office.forms to worker, gateway, payments;
grant insert, update on office.forms to worker;
grant select, insert, update, delete on documents.drafts to gateway;
