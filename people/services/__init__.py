"""What can be done with accounts, persons and organisations: one module a use case."""
