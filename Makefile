# make demo    test the shop that is shipped, after setting up what is needed
# make test    the tests
# make lint    style and types
# make setup   .venv with pinned packages, and a browser if there is none
# make clean   everything that was made here, but not the reports

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := demo
.DELETE_ON_ERROR:

# The first Python that is new enough; PYTHON=... chooses another one.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	if $$each -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$each; break; fi; done)
PYTEST_FLAGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint setup packages clean

demo: setup
	@$(BIN)/harness demo
	@echo
	@echo "Now break the shop and see what is found:"
	@echo "  $(BIN)/harness demo --fault event-id-mismatch"
	@echo "  $(BIN)/harness list faults"

test: setup
	@$(BIN)/python -m pytest $(PYTEST_FLAGS)

lint: packages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# The browser is looked for each time: it may have been removed, and finding it takes no network.
setup: packages
	@$(BIN)/python -m harness.browser_setup

packages: .venv/ready

# The stamp is written last: an interrupted installation starts again.
.venv/ready: requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed (with its venv module), and none was found." >&2; \
		echo "Install one, or name it: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3" >&2; \
		exit 2; \
	fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "installing packages into .venv"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
