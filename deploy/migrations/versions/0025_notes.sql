-- Notes of the staff about a pair: who wrote when, and the sealed document with the text.

CREATE TABLE office.notes (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    document TEXT NOT NULL,
    person TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    look_on DATE NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX notes_of_relationship ON office.notes (relationship);

create constraint trigger event_of_row after insert or update or delete on office.notes deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.notes enable always trigger event_of_row;

grant select on office.notes to worker, gateway;
grant insert, update on office.notes to worker;

-- Open tasks are listed in the order in which they are due; one without a day is due since it was opened.
CREATE INDEX tasks_by_day ON office.tasks (coalesce(due_at, opened_at), id) WHERE closed_at IS NULL;
