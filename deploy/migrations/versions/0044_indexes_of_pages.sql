-- Events come in as time goes by, so a small index of blocks finds those of a day.
create index events_by_time on journal.events using brin (recorded_at) with (pages_per_range = 32);
create index notices_of_subject on office.notices (subject);
create index orders_of_obligation on money.orders (obligation, attempt);
