"""What happens in training: one verb a function."""
