# The same checks as CI runs, for a checkout with an environment that has the extras `test` and `dev`.
PYTHON ?= python3

.PHONY: check docs fuzz golden lint nightly quick test types

check: lint types test
	kzgraph check

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest

quick:
	$(PYTHON) -m pytest -m "not slow"

nightly:
	KZGRAPH_ROUNDS=1000 KZGRAPH_KILL_ROUNDS=0 $(PYTHON) -m pytest tests/test_robustness.py tests/test_interrupted_loads.py
	KZGRAPH_EXAMPLES=1000 $(PYTHON) -m pytest tests/test_maintenance.py tests/test_validation_command.py tests/test_validation_engine.py
	KZGRAPH_EXAMPLES=1000 $(PYTHON) -m pytest -m hypothesis
	KZGRAPH_FAULTS=20 $(PYTHON) -m pytest tests/test_faults.py

fuzz:
	KZGRAPH_DRAWN=100000 $(PYTHON) -m pytest -n 0 tests/test_shacl_differential.py tests/test_shacl_together.py
	$(PYTHON) -m tests.fuzzing --count 100000
	$(PYTHON) -m tests.drawn_commands --count 10000

docs:
	kzgraph docs -o reference

golden:
	KZGRAPH_GOLDEN=write $(PYTHON) -m pytest -n 0 tests/test_stored_queries.py tests/test_reference.py tests/test_python_docs.py
