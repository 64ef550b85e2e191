-- A refused person may apply again for the same term: each attempt names its request.

alter table office.applications add column command text;
-- The refused relationship that a new one follows.
alter table office.relationships add column earlier text;
