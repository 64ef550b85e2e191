-- A command that was refused leaves no document behind; what is on record is never removed.

create function documents.keep_recorded() returns trigger language plpgsql as $$
begin
    if exists (select from journal.events where (rel = old.scope or stream = old.scope)
        and convert_from(bytes, 'UTF8')::jsonb -> 'docs' @> jsonb_build_array(jsonb_build_object('doc', old.id))) then
        raise exception 'the journal names document %', old.id using errcode = 'MF004';
    end if;
    return old;
end $$;
create trigger keep_recorded before delete on documents.documents for each row execute function documents.keep_recorded();
alter table documents.documents enable always trigger keep_recorded;

grant delete on documents.documents to gateway, worker;
