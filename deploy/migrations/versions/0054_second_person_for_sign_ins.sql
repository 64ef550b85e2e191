-- A tie of an identity to somebody who has a role about money works only after a second person has confirmed it
-- (`second` says that it needs one). A tie can be ended; the identity may then be tied again.
alter table office.ties
    add column second boolean not null default false,
    add column confirmed_by text not null default '',
    add column confirmed_at timestamptz,
    add column ended_at timestamptz,
    add column ended_by text not null default '';
alter table office.ties drop constraint tie_once;
create unique index tie_once on office.ties (issuer, subject) where ended_at is null;
grant update (second, confirmed_by, confirmed_at, ended_at, ended_by) on office.ties to gateway;
