-- A person is written to in one language and may be called; who may read and change people may do so here too.

alter table office.people add column phone text not null default '';
alter table office.people add column language text not null default 'en';
alter table office.people add constraint person_language check (language ~ '^[a-z]{2}$');
