-- What staff entered for a person, and what the person said to it. Nobody acts as staff for themselves.

create table office.staff_acts (
    id text primary key,
    stream text not null,
    applied_seq integer not null,
    relationship text not null,
    command text not null,
    contradiction text not null,
    about text not null,
    person text not null,
    acted_by text not null,
    reason text not null,
    acted_at timestamptz not null,
    until timestamptz not null,
    status text not null,
    answered_at timestamptz,
    constraint staff_act_for_another check (acted_by <> person)
);
create index staff_acts_of_relationship on office.staff_acts (relationship);

create constraint trigger event_of_row after insert or update or delete on office.staff_acts deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.staff_acts enable always trigger event_of_row;
grant select on office.staff_acts to worker, payments, gateway;
grant insert, update on office.staff_acts to worker;

-- A form that staff entered from paper counts once the person can no longer contradict it.

alter table office.forms add column standing text;
