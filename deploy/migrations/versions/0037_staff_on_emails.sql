-- A coordinator sends an email now, holds one back or sends one again, through the gateway.

grant update (status, code, not_before, rank, attempt, told, deferred_since) on office.notices to gateway;
