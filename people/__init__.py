"""Persons, organisations, accounts, roles and sign-in."""
