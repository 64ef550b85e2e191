-- A row for each time an email left: its words, headers and readers, sealed under the key of what it is about. `email` is
-- the id of the notice or digest. The worker adds rows and reads none; the gateway reads them for a reader and adds none.

create table documents.kept_emails (
    id text primary key,
    email text not null,
    scope text not null,
    payload bytea not null,
    key_name text not null,
    sent_at timestamptz not null,
    created_at timestamptz not null default now()
);
create index kept_emails_of_email on documents.kept_emails (email);
grant insert on documents.kept_emails to worker;
grant select on documents.kept_emails to gateway;

-- Staff read the digests that they were sent.

grant select on office.digests to gateway;
