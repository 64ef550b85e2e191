-- Roles are dated grants of people. A token names those of its person's grants for which it stands, and holds no role of
-- its own; a participant's token needs none.

create table office.grants (
    id text primary key,
    person text not null,
    role text not null,
    regions text not null,
    first date not null,
    last date,
    zone text not null,
    given_by text not null,
    confirmed_by text not null default '',
    confirmed_at timestamptz,
    ended_by text not null default '',
    ended_at timestamptz,
    created_at timestamptz not null default now(),
    constraint grant_role check (role in ('coordinator','payment_staff','auditor','admin')),
    constraint grant_days check (last is null or last >= first),
    constraint grant_confirmer check (confirmed_by <> person
        and (confirmed_by = '' or confirmed_by <> given_by or given_by = repeat('0', 32)))
);
create index grants_of_person on office.grants (person);
grant select, insert, update on office.grants to gateway;
grant select on office.grants to worker;

alter table office.tokens
    add column grants text[] not null default '{}',
    add column of_participant boolean not null default false;

-- How often a person wants the list of what waits: every day, or on Mondays. Without a row it is every day.

create table office.digest_choices (
    person text primary key,
    rhythm text not null,
    constraint digest_rhythm check (rhythm in ('daily','mondays'))
);
grant select, insert, update on office.digest_choices to gateway;
grant select on office.digest_choices to worker;
