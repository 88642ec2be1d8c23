"""What the award office does, one verb a function."""
