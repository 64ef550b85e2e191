-- One text for each region of a version, so that two writers at once cannot store two. Two regions may have the same.

alter table office.rule_sets drop constraint rule_sets_pkey;
alter table office.rule_sets add primary key (program, version, region);
alter table office.rule_sets add constraint rule_set_digest
    check (digest = encode(sha256(convert_to(text, 'UTF8')), 'hex'));

create index rule_sets_by_digest on office.rule_sets (digest);
