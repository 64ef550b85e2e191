-- One human is one entry: associations, member numbers, dated regions, answers about doubles, and a stream for each person.

-- Programs of one association share people and regions. Until now each program was an association of its own.

create table office.programs (
    program text not null,
    association text not null,
    primary key (program)
);
insert into office.programs (program, association)
    select program, program from (
        select program from office.regions union select program from office.terms
        union select program from office.applications union select program from office.rule_sets
    ) as known;

create table office.program_regions (
    program text not null,
    region text not null,
    primary key (program, region)
);
create index programs_of_region on office.program_regions (region);
insert into office.program_regions (program, region) select program, code from office.regions;

alter table office.regions add column association text;
update office.regions set association = program;
alter table office.regions alter column association set not null;

-- What two people have in common if they may be one human; domain/people/identity.py says the same.

create function office.plain_text(value text) returns text language sql immutable strict parallel safe
    return lower(btrim(regexp_replace(value, '\s+', ' ', 'g')));
create function office.plain_key(value text) returns text language sql immutable strict parallel safe
    return case
        when regexp_replace(lower(btrim(value)), '\.0$', '') ~ '^[0-9]+$'
            then coalesce(nullif(ltrim(regexp_replace(lower(btrim(value)), '\.0$', ''), '0'), ''), '0')
        else regexp_replace(lower(btrim(value)), '\.0$', '')
    end;

-- A salt has 122 random bits. It stands beside the entry and goes with it.

alter table office.people add column association text;
alter table office.people add column salt text not null default replace(gen_random_uuid()::text, '-', '');
alter table office.people add column left_on date;
alter table office.people add column died_on date;
alter table office.people add column alias_of text;
alter table office.people add column email_plain text generated always as (office.plain_text(email)) stored;
alter table office.people add column name_plain text generated always as (office.plain_text(name)) stored;
alter table office.people add column district_plain text generated always as (office.plain_text(district)) stored;
update office.people set association = coalesce(
    (select association from office.regions where code = people.region), (select min(association) from office.programs), '-');
alter table office.people alter column association set not null;
alter table office.people add constraint person_salt check (salt ~ '^[0-9a-f]{32}$');
alter table office.people add constraint person_alias check (alias_of <> id);
create index people_by_email on office.people (association, email_plain);
create index people_by_name on office.people (association, name_plain, district_plain);
create index people_by_alias on office.people (alias_of) where alias_of is not null;

create table office.person_keys (
    association text not null,
    key text not null,
    person text not null,
    key_plain text generated always as (office.plain_key(key)) stored,
    created_at timestamptz not null default now(),
    primary key (association, key)
);
create index keys_of_person on office.person_keys (person);
create index keys_alike on office.person_keys (association, key_plain);

create table office.person_regions (
    person text not null,
    region text not null,
    since date not null,
    primary key (person, since)
);
insert into office.person_regions (person, region, since) select id, region, created_at::date from office.people;

create table office.person_answers (
    association text not null,
    one text not null,
    other text not null,
    answer text not null,
    answered_by text not null,
    answered_at timestamptz not null,
    since date not null,
    primary key (one, other),
    constraint answer_order check (one < other),
    constraint answer_known check (answer in ('same','two'))
);
create index answers_of_other on office.person_answers (other);

-- Records about people can be withdrawn; nothing is deleted.

alter table office.memberships add column withdrawn_at timestamptz;
alter table office.region_contacts add column withdrawn_at timestamptz;
alter table office.conflicts add column withdrawn_at timestamptz;
create index contacts_of_person on office.region_contacts (person);
create index conflicts_of_other on office.conflicts (other);

-- A change that what runs must hear of, and to which stream it was delivered, or when a delivery last failed.

create table office.person_changes (
    id bigint generated always as identity,
    person text not null,
    kind text not null,
    day date not null,
    created_at timestamptz not null default now(),
    primary key (id),
    constraint person_change_kind check (kind in ('membership','mentor','address','left','region','same_as'))
);
create index changes_of_person on office.person_changes (person);
create table office.person_change_deliveries (
    change bigint not null,
    stream text not null,
    delivered_at timestamptz,
    failed_at timestamptz,
    primary key (change, stream),
    constraint delivery_ended check (delivered_at is not null or failed_at is not null)
);

-- Imports: what a file's columns mean, the proposal, and the operation that takes it over.

create table office.column_maps (
    association text not null,
    file text not null,
    headings_digest text not null,
    map jsonb not null,
    answers jsonb not null default '{}',
    confirmed_by text not null,
    confirmed_at timestamptz not null,
    primary key (association, file, headings_digest)
);
create table office.imports (
    id text not null,
    association text not null,
    program text,
    term text,
    actor jsonb not null,
    files jsonb not null,
    proposal jsonb not null,
    digest text not null,
    answers jsonb not null default '{}',
    state text not null default 'proposed',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (id),
    constraint import_state check (state in ('proposed','taking_over','landed','overtaken','expired'))
);
create table office.operations (
    id text not null,
    kind text not null,
    import text,
    state text not null default 'running',
    total integer not null default 0,
    done integer not null default 0,
    result jsonb,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (id),
    constraint operation_state check (state in ('running','done','failed','overtaken'))
);
create index operations_running on office.operations (created_at) where state = 'running';

