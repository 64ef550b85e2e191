-- The signed list of kept documents, and the cases of complaints.

ALTER TABLE office.relationships ADD COLUMN kept TEXT DEFAULT '' NOT NULL;
ALTER TABLE office.relationships ALTER COLUMN kept DROP DEFAULT;

CREATE TABLE office.complaints (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    about TEXT NOT NULL,
    against TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    document TEXT NOT NULL,
    status TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    seconded_by TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);

CREATE INDEX complaints_of_relationship ON office.complaints (relationship);

create constraint trigger event_of_row after insert or update or delete on office.complaints deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.complaints enable always trigger event_of_row;

-- Who decides and who seconds are two, and neither is whom the complaint is about.
alter table office.complaints add constraint complaint_hands check (
    (seconded_by = '' or seconded_by <> decided_by)
    and (against = '' or against not in (taken_by, decided_by, seconded_by)));

grant select on office.complaints to worker, gateway;
grant insert, update on office.complaints to worker;
