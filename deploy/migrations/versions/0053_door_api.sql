-- The participant process serves the API of mentors and mentees. It reads what their routes show, and writes for the
-- person for whom it acts: command rows, drafts, documents, and the events that it read, sealed or was refused something.

grant select on
    office.calendar_addresses, office.conflicts, office.cover_requests, office.digest_choices, office.digests, office.forms,
    office.helpers, office.log_checks, office.meeting_versions, office.meetings, office.memberships, office.mentors,
    office.notices, office.observations, office.person_answers, office.person_keys, office.person_regions,
    office.planned_meetings, office.program_regions, office.region_contacts, office.slots, office.staff_acts,
    office.tokens to participant;
grant select, insert on documents.documents to participant;
grant select, insert, update, delete on documents.drafts to participant;
grant select on documents.kept_emails to participant;
grant update (used_at) on office.tokens to participant;

-- One human may have several entries, and stands in some records under another one than the present.

create function office.acts_as(id text) returns boolean language sql stable as
    $$ select id = any(string_to_array(nullif(current_setting('mentorflow.people', true), ''), ',')) $$;

drop policy own_commands on office.commands;
create policy own_commands on office.commands to participant
    using (office.acts_as(actor ->> 'id'))
    with check (office.acts_as(actor ->> 'id') and actor ->> 'role' = 'participant');

drop policy own_documents on documents.documents;
create policy own_documents on documents.documents to participant using (office.acts_as(person)) with check (office.acts_as(person));

alter table documents.drafts enable row level security;
create policy all_drafts on documents.drafts to gateway, worker using (true) with check (true);
create policy own_drafts on documents.drafts to participant using (office.acts_as(person)) with check (office.acts_as(person));

-- A token and a calendar address are found by the proof that came with the request.

alter table office.tokens enable row level security;
create policy all_tokens on office.tokens to gateway using (true) with check (true);
create policy shown_token on office.tokens to participant
    using (hash = nullif(current_setting('mentorflow.proof', true), ''))
    with check (hash = nullif(current_setting('mentorflow.proof', true), ''));

alter table office.calendar_addresses enable row level security;
create policy all_addresses on office.calendar_addresses to gateway using (true) with check (true);
create policy shown_address on office.calendar_addresses to participant
    using (hash = nullif(current_setting('mentorflow.proof', true), '') or office.acts_as(person));

create or replace function journal.limit_participant() returns trigger language plpgsql as $$
begin
    if current_user = 'participant' and (
        new.kind not in ('X', 'S')
        or new.type not in ('CommandRefused', 'DocumentRead', 'EmailRead', 'SealedRecordAdded', 'SealedRecordRead')
        or not coalesce(office.acts_as(convert_from(new.bytes, 'UTF8')::jsonb -> 'actor' ->> 'id'), false)
    ) then
        raise exception 'the participant process does not write this event' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
