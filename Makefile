# The same checks as CI runs, for a checkout with an environment that has the extras `test` and `dev`.
PYTHON ?= python3

.PHONY: check golden lint test types

check: lint types test
	kzgraph validate

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest

golden:
	KZGRAPH_GOLDEN=write $(PYTHON) -m pytest tests/test_stored_queries.py
