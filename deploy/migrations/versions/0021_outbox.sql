-- number: the place among the notices of one record. not_before: no sender takes it before that instant of the office;
-- null until the outbox has seen it. rank: its class among those that are due. attempt: rises when it is sent again.
-- told: whether its stream knows that it was refused. deferred_since: when a mail server first asked to try its reader
-- later.
alter table office.notices
  add column number integer not null default 0,
  add column not_before timestamptz,
  add column rank smallint not null default 0,
  add column attempt integer not null default 1,
  add column told boolean not null default true,
  add column deferred_since timestamptz;

create index notices_due on office.notices (not_before) where status in ('pending', 'parked');
create index notices_untold on office.notices (id) where not told;
