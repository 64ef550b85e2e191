-- A refused person may apply again for the same term: attempts are numbered, and each names its request.

alter table office.applications add column attempt integer not null default 1;
alter table office.applications add column command text;
alter table office.applications drop constraint application_once_a_term;
alter table office.applications add constraint application_attempts unique (person, term, attempt);
alter table office.applications add constraint attempt_from_one check (attempt >= 1);
-- The refused relationship that a new one follows.
alter table office.relationships add column earlier text;