-- A refused person may apply again: each attempt is an application of its own.

alter table office.applications add column attempt integer not null default 1;
alter table office.applications drop constraint application_once_a_term;
alter table office.applications add constraint application_attempt_once unique (person, term, attempt);
alter table office.applications add constraint application_attempt check (attempt >= 1);

-- The entries that count as one with a person today: answered "same", or alike and not answered "two".

create function office.nearest(wanted text) returns setof text language plpgsql stable as $$
declare own office.people%rowtype;
begin
    select * into own from office.people where id = wanted;
    return query
        select found.id from (
            select person.id from office.people as person
                where person.association = own.association and person.email_plain = own.email_plain and own.email_plain <> ''
            union
            select person.id from office.people as person
                where person.association = own.association and person.name_plain = own.name_plain
                    and person.district_plain = own.district_plain and own.name_plain <> ''
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

create function office.same_as(wanted text[]) returns table (person text, other text) language plpgsql stable as $$
begin
    return query
        with recursive one(person, other) as (
            select start, start from unnest(wanted) as start
            union
            select one.person, near from one cross join lateral office.nearest(one.other) as near
        )
        select one.person, one.other from one where one.person <> one.other;
end $$;

-- Four people stand on an order, and none of them may be one human with whom he is kept apart. Only a column that a
-- write changed is checked: two who count as one only after the money was sent must not stop the end of the order.

create function money.keep_humans_apart() returns trigger language plpgsql as $$
declare
    one record;
    -- Every field of "old" is null when a row is added.
    maker boolean := new.maker is distinct from old.maker;
    mentor boolean := new.mentor is distinct from old.mentor;
    approver boolean := new.approver is distinct from old.approver;
    sender boolean := new.sender is distinct from old.sender;
    confirmer boolean := new.confirmer is distinct from old.confirmer;
begin
    if not (maker or mentor or approver or sender or confirmer) then
        return null;
    end if;
    for one in select person, other from office.same_as(array_remove(array[new.approver, new.confirmer], null)) loop
        if one.person = new.approver and one.other = new.maker and (approver or maker) then
            raise exception 'order_approver_is_another_human' using errcode = '23514';
        elsif one.person = new.approver and one.other = new.mentor and (approver or mentor) then
            raise exception 'order_approver_is_not_paid' using errcode = '23514';
        elsif one.person = new.approver and one.other = new.sender and (approver or sender) then
            raise exception 'order_sender_is_another_human' using errcode = '23514';
        elsif one.person = new.confirmer and (
            one.other = new.maker and (confirmer or maker) or one.other = new.sender and (confirmer or sender)
        ) then
            raise exception 'order_confirmer_is_another_human' using errcode = '23514';
        end if;
    end loop;
    return null;
end $$;
create trigger keep_humans_apart after insert or update on money.orders for each row execute function money.keep_humans_apart();
alter table money.orders enable always trigger keep_humans_apart;

-- A place is taken once, also by a mentor with two entries. The lock makes two who come at once wait for each other.

create function office.keep_place_once() returns trigger language plpgsql as $$
declare others text[];
begin
    if new.released_at is not null then
        return null;
    end if;
    select array_agg(other) into others from office.same_as(array[new.mentor]);
    if others is null then
        return null;
    end if;
    perform pg_advisory_xact_lock(hashtextextended(least(new.mentor, (select min(other) from unnest(others) as other)), 0));
    if exists (select from office.slots where mentor = any(others) and number = new.number and released_at is null) then
        raise exception 'slot_taken_once' using errcode = '23505';
    end if;
    return null;
end $$;
create trigger keep_place_once after insert or update on office.slots for each row execute function office.keep_place_once();
alter table office.slots enable always trigger keep_place_once;

-- Each person has a stream of kind H, written by the gateway alone.

create or replace function journal.append() returns trigger language plpgsql security definer set search_path = journal, pg_temp as $$
declare head journal.heads%rowtype;
begin
    -- session_user is the login role; current_user is the owner of this function.
    if session_user = 'gateway' and new.kind not in ('H', 'X', 'S')
        or session_user = 'worker' and new.kind not in ('R', 'T', 'X', 'S')
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

grant select on office.programs, office.program_regions, office.person_keys, office.person_regions, office.person_answers,
    office.person_changes, office.person_change_deliveries, office.operations to worker, payments, gateway;
grant select on office.column_maps, office.imports to gateway;
grant insert on office.programs, office.program_regions, office.person_keys, office.person_regions, office.person_answers,
    office.person_changes, office.column_maps, office.imports, office.operations to gateway;
grant update on office.person_keys, office.person_regions, office.person_answers, office.conflicts, office.column_maps,
    office.imports, office.operations to gateway;
grant insert, update on office.person_change_deliveries to worker;
grant update on office.operations to worker;
