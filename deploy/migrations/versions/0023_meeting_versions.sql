-- All that was said about a meeting that somebody has corrected: the log, and each correction or withdrawal.

alter table office.meetings add column version integer;

create table office.meeting_versions (
    id text not null,
    stream text not null,
    applied_seq integer not null,
    relationship text not null,
    meeting text not null,
    number integer not null,
    status text not null,
    began_at timestamp with time zone not null,
    minutes integer not null,
    mode text not null,
    topics text not null,
    place text not null,
    face_to_face boolean not null,
    withdrawn boolean not null,
    said_by text not null,
    said_at timestamp with time zone,
    reason text not null,
    primary key (id)
);
create index meeting_versions_of_relationship on office.meeting_versions (relationship);

create constraint trigger event_of_row after insert or update or delete on office.meeting_versions deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.meeting_versions enable always trigger event_of_row;

grant select on office.meeting_versions to worker, payments, gateway;
grant insert, update on office.meeting_versions to worker;
