-- The spine: people and programs, the office's records, the journal with its rules, projections, rights.

create schema if not exists office;
create schema journal;
create schema documents;
create schema money;
create schema private;
create schema keys;
create schema archive;

CREATE TABLE documents.documents (
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    person TEXT,
    form TEXT NOT NULL,
    privacy TEXT NOT NULL,
    ver INTEGER NOT NULL,
    salt BYTEA NOT NULL,
    payload BYTEA NOT NULL,
    commit TEXT NOT NULL,
    key_name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE journal.events (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    rel TEXT,
    type TEXT NOT NULL,
    hash TEXT NOT NULL,
    prev TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    command TEXT NOT NULL,
    step INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    xid TEXT DEFAULT pg_current_xact_id()::text NOT NULL,
    PRIMARY KEY (stream, seq),
    CONSTRAINT event_hash UNIQUE (hash),
    CONSTRAINT event_command UNIQUE (stream, command, step),
    CONSTRAINT event_sealed CHECK (hash = encode(sha256('mentorflow/event/v1\012'::bytea || bytes), 'hex')),
    CONSTRAINT event_columns CHECK (stream = convert_from(bytes, 'UTF8')::jsonb ->> 'stream' and seq = (convert_from(bytes, 'UTF8')::jsonb ->> 'seq')::int and prev = convert_from(bytes, 'UTF8')::jsonb ->> 'prev' and type = convert_from(bytes, 'UTF8')::jsonb ->> 'type')
);

CREATE INDEX events_of_relationship ON journal.events (rel);

CREATE TABLE journal.heads (
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (stream)
);

CREATE TABLE office.applications (
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    program TEXT NOT NULL,
    term TEXT NOT NULL,
    region TEXT NOT NULL,
    reason TEXT NOT NULL,
    first_year BOOLEAN NOT NULL,
    applied_on DATE NOT NULL,
    special_document TEXT,
    relationship TEXT NOT NULL,
    actor JSONB NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT application_once_a_term UNIQUE (person, term)
);

CREATE TABLE office.claims (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    obligation TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    mentor TEXT NOT NULL,
    region TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    heard TEXT NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX claims_of_obligation ON office.claims (obligation);

CREATE INDEX claims_of_relationship ON office.claims (relationship);

CREATE TABLE office.clock (
    id INTEGER NOT NULL,
    offset_seconds BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT clock_one_row CHECK (id = 1)
);

CREATE TABLE office.commands (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload JSONB NOT NULL,
    fingerprint TEXT NOT NULL,
    actor JSONB NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE NOT NULL,
    status INTEGER,
    answer JSONB,
    answered_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX commands_open ON office.commands (claimed_until) WHERE answered_at is null;

CREATE TABLE office.conflicts (
    person TEXT NOT NULL,
    other TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (person, other, kind)
);

CREATE TABLE office.deliveries (
    claim TEXT NOT NULL,
    act TEXT NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (claim, act)
);

CREATE TABLE office.installation (
    id INTEGER NOT NULL,
    origin TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT installation_one_row CHECK (id = 1)
);

CREATE TABLE office.meetings (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    mode TEXT NOT NULL,
    topics TEXT NOT NULL,
    logged_by TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX meetings_of_relationship ON office.meetings (relationship);

CREATE TABLE office.memberships (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    person TEXT NOT NULL,
    class TEXT NOT NULL,
    first DATE NOT NULL,
    last DATE,
    PRIMARY KEY (id),
    CONSTRAINT membership_days CHECK (last is null or last >= first)
);

CREATE INDEX memberships_of_person ON office.memberships (person);

CREATE TABLE office.mentors (
    person TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    trained_on DATE,
    PRIMARY KEY (person),
    CONSTRAINT mentor_capacity CHECK (capacity between 0 and 50)
);

CREATE TABLE office.notices (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    seq INTEGER NOT NULL,
    person TEXT NOT NULL,
    region TEXT NOT NULL,
    data JSONB NOT NULL,
    status TEXT DEFAULT 'pending' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT notice_status CHECK (status in ('pending','sent','refused','parked'))
);

CREATE INDEX notices_unsent ON office.notices (status) WHERE status in ('pending','parked');

CREATE TABLE office.people (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role_title TEXT NOT NULL,
    district TEXT NOT NULL,
    region TEXT NOT NULL,
    supervisor TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE office.region_contacts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    region TEXT NOT NULL,
    person TEXT NOT NULL,
    first DATE NOT NULL,
    last DATE,
    PRIMARY KEY (id)
);

CREATE TABLE office.regions (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    program TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (code)
);

CREATE TABLE office.relationships (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    program TEXT NOT NULL,
    term TEXT NOT NULL,
    region TEXT NOT NULL,
    application TEXT NOT NULL,
    mentee TEXT NOT NULL,
    mentor TEXT NOT NULL,
    proposed_mentor TEXT NOT NULL,
    stage TEXT NOT NULL,
    stage_since TIMESTAMP WITH TIME ZONE NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT NOT NULL,
    outcome_reason TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    special BOOLEAN NOT NULL,
    decider TEXT NOT NULL,
    special_document TEXT NOT NULL,
    money_region TEXT NOT NULL,
    agreement_version INTEGER NOT NULL,
    draft_version INTEGER NOT NULL,
    meetings_logged INTEGER NOT NULL,
    predecessor TEXT NOT NULL,
    successor TEXT NOT NULL,
    next_due TIMESTAMP WITH TIME ZONE,
    next_subject TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX relationships_due ON office.relationships (next_due);

CREATE TABLE office.rule_sets (
    digest TEXT NOT NULL,
    program TEXT NOT NULL,
    version TEXT NOT NULL,
    region TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (digest)
);

CREATE TABLE office.slots (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    relationship TEXT NOT NULL,
    mentor TEXT NOT NULL,
    number INTEGER NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX slot_taken_once ON office.slots (mentor, number) WHERE released_at is null;

CREATE INDEX slots_of_relationship ON office.slots (relationship);

CREATE TABLE office.task_work (
    task TEXT NOT NULL,
    claimed_by TEXT NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    snoozed_until TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (task)
);

CREATE TABLE office.tasks (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    subject TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    region TEXT NOT NULL,
    why TEXT NOT NULL,
    about TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    closed_by TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX tasks_of_subject ON office.tasks (subject);

CREATE INDEX tasks_open ON office.tasks (role, region) WHERE closed_at is null;

CREATE TABLE office.terms (
    id TEXT NOT NULL,
    program TEXT NOT NULL,
    name TEXT NOT NULL,
    first DATE NOT NULL,
    last DATE NOT NULL,
    version TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT term_of_program UNIQUE (program, name)
);

CREATE TABLE office.tokens (
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    person TEXT NOT NULL,
    roles TEXT NOT NULL,
    regions TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id)
);

-- The journal takes events at its head and nothing else.

create function journal.append() returns trigger language plpgsql security definer set search_path = journal, pg_temp as $$
declare head journal.heads%rowtype;
begin
    insert into journal.heads (stream, kind, seq, hash) values (new.stream, new.kind, 0, repeat('0', 64))
        on conflict (stream) do nothing;
    select * into head from journal.heads where stream = new.stream for update;
    if new.seq <> head.seq + 1 or new.prev <> head.hash then
        raise exception 'event % of stream % does not follow %', new.seq, new.stream, head.seq using errcode = 'MF001';
    end if;
    new.recorded_at := transaction_timestamp();
    new.xid := pg_current_xact_id()::text;
    update journal.heads set seq = new.seq, hash = new.hash where stream = new.stream;
    return new;
end $$;
create trigger append before insert on journal.events for each row execute function journal.append();
alter table journal.events enable always trigger append;

create function journal.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only' using errcode = 'MF002';
end $$;
create trigger keep_rows before update or delete on journal.events for each row execute function journal.refuse();
create trigger keep_table before truncate on journal.events for each statement execute function journal.refuse();
alter table journal.events enable always trigger keep_rows;
alter table journal.events enable always trigger keep_table;
create trigger keep_table before truncate on journal.heads for each statement execute function journal.refuse();
alter table journal.heads enable always trigger keep_table;

-- A projection row changes only together with the event that it names.

create function journal.demand_event() returns trigger language plpgsql security definer set search_path = journal, pg_temp as $$
declare wanted record;
begin
    if tg_op = 'DELETE' then
        raise exception 'rows of % are never deleted', tg_table_name using errcode = 'MF003';
    end if;
    perform 1 from journal.events
        where stream = new.stream and seq = new.applied_seq and xid = pg_current_xact_id()::text;
    if not found then
        raise exception 'row % of % names no event of this transaction', new.id, tg_table_name using errcode = 'MF003';
    end if;
    return null;
end $$;

create constraint trigger event_of_row after insert or update or delete on office.relationships deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.relationships enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.meetings deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.meetings enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.tasks deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.tasks enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.slots deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.slots enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.claims deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.claims enable always trigger event_of_row;

-- Who may do what. Nobody but the owner may update the journal, and triggers keep even the owner from it.

grant usage on schema office, journal, money to worker, payments, gateway;
grant usage on schema documents to gateway, worker;
grant select (id, form, privacy, ver, commit) on documents.documents to worker;
grant usage on schema private to participant;
grant usage on schema journal to auditor;

grant select on all tables in schema office, journal to worker, payments, gateway;
revoke select on office.tokens from worker, payments;
grant select, insert on documents.documents to gateway;
grant insert on journal.events to worker, payments, gateway;

grant insert, update on office.relationships, office.meetings, office.tasks, office.slots, office.claims to worker;
grant insert, update on office.notices, office.deliveries to worker;
grant update on office.commands, office.applications to worker;
grant insert, update on office.tasks, office.notices to payments;
grant insert on office.people, office.memberships, office.regions, office.region_contacts, office.rule_sets, office.terms,
    office.mentors, office.conflicts, office.applications, office.tokens, office.commands, office.task_work to gateway;
grant update on office.people, office.memberships, office.region_contacts, office.mentors, office.applications,
    office.tokens, office.commands, office.task_work to gateway;
grant delete on office.task_work to gateway;

create view journal.entries as
    select stream, seq, kind, rel, type, hash, prev, bytes, recorded_at from journal.events;
grant select on journal.entries to auditor;
