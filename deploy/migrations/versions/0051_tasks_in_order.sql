-- The list of tasks is ordered by what a task is about before its id (C58). The index has that order.
drop index office.tasks_by_day;
create index tasks_by_day on office.tasks (coalesce(due_at, opened_at), kind, subject, about, id)
    where closed_at is null;
