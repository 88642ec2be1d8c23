"""The verbs of contests, one module a use case."""
