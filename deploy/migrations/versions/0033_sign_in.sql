-- Staff sign in with an identity of a provider outside: issuer and subject. A tie says once whose identity it is.

create table office.ties (
    id text primary key,
    issuer text not null,
    subject text not null,
    person text not null,
    tied_by text not null,
    created_at timestamptz not null default now(),
    constraint tie_once unique (issuer, subject)
);
create index ties_of_person on office.ties (person);
grant select, insert on office.ties to gateway;

-- A session is counted in real time, never by the demo's clock. Only the hash of its token is here. `former_hash` is that
-- of the token before a change of rights, which requests already under way may still use until `former_until`.

create table office.sessions (
    id text primary key,
    hash text not null unique,
    former_hash text,
    former_until timestamptz,
    csrf text not null,
    person text not null,
    tie text not null,
    rights text not null,
    created_at timestamptz not null default now(),
    used_at timestamptz not null default now(),
    ended_at timestamptz,
    ended_by text not null default ''
);
create index sessions_of_person on office.sessions (person);
create index sessions_by_former on office.sessions (former_hash) where former_hash is not null;
grant select, insert, update, delete on office.sessions to gateway;

-- A sign-in that matched nobody: an administrator of the association that it names ties it to a person, or refuses it.

create table office.sign_in_requests (
    id text primary key,
    issuer text not null,
    subject text not null,
    name text not null,
    email text not null,
    association text not null default '',
    choice_hash text not null,
    state text not null default 'open',
    decided_by text not null default '',
    decided_at timestamptz,
    created_at timestamptz not null default now(),
    asked_at timestamptz not null default now(),
    constraint request_once unique (issuer, subject),
    constraint request_state check (state in ('open','tied','refused'))
);
create index requests_of_association on office.sign_in_requests (association) where state <> 'tied';
grant select, insert, update on office.sign_in_requests to gateway;

-- An invitation ties the first identity that signs in with its secret to a person, once.

create table office.invitations (
    id text primary key,
    hash text not null unique,
    person text not null,
    made_by text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null default now()
);
create index invitations_of_person on office.invitations (person);
grant select, insert, update on office.invitations to gateway;

-- People make tokens on a page: each has a name, and says when it was last used.

alter table office.tokens
    add column name text not null default '',
    add column used_at timestamptz;
