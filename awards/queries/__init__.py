"""What pages and services of awards read."""
