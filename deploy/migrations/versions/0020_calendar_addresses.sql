-- A calendar program sends no header, so a person's calendar has an address with a secret. Only its hash is kept, one
-- address of a person works at a time, and it can be revoked.

create table office.calendar_addresses (
    id text primary key,
    hash text not null,
    person text not null,
    revoked_at timestamptz,
    created_at timestamptz not null default now()
);
create unique index calendar_addresses_hash on office.calendar_addresses (hash);
create unique index one_calendar_address on office.calendar_addresses (person) where revoked_at is null;
grant select, insert, update on office.calendar_addresses to gateway;
