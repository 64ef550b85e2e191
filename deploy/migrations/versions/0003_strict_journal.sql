-- The journal believes a column only where the bytes say the same, and takes from each role only its own streams.

-- A key that the bytes lack made the old check unknown, and an unknown check lets a row pass.
ALTER TABLE journal.events DROP CONSTRAINT event_columns;
ALTER TABLE journal.events ADD CONSTRAINT event_columns CHECK ((convert_from(bytes, 'UTF8')::jsonb @> jsonb_build_object('stream', stream, 'seq', seq, 'prev', prev, 'type', type, 'kind', kind)) is true and convert_from(bytes, 'UTF8')::jsonb ->> 'rel' is not distinct from rel);

create or replace function journal.append() returns trigger language plpgsql security definer set search_path = journal, pg_temp as $$
declare head journal.heads%rowtype;
begin
    -- session_user is the login role; current_user is the owner of this function.
    if session_user = 'gateway' and new.kind not in ('X', 'S')
        or session_user = 'worker' and new.kind not in ('R', 'X', 'S')
        or session_user = 'payments' and new.kind not in ('P', 'X', 'S') then
        raise exception '% writes no stream of kind %', session_user, new.kind using errcode = 'MF004';
    end if;
    insert into journal.heads (stream, kind, seq, hash) values (new.stream, new.kind, 0, repeat('0', 64))
        on conflict (stream) do nothing;
    select * into head from journal.heads where stream = new.stream for update;
    if new.kind <> head.kind then
        raise exception 'stream % is of kind %', new.stream, head.kind using errcode = 'MF004';
    end if;
    if new.seq <> head.seq + 1 or new.prev <> head.hash then
        raise exception 'event % of stream % does not follow %', new.seq, new.stream, head.seq using errcode = 'MF001';
    end if;
    new.recorded_at := transaction_timestamp();
    new.xid := pg_current_xact_id()::text;
    update journal.heads set seq = new.seq, hash = new.hash where stream = new.stream;
    return new;
end $$;

create or replace function journal.demand_event() returns trigger language plpgsql security definer set search_path = journal, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'rows of % are never deleted', tg_table_name using errcode = 'MF003';
    end if;
    if tg_op = 'UPDATE' and new.stream <> old.stream then
        raise exception 'row % of % belongs to another stream', new.id, tg_table_name using errcode = 'MF003';
    end if;
    perform 1 from journal.events
        where stream = new.stream and seq = new.applied_seq and xid = pg_current_xact_id()::text;
    if not found then
        raise exception 'row % of % names no event of this transaction', new.id, tg_table_name using errcode = 'MF003';
    end if;
    return null;
end $$;
