"""What can happen at any stage."""
