-- A third person enters the bank's reference: neither who prepared the order nor who approved it. What was sent before by
-- who had prepared it stays; a write is checked for the people whom it enters.

create or replace function money.keep_humans_apart() returns trigger language plpgsql as $$
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
    if new.sender = new.maker and (sender or maker) then
        raise exception 'order_sender_has_not_made_it' using errcode = '23514';
    end if;
    for one in select person, other from office.same_as(array_remove(array[new.approver, new.sender, new.confirmer], null)) loop
        if one.person = new.approver and one.other = new.maker and (approver or maker) then
            raise exception 'order_approver_is_another_human' using errcode = '23514';
        elsif one.person = new.approver and one.other = new.mentor and (approver or mentor) then
            raise exception 'order_approver_is_not_paid' using errcode = '23514';
        elsif one.person = new.approver and one.other = new.sender and (approver or sender) then
            raise exception 'order_sender_is_another_human' using errcode = '23514';
        elsif one.person = new.sender and one.other = new.maker and (sender or maker) then
            raise exception 'order_sender_has_not_made_it' using errcode = '23514';
        elsif one.person = new.confirmer and (
            one.other = new.maker and (confirmer or maker) or one.other = new.sender and (confirmer or sender)
        ) then
            raise exception 'order_confirmer_is_another_human' using errcode = '23514';
        end if;
    end loop;
    return null;
end $$;

-- Money that was paid twice is outside the index of live orders until two people have said what becomes of it.

alter table money.orders
    add column resolution text,
    add column resolution_reference text,
    add column counted_for text,
    add column proposed_by text,
    add column resolved_by text,
    add constraint order_resolver check (resolved_by = '' or resolved_by <> proposed_by),
    add constraint order_resolution check (coalesce(resolution, '') = '' or state = 'settled_twice'),
    drop constraint order_state,
    add constraint order_state check (state in ('draft','needs_approval','approved','held','sent','settled',
        'denied','voided','failed','returned','settled_twice')),
    drop constraint order_approved_by,
    add constraint order_approved_by check (coalesce(approver, '') <> ''
        or not (state in ('approved','sent','settled','failed','returned','settled_twice')
            or coalesce(held_from, '') = 'approved')),
    drop constraint order_sent_by,
    add constraint order_sent_by check (coalesce(sender, '') <> ''
        or state not in ('sent','settled','failed','returned','settled_twice')),
    drop constraint order_confirmed_by,
    add constraint order_confirmed_by check (coalesce(confirmer, '') <> ''
        or state not in ('settled','failed','returned','settled_twice'));
drop index money.order_live_once;
create unique index order_live_once on money.orders (obligation)
    where state not in ('denied','voided','failed','returned','settled_twice');
