"""What every room of the house stands on; knows nothing of contests, training or awards."""
