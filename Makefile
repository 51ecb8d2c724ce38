# The same checks as CI runs, for a checkout with an environment that has the extras `test` and `dev`.
PYTHON ?= python3

.PHONY: check docs golden lint test types

check: lint types test
	kzgraph check

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest

docs:
	kzgraph docs -o reference

golden:
	KZGRAPH_GOLDEN=write $(PYTHON) -m pytest tests/test_stored_queries.py tests/test_reference.py
