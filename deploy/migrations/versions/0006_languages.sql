-- A person is written to in one language and may be called; who may read and change people may do so here too.

alter table office.people add column phone text not null default '';
alter table office.people add column language text not null default 'en';
alter table office.people add constraint person_language check (language ~ '^[a-z]{2}$');

-- Whoever is named contact of a region after a pair's welcome letter is made known to it (MASA-28); those who are there
-- already are in it.
alter table office.region_contacts add column created_at timestamptz not null default '2000-01-01T00:00:00Z';
alter table office.region_contacts alter column created_at set default now();
