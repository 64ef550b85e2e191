"""Stage meetings: logs, groups, the plan, observations, cover."""
