-- A member number that was given to the wrong person is taken off and may belong to somebody else from then on. Here stays
-- whose it was, since when, and why it was taken off. It goes with the entry, as the salt does.

create table office.withdrawn_keys (
    id bigint generated always as identity,
    association text not null,
    key text not null,
    person text not null,
    reason text not null,
    given_at timestamptz not null,
    withdrawn_at timestamptz not null,
    primary key (id)
);
create index withdrawn_keys_of_person on office.withdrawn_keys (person);
grant select on office.withdrawn_keys to worker, payments, gateway;
grant insert on office.withdrawn_keys to gateway;
grant delete on office.person_keys to gateway;

-- A region that somebody never belonged to is withdrawn. "created_at" finds the event that said it; rows from before have
-- none.

alter table office.person_regions add column created_at timestamptz;
alter table office.person_regions alter column created_at set default now();
alter table office.person_regions add column withdrawn_at timestamptz;

-- What an application says since a coordinator corrected it; the row of the application stays as it came.

alter table office.relationships add column corrected_reason text;
alter table office.relationships add column corrected_first_year boolean;
alter table office.relationships add column corrected_applied_on date;
alter table office.relationships add column corrected_areas text;

-- An entry that was made by mistake is withdrawn. It counts as one human with nobody.

alter table office.people add column withdrawn_on date;

create or replace function office.nearest(wanted text) returns setof text language plpgsql stable as $$
declare own office.people%rowtype;
begin
    select * into own from office.people where id = wanted;
    return query
        select found.id from (
            select person.id from office.people as person
                where person.association = own.association and person.email_plain = own.email_plain and own.email_plain <> ''
                    and person.withdrawn_on is null and own.withdrawn_on is null
            union
            select person.id from office.people as person
                where person.association = own.association and person.name_plain = own.name_plain
                    and person.district_plain = own.district_plain and own.name_plain <> ''
                    and person.withdrawn_on is null and own.withdrawn_on is null
            union
            select key.person from office.person_keys as mine join office.person_keys as key
                    on key.association = mine.association and key.key_plain = mine.key_plain
                where mine.person = wanted
            union
            select answer.other from office.person_answers as answer where answer.one = wanted and answer.answer = 'same'
            union
            select answer.one from office.person_answers as answer where answer.other = wanted and answer.answer = 'same'
        ) as found(id)
        where found.id <> wanted and not exists (
            select from office.person_answers as answer
                where answer.one = least(wanted, found.id) and answer.other = greatest(wanted, found.id) and answer.answer = 'two'
        );
end $$;
