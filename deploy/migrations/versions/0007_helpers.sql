-- Somebody who lends knowledge to a pair; a projection of the relationship's journal like its meetings.
CREATE TABLE office.helpers (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    person TEXT NOT NULL,
    topic TEXT NOT NULL,
    status TEXT NOT NULL,
    named_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);

CREATE INDEX helpers_of_relationship ON office.helpers (relationship);

create constraint trigger event_of_row after insert or update or delete on office.helpers deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.helpers enable always trigger event_of_row;

grant select on office.helpers to worker, payments, gateway;
grant insert, update on office.helpers to worker;
