"""Contests: from registration over judging to a published result."""
