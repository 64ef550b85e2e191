-- A row a person and morning: which lines the digest had, and whether it went out. A morning without news has a row, too,
-- so that each morning is looked at once. What staff must know at once has a row of its own, which names its task.

create table office.digests (
    id text primary key,
    person text not null,
    day date not null,
    task text not null default '',
    lines jsonb not null,
    status text not null default 'pending',
    code text not null default '',
    planned_at timestamptz not null,
    sent_at timestamptz,
    constraint digest_status check (status in ('silent','pending','parked','sent','refused','overtaken'))
);
create unique index one_digest_a_morning on office.digests (person, day) where task = '';
create index digests_unsent on office.digests (id) where status in ('pending','parked');
create index digests_of_task on office.digests (task) where task <> '';
grant select, insert, update on office.digests to worker;

-- An email of which a digest tells the same ends here.

alter table office.notices drop constraint notice_status;
alter table office.notices add constraint notice_status
    check (status in ('pending','sent','refused','parked','overtaken','in_digest'));
