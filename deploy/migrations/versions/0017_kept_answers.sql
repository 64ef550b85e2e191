-- The stored answer of an import showed people with their addresses, and was kept for ever. What is needed to read it
-- again is its id.

update office.commands
    set answer = case when status < 400 then jsonb_build_object('id', answer -> 'id') else answer - 'errors' end
    where kind in ('ProposeImport', 'AnswerImport') and answer is not null;

-- An answer about two entries has the instant of the event that says it, so that the audit can compare the two.

update office.person_answers as answer set answered_at = said.decided_at
    from (
        select distinct on (stream, body ->> 'other') stream, body ->> 'other' as other, decided_at
            from (
                select stream, seq, convert_from(bytes, 'UTF8')::jsonb -> 'body' as body,
                        (convert_from(bytes, 'UTF8')::jsonb ->> 'decided_at')::timestamptz as decided_at
                    from journal.events where kind = 'H' and type in ('PersonMerged', 'PersonsKeptApart')
            ) as event
            order by stream, body ->> 'other', seq desc
    ) as said
    where said.stream = left(encode(sha256(convert_to('h/' || answer.one, 'UTF8')), 'hex'), 32)
        and said.other = answer.other;
