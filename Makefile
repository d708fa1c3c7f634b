# Each target sets up what it needs in .venv, with the versions locked in constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint docs bench lock clean help

help:
	@echo "make demo   simulate the reported programme and write demo/report.html"
	@echo "make test   run the tests"
	@echo "make lint   ruff, mypy and the layer contract"
	@echo "make docs   regenerate the generated pages in docs/"
	@echo "make bench  measure the engine; writes docs/performance.md"
	@echo "make lock   resolve every dependency anew into constraints.txt"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[test,sbml,sbol,cluster]'
	@touch $@ $(VENV)/.run

$(VENV)/.lint: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[lint]'
	@touch $@ $(VENV)/.run

$(VENV)/.bench: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[test,sbml,cluster,bench]'
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run
	$(BIN)/vein2vein run --out demo
	@echo "Open demo/report.html"

test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.test
	$(BIN)/python docs/generate.py

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks --million

lock:
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --quiet --editable '.[test,lint,sbml,sbol,cluster,bench]'
	.venv-lock/bin/python -m pip list --format=freeze --exclude-editable \
		| grep -vE '^(pip|setuptools|wheel)=' | LC_ALL=C sort -f > constraints.txt
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .venv-lock demo
