-- What approved cover costs, in cents; nothing where a program counts no cost.

alter table office.cover_requests add column cost integer;
alter table office.cover_requests add constraint cover_cost check (cost >= 0);
