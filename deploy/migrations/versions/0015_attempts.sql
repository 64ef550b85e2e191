-- An application names the request that brought it, and a relationship the refused one that it follows.

alter table office.applications add column command text;
alter table office.relationships add column earlier text;
