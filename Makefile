# Needs Python 3.11 or newer, git and make. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo check test test-slow test-peers test-browser test-stores mutants walk docs lint package bench bench-small acceptance acceptance-definitions acceptance-small clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-16s %s\n", $$1, $$2}'

# An editable install sees changed sources; only a changed pyproject.toml needs a new one.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	@echo "Installing onepath into $(VENV)"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed pyproject.toml
	@echo "Installing the development tools into $(VENV)"
	@$(PIP) install --editable '.[dev]'
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed-dev pyproject.toml
	@$(PIP) install --editable '.[bench]'
	@touch $@

$(VENV)/installed-mutants: $(VENV)/installed-dev pyproject.toml
	@$(PIP) install --editable '.[mutants]'
	@touch $@

$(VENV)/installed-docs: $(VENV)/installed-dev pyproject.toml
	@$(PIP) install --editable '.[docs]'
	@touch $@

$(VENV)/installed-package: $(VENV)/made
	@$(PIP) install build check-wheel-contents twine
	@touch $@

demo: $(VENV)/installed ## Migrate a small fragmented repository, in .demo/
	@$(BIN)/python fixtures/build_demo.py $(DEMO)
	@echo; echo "== migrate --dry-run: what would change, and a summary"
	@$(BIN)/migrate --repo $(DEMO) --dry-run
	@echo; echo "== migrate apply: a branch for each phase"
	@$(BIN)/migrate --repo $(DEMO) apply
	@echo; echo "== The branches"
	@git -C $(DEMO) --no-pager log --graph --oneline --decorate --all

check: lint test ## Everything that must pass

# Hundreds of tests start a process of their own: each would compile what it loads where Python is
# told to write nothing down (PYTHONDONTWRITEBYTECODE), and in the first minutes anywhere.
test: $(VENV)/installed-dev ## Run the tests
	@$(BIN)/python -m compileall -q engine codemods cli
	@$(BIN)/python -m pytest -n 2 -q

test-slow: $(VENV)/installed-dev ## Run the tests that take minutes
	@$(BIN)/python -m pytest -q -m slow

test-peers: $(VENV)/installed-dev ## Run the suites of other tools, from their releases
	@$(BIN)/python -m pytest -q -m peers

test-browser: $(VENV)/installed-dev ## Open the report in a headless Chromium, which must be there
	@$(PIP) install --editable '.[browser]'
	@$(BIN)/python -m pytest -q -m browser

test-stores: $(VENV)/installed-dev ## Share facts by a server that speaks S3
	@$(PIP) install --editable '.[stores]'
	@$(BIN)/python -m pytest -q -m slow tests/facts/store

mutants: $(VENV)/installed-mutants ## List small changes of the code that no near test notices
	@nice $(BIN)/python -m tests.mutants.run $(MUTANTS)

walk: $(VENV)/installed-dev ## Walk through a migration of the demo again, into docs/walk.md
	@$(BIN)/python -m tests.walk.record docs/walk.md

docs: $(VENV)/installed-docs ## Build the documentation as a site, in .docs/
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs .docs
	@echo ".docs/index.html"

lint: $(VENV)/installed-dev ## Check style, types and layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@MYPYPATH=benchmarks:benchmarks/acceptance $(BIN)/mypy benchmarks/*.py
	@MYPYPATH=benchmarks/synthetic $(BIN)/mypy benchmarks/synthetic/*.py
	@MYPYPATH=benchmarks/acceptance $(BIN)/mypy benchmarks/acceptance/*.py
	@$(BIN)/mypy docs/reference.py
	@$(BIN)/lint-imports

package: $(VENV)/installed-package ## Build the wheel and the sdist into dist/, and check them
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist
	@$(BIN)/twine check --strict dist/*
	@$(BIN)/check-wheel-contents dist/*.whl

bench: $(VENV)/installed-bench ## Measure onepath beside its peers, into benchmarks/RESULTS.md
	@$(BIN)/python benchmarks/run.py --files 1000 --files 10000 --libcst-files 20 --write benchmarks/RESULTS.md

bench-small: $(VENV)/installed-dev ## Count the instructions of a plan and an audit, and compare them
	@$(BIN)/python benchmarks/instructions.py

ACCEPTANCE := $(BIN)/python benchmarks/acceptance --cache build/acceptance

acceptance: $(VENV)/installed-dev ## Migrate 61 public packages and look for damage; takes hours
	@$(ACCEPTANCE) --report docs/acceptance.md

acceptance-definitions: $(VENV)/installed-dev ## Rename and move definitions and modules of ten small packages
	@$(ACCEPTANCE) --only-definitions --report docs/acceptance-definitions.md --only \
		cachetools itsdangerous h11 cssselect toolz tinydb sqlparse humanize marshmallow mistune

SMALL := attrs marshmallow
acceptance-small: $(VENV)/installed-dev ## The same for two of them, for CI
	@$(ACCEPTANCE) --only $(SMALL)

clean: ## Remove what the other targets made
	rm -rf $(VENV) $(DEMO) build dist
