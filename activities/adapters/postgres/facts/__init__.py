"""Facts that decisions need, looked up by activities."""
