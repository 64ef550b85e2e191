"""Pages of logs: group meetings, checks of logs, monthly records."""
