-- An alias stands for a human of its own association, and an answer is about two entries of one association. The writers
-- ask before they write; here nobody gets past them. Triggers and no composite key: a key needs one more index of all
-- people, and what stands from before, if anything does, would keep it from being made.

create function office.alias_of_one_association() returns trigger language plpgsql set search_path = office, pg_temp as $$
begin
    if new.alias_of is not null then
        perform 1 from office.people standing where standing.id = new.alias_of and standing.association = new.association;
        if not found then
            raise exception 'an alias stands for an entry of its association' using errcode = 'foreign_key_violation',
                constraint = 'alias_of_one_association', schema = 'office', table = 'people';
        end if;
    end if;
    if tg_op = 'UPDATE' and new.association <> old.association then
        perform 1 from office.people alias where alias.alias_of = new.id and alias.association <> new.association;
        if found then
            raise exception 'the aliases of an entry are of its association' using errcode = 'foreign_key_violation',
                constraint = 'alias_of_one_association', schema = 'office', table = 'people';
        end if;
    end if;
    return new;
end $$;

create trigger alias_of_one_association before insert on office.people for each row
    when (new.alias_of is not null) execute function office.alias_of_one_association();
create trigger alias_of_one_association_again before update of alias_of, association on office.people for each row
    when ((new.alias_of, new.association) is distinct from (old.alias_of, old.association))
    execute function office.alias_of_one_association();

create function office.answer_of_one_association() returns trigger language plpgsql set search_path = office, pg_temp as $$
begin
    perform 1 from office.people person where person.id in (new.one, new.other) and person.association <> new.association;
    if found then
        raise exception 'an answer is about two entries of one association' using errcode = 'foreign_key_violation',
            constraint = 'answer_of_one_association', schema = 'office', table = 'person_answers';
    end if;
    return new;
end $$;

create trigger answer_of_one_association before insert or update of one, other, association on office.person_answers
    for each row execute function office.answer_of_one_association();
