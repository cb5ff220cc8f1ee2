# make run    the product on this machine, with nothing but Python to begin with
# make test   all checks
# make install is the set-up that both begin with.
# make chaos  2,000 cases while every part is killed: nothing lost, nothing done twice
# make soak   20 minutes of steady work: no growth of memory or latency

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Where an image forbids compiled modules, every start of a process would compile the product anew.
export PYTHONDONTWRITEBYTECODE =

# Node 20 or newer if there is one, else the Node that PyPI carries.
NODE_OK := $(shell node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
ifeq ($(NODE_OK),yes)
NODE_READY :=
NODE := node
NPM := npm
else
NODE_READY := $(VENV)/.node
NODE := $(CURDIR)/$(BIN)/node
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(CURDIR)/$(BIN)/npm
endif

FRONT_END := static/build.mjs $(shell find static/src static/css -type f 2>/dev/null) engine/bpmn/work.json

.PHONY: run install test texts lint types templates frontend migrations chromium pytest pictures fuzz fuzz-models chaos soak bench operations lock clean

run: install
	$(BIN)/backoffice up $(ARGS)

install: $(VENV)/.installed static/dist/manifest.json

test: install $(VENV)/.tested lint types templates frontend migrations pytest

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python requirements/build.txt requirements/run.txt pyproject.toml
	$(BIN)/pip install -q --require-hashes -r requirements/build.txt
	$(BIN)/pip install -q --require-hashes -r requirements/run.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.tested: $(VENV)/.installed requirements/test.txt
	$(BIN)/pip install -q --require-hashes -r requirements/test.txt
	touch $@

# What large installations add: traces over OTLP, history as Parquet.
operations: install
	$(BIN)/pip install -q --require-hashes -r requirements/operations.txt

$(VENV)/.node: $(BIN)/python requirements/node.txt
	$(BIN)/pip install -q --require-hashes -r requirements/node.txt
	touch $@

node_modules/.installed: package.json package-lock.json $(NODE_READY)
	$(NPM) ci --silent --ignore-scripts --no-audit --no-fund
	touch $@

static/dist/manifest.json: node_modules/.installed $(FRONT_END)
	$(NODE) static/build.mjs

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tested
	$(BIN)/mypy

templates: $(VENV)/.tested
	$(BIN)/djlint --quiet --check web screens designer api --extension html
	$(BIN)/djlint --quiet --lint web screens designer api --extension html

frontend: node_modules/.installed
	node_modules/.bin/eslint static/src tests/frontend static/build.mjs
	$(NODE) --test tests/frontend/*.test.js

# What the product says goes into the catalogues of all languages: docs/guides/languages.md
texts: install
	$(BIN)/python -m translations.collect

migrations: $(VENV)/.tested
	$(BIN)/python -m tests.migrations

chromium: $(VENV)/.tested
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
	  $(BIN)/playwright install chromium

pytest: $(VENV)/.tested chromium
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

pictures: $(VENV)/.tested
	BACKOFFICE_PICTURES=docs/pictures $(BIN)/python -m pytest tests/browser/test_pages.py tests/browser/test_designer_trial.py

fuzz: install
	$(BIN)/python -m tests.core.feel.fuzz $(or $(ARGS),100000)

chaos: $(VENV)/.tested
	$(BIN)/python -m tests.chaos $(ARGS)

soak: $(VENV)/.tested
	$(BIN)/python -m tests.chaos.soak $(ARGS)

fuzz-models: install
	nice -n 19 $(BIN)/python -m tests.engine.bpmn.fuzz $(or $(ARGS),100000)

bench: install
	$(BIN)/python benchmarks/main_job.py

lock:
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --no-emit-index-url requirements/build.in -o requirements/build.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --no-emit-index-url pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --no-emit-index-url pyproject.toml --extra operations -c requirements/run.txt -o requirements/operations.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --no-emit-index-url pyproject.toml --extra test -c requirements/run.txt -o requirements/test.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --no-emit-index-url requirements/node.in -o requirements/node.txt

clean:
	rm -rf $(VENV) node_modules static/dist .pytest_cache .mypy_cache .ruff_cache
