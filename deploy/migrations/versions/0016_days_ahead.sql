-- A change whose day is still to come waits until that day has begun everywhere; each day of a person waits once.

alter table office.person_changes add column ahead boolean not null default false;
create unique index changes_ahead on office.person_changes (person, kind, day) where ahead;

-- The days of entries from before, by the office's own clock.

with office as (
    select (now() at time zone 'UTC' - interval '12 hours'
        + coalesce((select offset_seconds from office.clock), 0) * interval '1 second')::date as today
), days (person, kind, day) as (
    select person, 'membership', first from office.memberships where withdrawn_at is null
    union select person, 'membership', last + 1 from office.memberships where withdrawn_at is null and last < 'infinity'
    union select person, 'mentor', trained_on from office.mentors
    union select person, 'mentor', serving_since from office.mentors
    union select person, 'mentor', serving_until + 1 from office.mentors where serving_until < 'infinity'
    union select person, 'mentor', credential_until + 1 from office.mentors where credential_until < 'infinity'
)
insert into office.person_changes (person, kind, day, ahead)
    select days.person, days.kind, days.day, true from days, office where days.day > office.today
    order by days.day, days.person, days.kind;
