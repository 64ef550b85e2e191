-- Which code a check of the journal ran with, because what it says of the decisions holds for that code alone; and up
-- to which event it looked, in the real time in which events are recorded: the clock of a demo runs ahead.

alter table office.night_checks add column code text not null default '';
alter table office.night_checks add column journal_until timestamptz;
update office.night_checks set journal_until = begun_at;
alter table office.night_checks alter column journal_until set default transaction_timestamp();
alter table office.night_checks alter column journal_until set not null;
