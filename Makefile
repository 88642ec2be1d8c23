# Each command is one of tools/dev.py, which needs nothing but Python; `make help` lists them.
PYTHON ?= python3
COMMANDS = help run test lint bench mutate screenshots lock

.DEFAULT_GOAL := help
.PHONY: $(COMMANDS)

$(COMMANDS):
	@$(PYTHON) tools/dev.py $@ $(ARGS)
