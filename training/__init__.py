"""Training classes, rosters, targets and mentorship rounds."""
