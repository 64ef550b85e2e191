-- What an email says can be untrue before it leaves; then it ends as overtaken, and its stream hears of it.
alter table office.notices
    drop constraint notice_status,
    add constraint notice_status check (status in ('pending', 'sent', 'refused', 'parked', 'overtaken'));
