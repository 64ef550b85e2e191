-- How mentors and mentees sign in: a code to their mailbox, then a session. Both live in real time, never in the
-- demo's, because they say how long somebody was away from the machine.

create table office.door_sessions (
    id text primary key,
    hash text not null unique,
    csrf text not null,
    person text not null,
    language text not null,
    created_at timestamptz not null default now(),
    used_at timestamptz not null default now(),
    ended_at timestamptz,
    ended_by text not null default '',
    constraint door_session_language check (language ~ '^[a-z]{2}$')
);
create index door_sessions_of_person on office.door_sessions (person);

-- What is kept of a mailbox, so that no address of a stranger is stored.

create function office.mailbox_digest(plain text) returns text language sql immutable strict parallel safe as
    $$ select encode(sha256(convert_to(plain, 'UTF8')), 'hex') $$;
create index people_by_mailbox on office.people (office.mailbox_digest(email_plain));

-- A code that a browser asked for. `browser` finds the row, `bound` is the other half of the browser's secret: the
-- worker puts it and the digits into `proof`, and empties it. So nobody can try digits who has only the table.

create table office.sign_in_codes (
    id text primary key,
    browser text not null,
    bound text not null,
    mailbox text not null,
    person text not null default '',
    network text not null,
    language text not null,
    asked_at timestamptz not null default now(),
    done_at timestamptz,
    outcome text not null default '',
    proof text not null default '',
    tries integer not null default 0,
    right_at timestamptz,
    used_at timestamptz,
    constraint sign_in_code_language check (language ~ '^[a-z]{2}$')
);
create index sign_in_codes_of_browser on office.sign_in_codes (browser);
create index sign_in_codes_to_send on office.sign_in_codes (asked_at) where done_at is null;
create index sign_in_codes_of_mailbox on office.sign_in_codes (mailbox, asked_at);
create index sign_in_codes_of_network on office.sign_in_codes (network, asked_at);

grant select, delete on office.sign_in_codes to worker;
grant update (done_at, outcome, proof, bound) on office.sign_in_codes to worker;
grant select on office.door_sessions to gateway;
grant update (ended_at, ended_by) on office.door_sessions to gateway;
grant update (revoked_at, revoked_by) on office.task_links to gateway;

-- The participant process. A session and a code are found by the proof that a browser holds, before it is known whose
-- they are; a session is begun, used and ended for the person for whom the process acts.

grant select, insert on office.sign_in_codes, office.door_sessions to participant;
grant update (tries, right_at, used_at) on office.sign_in_codes to participant;
grant update (used_at, ended_at, ended_by, language) on office.door_sessions to participant;

alter table office.door_sessions enable row level security;
create policy all_sessions on office.door_sessions to gateway using (true) with check (true);
create policy own_sessions on office.door_sessions to participant
    using (person = office.acts_for() or hash = nullif(current_setting('mentorflow.proof', true), ''))
    with check (person = office.acts_for());

alter table office.sign_in_codes enable row level security;
create policy all_codes on office.sign_in_codes to worker using (true) with check (true);
create policy own_codes on office.sign_in_codes to participant
    using (browser = nullif(current_setting('mentorflow.proof', true), ''))
    with check (browser = nullif(current_setting('mentorflow.proof', true), ''));
