"""Pages that read from every room: the home page and the target board."""
