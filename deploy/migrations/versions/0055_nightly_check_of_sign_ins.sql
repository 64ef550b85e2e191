-- The nightly check of a worker looks at sign-ins as `replay --all` does: which account is whose is what events say.
grant select on office.ties to worker;
