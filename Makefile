# `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DEMO_HOME ?= .home/demo
PLUGINS ?= $(CURDIR)/.home/plugins
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
KERNEL := src/bacasable/privacy/redaction/kernel

# Tests start hundreds of processes; where this is set, as in many containers, each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install lock demo plugins demo-reset test test-python-redaction check bench system-deps messages ui reference wheel spark

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

$(VENV)/.installed: requirements.lock pyproject.toml | $(UV)
	VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --editable .
	touch $@

install: $(VENV)/.installed ## create or refresh the environment (.venv) from the lock, and the kernel of redaction
	@$(BIN)/python $(KERNEL)/building.py --if-stale

lock: | $(UV) ## write requirements.lock and requirements-spark.lock from pyproject.toml
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --extra all --extra dev pyproject.toml -o requirements.lock
	$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['spark'], sep='\n')" | \
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --constraint requirements.lock - -o requirements-spark.lock

# Apart from the lock of all: 450 MB that only a cluster, and one test, need.
spark: install ## add PySpark to the environment, for the test that runs the core job on it
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes --requirement requirements-spark.lock

demo: install plugins ## serve the demonstration: make demo PORT=8000 HOST=127.0.0.1
	PYTHONPATH=$(PLUGINS) $(BIN)/bacasable --home $(DEMO_HOME) demo --host $(HOST) --port $(PORT)

# Not in .venv: an authority, which the tests are, refuses to start beside code of others.
plugins: | $(UV) ## build the services of examples/ for the demonstration, apart from .venv
	@rm -rf $(PLUGINS)
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --no-cache --target $(PLUGINS) ./examples/meeting_rooms

demo-reset: ## forget the demonstration's data
	rm -rf $(DEMO_HOME)

test: install ## run every test that this machine can run, services apart, then those of the database on PostgreSQL
	@status=0; \
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS) || status=1; \
	BACASABLE_DEPLOYMENT=service $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS) tests/services tests/repository/test_declared_fields.py tests/repository/test_declared_places.py || status=1; \
	$(BIN)/python -m tests.run_postgresql -n 2 --dist loadfile --no-loadscope-reorder $(ARGS) || status=1; \
	exit $$status

test-python-redaction: install ## test redaction where its kernel in C is not built
	BACASABLE_KERNEL=0 $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder tests/unit/test_redaction_*.py

check: install ## lint, types, storeys, templates, migrations, lock, translations, reference
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint src
	home=$$(mktemp -d); mkdir $$home/data; BACASABLE_HOME=$$home $(BIN)/python -m django makemigrations --check --dry-run --settings tests.every_app
	$(BIN)/python -m bacasable.ui.catalogues check
	$(BIN)/python -m bacasable.portal.reference check
	@cp requirements.lock $(VENV)/lock-before && \
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --extra all --extra dev pyproject.toml -o $(VENV)/lock-before && \
	grep -v '^#' $(VENV)/lock-before | cmp -s - <(grep -v '^#' requirements.lock) || { echo "requirements.lock is not that of pyproject.toml: run 'make lock'"; exit 1; }

bench: install ## run one benchmark: make bench NAME=deposit_rush [FULL=1]
	@test -n "$(NAME)" || { echo "make bench NAME=...; one of:"; ls benchmarks/*.py | xargs -n1 basename -s .py; exit 1; }
	FULL=$(FULL) $(BIN)/python -m benchmarks.$(NAME)

system-deps: ## install on Debian, as root, the programs that some tests use
	apt-get install --yes --no-install-recommends chromium dovecot-imapd fonts-liberation gcc gettext libc6-dev mosquitto openjdk-17-jre-headless poppler-utils postgresql postgresql-client python3-dev

messages: install ## gather the strings to translate
	$(BIN)/python -m bacasable.ui.catalogues gather

reference: install ## write docs/reference from the code
	$(BIN)/python -m bacasable.portal.reference write

ui: ## build the vendored styles and scripts anew (needs Node)
	cd frontend && npm ci && npm run build

wheel: install ## build dist/*.whl
	$(UV) build --quiet --wheel --out-dir dist .
