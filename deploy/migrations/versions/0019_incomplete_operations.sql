-- An import has landed, and some of its relationships can never be opened: the operation ends, and names their rows.
alter table office.operations
    drop constraint operation_state,
    add constraint operation_state check (state in ('running', 'done', 'incomplete', 'failed', 'overtaken'));
