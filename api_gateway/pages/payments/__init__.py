"""Pages of payment staff: what is to be done about money, and one payment."""
