"""PostgreSQL: tables, and everything that reads or writes them."""
