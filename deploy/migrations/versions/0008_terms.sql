-- A term in each region: itself, monthly records, log checks, surveys of the region; and streams of kind T.

CREATE TABLE office.term_regions (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    program TEXT NOT NULL,
    term TEXT NOT NULL,
    region TEXT NOT NULL,
    first DATE NOT NULL,
    last DATE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    vacant BOOLEAN NOT NULL,
    next_due TIMESTAMP WITH TIME ZONE,
    next_matter TEXT NOT NULL,
    next_key TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT term_region_once UNIQUE (term, region)
);

CREATE INDEX term_regions_due ON office.term_regions (next_due);

CREATE TABLE office.monthly_records (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    program TEXT NOT NULL,
    term TEXT NOT NULL,
    region TEXT NOT NULL,
    month TEXT NOT NULL,
    mentor TEXT NOT NULL,
    status TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    late BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    amended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT monthly_record_status CHECK (status in ('owed','submitted') and (status = 'submitted') = (submitted_at is not null and document <> '' and version >= 1)),
    CONSTRAINT monthly_record_once UNIQUE (term, region, month, mentor)
);

CREATE INDEX monthly_records_of_mentor ON office.monthly_records (mentor);

CREATE INDEX monthly_records_owed ON office.monthly_records (region) WHERE status = 'owed';

CREATE TABLE office.log_checks (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    program TEXT NOT NULL,
    term TEXT NOT NULL,
    region TEXT NOT NULL,
    period TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    relationships TEXT NOT NULL,
    evidence TEXT NOT NULL,
    findings TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT log_check_has_evidence CHECK (relationships <> '' and evidence <> '' and checked_by <> '')
);

CREATE INDEX log_checks_of_region ON office.log_checks (term, region);

CREATE TABLE office.term_surveys (
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    applied_seq INTEGER NOT NULL,
    program TEXT NOT NULL,
    term TEXT NOT NULL,
    region TEXT NOT NULL,
    audience TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE,
    person TEXT NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    document TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT term_survey_status CHECK (status in ('open','answered','missing') and (status = 'answered') = (answered_at is not null and document <> '' and person <> '')),
    CONSTRAINT term_survey_once UNIQUE (term, region, audience, owner)
);

CREATE INDEX term_surveys_of_owner ON office.term_surveys (owner);

create constraint trigger event_of_row after insert or update or delete on office.term_regions deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.term_regions enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.monthly_records deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.monthly_records enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.log_checks deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.log_checks enable always trigger event_of_row;
create constraint trigger event_of_row after insert or update or delete on office.term_surveys deferrable initially deferred
    for each row execute function journal.demand_event();
alter table office.term_surveys enable always trigger event_of_row;

grant select on office.term_regions, office.monthly_records, office.log_checks, office.term_surveys to worker, payments, gateway;
grant insert, update on office.term_regions, office.monthly_records, office.log_checks, office.term_surveys to worker;

create or replace function journal.append() returns trigger language plpgsql security definer set search_path = journal, pg_temp as $$
declare head journal.heads%rowtype;
begin
    -- session_user is the login role; current_user is the owner of this function.
    if session_user = 'gateway' and new.kind not in ('X', 'S')
        or session_user = 'worker' and new.kind not in ('R', 'T', 'X', 'S')
        or session_user = 'payments' and new.kind not in ('P', 'X', 'S') then
        raise exception '% writes no stream of kind %', session_user, new.kind using errcode = 'MF004';
    end if;
    insert into journal.heads (stream, kind, seq, hash) values (new.stream, new.kind, 0, repeat('0', 64))
        on conflict (stream) do nothing;
    select * into head from journal.heads where stream = new.stream for update;
    if new.kind <> head.kind then
        raise exception 'stream % is of kind %', new.stream, head.kind using errcode = 'MF004';
    end if;
    if new.seq <> head.seq + 1 or new.prev <> head.hash then
        raise exception 'event % of stream % does not follow %', new.seq, new.stream, head.seq using errcode = 'MF001';
    end if;
    new.recorded_at := transaction_timestamp();
    new.xid := pg_current_xact_id()::text;
    update journal.heads set seq = new.seq, hash = new.hash where stream = new.stream;
    return new;
end $$;
