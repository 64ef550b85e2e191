-- Of one class a person has one membership without a last day. The writers say so in words; here nobody gets past them.
-- A trigger and no unique index: two that stand from before stay until somebody ends one. The error has the class of
-- broken constraints, as the errors of an index have.

create function office.one_open_membership() returns trigger language plpgsql set search_path = office, pg_temp as $$
begin
    perform 1 from office.memberships held
        where held.person = new.person and held.class = new.class and held.last is null and held.withdrawn_at is null
            and held.id <> new.id;
    if found then
        raise exception 'a membership of this class goes on' using errcode = 'unique_violation',
            constraint = 'membership_goes_on', schema = 'office', table = 'memberships';
    end if;
    return new;
end $$;

create trigger one_open_membership before insert on office.memberships for each row
    when (new.last is null and new.withdrawn_at is null) execute function office.one_open_membership();
create trigger one_open_membership_again before update of person, class, last, withdrawn_at on office.memberships
    for each row when (new.last is null and new.withdrawn_at is null
        and (old.last is not null or old.withdrawn_at is not null or (old.person, old.class) <> (new.person, new.class)))
    execute function office.one_open_membership();
