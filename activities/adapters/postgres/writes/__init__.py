"""What the gateway writes."""
