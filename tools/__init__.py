"""How the project is set up, run and tested. Standard library alone; start with tools/dev.py."""
