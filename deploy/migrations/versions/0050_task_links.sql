-- A link in an email to a mentor or mentee: the right of one person to send one act once. Only the hash of its token is
-- here, written when the email leaves. `address` is the digest of the address to which it went, and `partner` who was the
-- other of the pair: a link is dead once either is another one. Its life is counted in the office's time.

create table office.task_links (
    id text primary key,
    hash text not null unique,
    notice text not null,
    person text not null,
    act text not null,
    subject text not null,
    chosen jsonb not null default '{}',
    partner text not null default '',
    address text not null,
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by text not null default '',
    revoked_at timestamptz,
    revoked_by text not null default '',
    created_at timestamptz not null default now()
);
create index task_links_of_subject on office.task_links (subject);
create index task_links_by_command on office.task_links (used_by) where used_by <> '';
grant select, insert on office.task_links to worker;
grant select on office.task_links to gateway;

-- The participant process. It reads what the pages of mentors and mentees show, and no token, session, import or note.

grant usage on schema office, journal, money to participant;
grant usage on schema documents to participant;
grant select on
    office.people, office.regions, office.programs, office.rule_sets, office.terms, office.term_regions, office.clock,
    office.installation, office.relationships, office.applications, office.claims, office.complaints,
    office.monthly_records, office.term_surveys, office.commands, office.task_links, money.obligations, money.orders,
    journal.events, journal.heads to participant;
grant select, delete on documents.documents to participant;
grant insert, update on office.commands to participant;
grant update (used_at, used_by) on office.task_links to participant;
grant insert on journal.events to participant;

-- It says in each transaction for whom it acts, and writes for that person alone. Without a person there are no rows.

create function office.acts_for() returns text language sql stable as
    $$ select nullif(current_setting('mentorflow.person', true), '') $$;

alter table office.commands enable row level security;
create policy all_commands on office.commands to gateway, worker, payments using (true) with check (true);
create policy own_commands on office.commands to participant
    using (actor ->> 'id' = office.acts_for()) with check (actor ->> 'id' = office.acts_for() and actor ->> 'role' = 'participant');

alter table documents.documents enable row level security;
create policy all_documents on documents.documents to gateway, worker using (true) with check (true);
create policy own_documents on documents.documents to participant using (person = office.acts_for());

-- A link is found by the proof that a browser holds, before it is known whose it is.

alter table office.task_links enable row level security;
create policy all_links on office.task_links to gateway, worker using (true) with check (true);
create policy own_links on office.task_links to participant
    using (person = office.acts_for() or hash = nullif(current_setting('mentorflow.proof', true), ''))
    with check (person = office.acts_for());

-- Of the journal it writes only that an attempt of this person was refused.

create function journal.limit_participant() returns trigger language plpgsql as $$
begin
    if current_user = 'participant' and (
        new.kind not in ('X', 'S') or new.type <> 'CommandRefused'
        or convert_from(new.bytes, 'UTF8')::jsonb -> 'actor' ->> 'id' is distinct from office.acts_for()
    ) then
        raise exception 'the participant process does not write this event' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger limit_participant before insert on journal.events
    for each row execute function journal.limit_participant();
alter table journal.events enable always trigger limit_participant;

-- A command that is refused gives its link back, whichever process answers it.

create function office.give_link_back() returns trigger language plpgsql security definer set search_path = office as $$
begin
    update office.task_links set used_at = null, used_by = '' where used_by = new.id;
    return null;
end $$;
create trigger give_link_back after update of status on office.commands
    for each row when (new.status >= 400) execute function office.give_link_back();
