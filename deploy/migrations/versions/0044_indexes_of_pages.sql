-- Events come in as time goes by, so a small index of blocks finds those of a day.
create index events_by_time on journal.events using brin (recorded_at) with (pages_per_range = 32);
create index notices_of_subject on office.notices (subject);
create index orders_of_obligation on money.orders (obligation, attempt);
-- Without it the planner also reads the index of all open tasks, once for each pair of a list.
create index tasks_open_of_subject on office.tasks (subject) where closed_at is null;
