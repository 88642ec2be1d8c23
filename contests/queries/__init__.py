"""The look-ups of contests, one module an audience."""
