"""What activities need from the outside world, as Protocols. Adapters implement them."""
