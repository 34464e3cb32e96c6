# eindekss: `make run` shows it, `make test` tests it; both set up what they need first.
#
#   make setup                      .venv with everything, axe-core and a Chromium
#   make run                        audit the bundled demo sites, results in out/
#   make run URL=https://…          audit one site
#   make run INSTITUTIONS=list.csv  audit a list
#     ARGS="--pages 10"             further options for eindekss
#   make test | lint | wheel | lock | clean
#
# PYTHON=python3.13 chooses the Python for .venv (3.11 or later).

PYTHON ?= python3
OUT ?= out
ARGS ?=
URL ?=
INSTITUTIONS ?=
NAME ?= $(basename $(notdir $(INSTITUTIONS)))
PYTEST_WORKERS ?= 3

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
PIP := $(BIN)/python -m pip --disable-pip-version-check
UV_VERSION := 0.13.8

.DEFAULT_GOAL := help
.PHONY: help setup run test test-pythons test-runners lint format messages wheel lock clean bench-accuracy bench-scale bench-exports bench-many chaos

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

setup: $(STAMP)
	@$(BIN)/python -m crawler.provision

# The stamp comes last: a set-up that was interrupted is taken up again where it broke off.
$(STAMP): requirements.txt pyproject.toml setup.py
	@command -v $(PYTHON) >/dev/null || { \
	  echo "eindekss needs Python 3.11 or later, and there is no $(PYTHON): install it, or name one with PYTHON=…" >&2; exit 4; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "eindekss needs Python 3.11 or later, $(PYTHON) is $$($(PYTHON) -V 2>&1): name another with PYTHON=…" >&2; exit 4; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) can't make virtual environments: install python3-venv (Debian: apt-get install python3-venv)" >&2; exit 4; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(VENV) is of an older Python: remove it and set up again" >&2; exit 4; }
	@echo "set-up: installing what requirements.txt pins" >&2
	@$(PIP) install -qq --require-hashes -r requirements.txt
	@$(PIP) install -qq --no-deps --no-build-isolation --no-index --editable .
	@touch $(STAMP)

run: export URL := $(value URL)
run: export INSTITUTIONS := $(INSTITUTIONS)
run: export NAME := $(NAME)
run: setup
ifneq ($(URL),)
	@mkdir -p $(OUT)
	@$(BIN)/eindekss check "$$URL" --format html --output $(OUT)/report.html --db sqlite:///$(OUT)/eindekss.sqlite3 $(ARGS); \
	code=$$?; echo "report: $(OUT)/report.html, evidence and database beside it" >&2; exit $$code
else ifneq ($(INSTITUTIONS),)
	@mkdir -p $(OUT)
	@$(BIN)/eindekss run "$$INSTITUTIONS" --name "$$NAME" --format html --output $(OUT)/report.html --db sqlite:///$(OUT)/eindekss.sqlite3 $(ARGS); \
	code=$$?; echo "report: $(OUT)/report.html, evidence and database beside it" >&2; exit $$code
else
	@$(BIN)/python -m demo --out $(OUT) $(ARGS)
endif

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint
	@$(BIN)/python -m tests.provision
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadfile

# The wheel with all pinned dependencies on each of Python 3.11, 3.12 and 3.13 that is there; needs PyPI.
test-pythons: setup
	$(BIN)/pytest -m pythons tests/packaging

# The GitHub action and the GitLab template, as their runners would carry them out; a minute.
test-runners: setup
	$(BIN)/pytest -m runners tests/packaging

# The tables that docs/accuracy.md holds; needs ../shared/corpora and no network.
bench-accuracy: setup
	$(BIN)/python -m bench.accuracy_sites
	$(BIN)/python -m bench.distribution
	$(BIN)/python -m bench.accuracy_rules
	$(BIN)/python -m bench.accuracy_mobile
	$(BIN)/python -m bench.accuracy_presence
	$(BIN)/python -m bench.accuracy_forms
	$(BIN)/python -m bench.accuracy_form_kinds
	$(BIN)/python -m bench.accuracy_dates
	$(BIN)/python -m bench.stability

# Brings the catalogues in step with the messages in the source; then translate what is empty.
messages: setup
	@mkdir -p .cache
	$(BIN)/pybabel -q extract -F results/locale/babel.cfg -k N_ -k ngettext:1,2 --sort-output --no-location \
	  --omit-header -o .cache/eindekss.pot cli.py crawler checks results schedules
	$(BIN)/pybabel -q update -D eindekss -i .cache/eindekss.pot -d results/locale -l lv --no-fuzzy-matching \
	  --omit-header --ignore-obsolete --ignore-pot-creation-date

# A thousand small sites from end to end, and sites an hour by engine and workers: over an hour on two cores.
bench-scale: setup
	$(BIN)/python -m bench.scale whole
	$(BIN)/python -m bench.scale scaling

# Seconds and memory of every export of a run of a thousand institutions.
bench-exports: setup
	$(BIN)/python -m bench.exports

# Seconds and memory of the commands that read and prune whole waves, at a thousand and twenty thousand institutions.
bench-many: setup
	$(BIN)/python -m bench.many

# Twenty rounds an engine of killing workers, browsers, drivers and PostgreSQL; about an hour.
chaos: setup
	$(BIN)/python -m bench.chaos

wheel: setup
	$(BIN)/python -m build --wheel --no-isolation

# The files that pip checks by hash, for every platform; needs PyPI, nothing else does.
lock:
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/python -m pip install --quiet uv==$(UV_VERSION)
	.cache/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --group dev --extra s3 pyproject.toml --output-file .cache/lock/requirements.txt
	{ echo '# Made by `make lock` from pyproject.toml; for every platform and Python >= 3.11.'; \
	  cat .cache/lock/requirements.txt; } > requirements.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
