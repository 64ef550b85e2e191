-- A row a night: what the check of the journal looked at, and what it found.

create table office.night_checks (
    id text primary key,
    begun_at timestamptz not null,
    ended_at timestamptz,
    checks text not null,
    counts jsonb not null default '{}',
    faults jsonb not null default '[]',
    unnamed integer not null default 0
);
create index night_checks_ended on office.night_checks (ended_at);
grant select, insert, update on office.night_checks to worker;
grant select on office.night_checks to gateway;

-- An administrator closes a task of the office itself through the gateway. The trigger wants an event of the task's own
-- stream in the same transaction, as for every change of a projection.

grant update (applied_seq, closed_at, closed_by, outcome) on office.tasks to gateway;
