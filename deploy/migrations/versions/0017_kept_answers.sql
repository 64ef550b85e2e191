-- The stored answer of an import showed people with their addresses, and was kept for ever. What is needed to read it
-- again is its id.

update office.commands
    set answer = case when status < 400 then jsonb_build_object('id', answer -> 'id') else answer - 'errors' end
    where kind in ('ProposeImport', 'AnswerImport') and answer is not null;
