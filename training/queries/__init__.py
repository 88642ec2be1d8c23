"""Look-ups of training; lists are ordered with a tie-breaker."""
