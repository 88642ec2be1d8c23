"""The demonstration city: believable Quzhou, invented people, made through the services of real use.

Deterministic from one seed (passwords and keys aside) and dated relative to the day of loading.
"""
