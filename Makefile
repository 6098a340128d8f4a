# make demo      test the shop that is shipped, after setting up what is needed
# make test      the tests
# make lint      style and types
# make setup     .venv with pinned packages, and a browser if there is none
# make sample    reports/sample again, the report of a broken shop that is kept in git
# make accuracy  docs/accuracy.md again: mistakes seeded into all scenarios' recordings, and how many are found
# make docs      the documentation site, into site/; it needs no network
# make bench     what testing costs, into benches/results.md; takes some minutes
# make clean     everything that was made here, but not the reports

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := demo
.DELETE_ON_ERROR:

# The first Python that is new enough and makes environments whole (Debian packs ensurepip apart); PYTHON=... chooses
# another one.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	if $$each -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$each; break; fi; done)
# Two tests at a time: most wait for a browser more than they compute.
PYTEST_FLAGS ?= -n 2

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint docs accuracy bench setup packages sample clean

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

# The generator's own advertisement for its successor is no news of ours.
docs: packages
	@$(BIN)/python -m reference
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "site/index.html"

accuracy: setup
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	$(BIN)/harness run scenarios --lists own --profile none --profile ublock --workers 2 --out "$$work" >/dev/null; \
	$(BIN)/harness accuracy "$$work" --out docs/accuracy.md >/dev/null

bench: setup
	@$(BIN)/python -m benches

# The browser is looked for each time: it may have been removed, and finding it takes no network.
setup: packages
	@$(BIN)/python -m harness.browser_setup

packages: .venv/ready

# The stamp is written last: an interrupted installation starts again.
.venv/ready: requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed (with its venv module), and none was found." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3 python3-venv" >&2; \
		echo "Install one, or name it: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3" >&2; \
		exit 2; \
	fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "installing packages into .venv (some minutes on a slow line)"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Rendered from the result alone, so without pictures. The shop is broken, so exit code 1 is what we want.
sample: setup
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; mkdir "$$work/result"; \
	code=0; $(BIN)/harness demo --wiring direct --lists own --fault event-id-mismatch --fault email-untrimmed \
		--vendor meta --vendor google-ads --vendor teads --vendor tiktok \
		--out "$$work/demo" || code=$$?; test $$code -eq 1; \
	cp "$$work/demo/result.json" "$$work/result/"; \
	$(BIN)/harness report "$$work/result/result.json" --out reports/sample --client "Corner Shop" \
		--theme docs/themes/example >/dev/null; \
	cd reports/sample; rm junit.xml results.sarif findings.jsonl gl-code-quality.json

clean:
	@rm -rf site .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
