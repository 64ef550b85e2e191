-- How pairs meet: next date, kinds and groups of meetings, plans, observations, cover, and what is done.

-- Rows of before say what they said: a single meeting, nothing asked for, nothing allotted. The defaults serve those
-- rows alone; the event that last changed each of them says no more.
ALTER TABLE office.relationships
    ADD COLUMN next_on DATE,
    ADD COLUMN next_topics TEXT NOT NULL DEFAULT '',
    ADD COLUMN checklist_done_on DATE,
    ADD COLUMN observations_required INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN observations_done INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN cover_allotted INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN cover_left INTEGER NOT NULL DEFAULT 0,
    ADD CONSTRAINT cover_not_overdrawn CHECK (cover_left between 0 and cover_allotted);
ALTER TABLE office.relationships
    ALTER next_topics DROP DEFAULT,
    ALTER observations_required DROP DEFAULT,
    ALTER observations_done DROP DEFAULT,
    ALTER cover_allotted DROP DEFAULT,
    ALTER cover_left DROP DEFAULT;

ALTER TABLE office.meetings
    ADD COLUMN kind TEXT NOT NULL DEFAULT 'single',
    ADD COLUMN group_id TEXT NOT NULL DEFAULT '',
    ADD COLUMN place TEXT NOT NULL DEFAULT '',
    ADD COLUMN planned TEXT NOT NULL DEFAULT '',
    ADD COLUMN face_to_face BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE office.meetings
    ALTER kind DROP DEFAULT,
    ALTER group_id DROP DEFAULT,
    ALTER place DROP DEFAULT,
    ALTER planned DROP DEFAULT,
    ALTER face_to_face DROP DEFAULT;
CREATE INDEX meetings_of_group ON office.meetings (group_id) WHERE group_id <> '';

CREATE TABLE office.planned_meetings (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    place TEXT NOT NULL,
    mode TEXT NOT NULL,
    slot TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX planned_of_relationship ON office.planned_meetings (relationship);

CREATE TABLE office.observations (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    status TEXT NOT NULL,
    booked_by TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX observations_of_relationship ON office.observations (relationship);

CREATE TABLE office.cover_requests (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    about TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    status TEXT NOT NULL,
    used INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX cover_of_relationship ON office.cover_requests (relationship);

CREATE TABLE office.marks (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    noted_on DATE NOT NULL,
    noted_by TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX marks_of_relationship ON office.marks (relationship);

create constraint trigger event_of_row after insert or update or delete on office.planned_meetings deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.planned_meetings enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.observations deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.observations enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.cover_requests deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.cover_requests enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.marks deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.marks enable always trigger event_of_row;

grant select on office.planned_meetings, office.observations, office.cover_requests, office.marks
    to worker, payments, gateway;
grant insert, update on office.planned_meetings, office.observations, office.cover_requests, office.marks to worker;
-- A group's log brings a command for each pair; housekeeping writes those that the gateway did not get to.
grant insert on office.commands to worker;
