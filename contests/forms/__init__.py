"""The forms of contests, one module an audience."""
