# `make` lists the targets. They write into .venv and .cache, and nothing outside the checkout.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
TEMPORAL_SERVER_VERSION := v1.32.1
HELM_VERSION := v3.22.0
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

MAVEN := LC_ALL=C.UTF-8 MAVEN_OPTS="-XX:-UsePerfData $$MAVEN_OPTS" mvn --quiet --batch-mode \
	-Dstyle.color=never -Dmaven.repo.local="$(CURDIR)/.cache/maven"

# The home directory may be read-only, or not there.
export PIP_CACHE_DIR ?= $(CURDIR)/.cache/pip
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo up programs test chaos check kafka object-store clients identity-provider temporal-server bench record \
	schemas lock prometheus deploy-check image helm wheel release

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

demo: .venv/.embedded ## play a day in the town, with everything embedded
	.venv/bin/sanban demo

up: .venv/.embedded ## run the whole system on this machine, with everything embedded
	.venv/bin/sanban up

install: .venv/.dev ## create a developer's environment in .venv

programs: ## say which programs the tests need and are missing (Java, Maven ...); SANBAN_INSTALL=1 installs
	@requirements/programs

test: programs install kafka object-store clients prometheus $(if $(shell command -v go),helm) $(if $(shell command -v npm),identity-provider) check ## run every check and test that a change must pass
	.venv/bin/python -m tests

chaos: install kafka temporal-server ## kill processes for five minutes, then compare; `make chaos ARGS="--seed 7"`
	.venv/bin/python -m tests.chaos $(ARGS)

check: install ## check formatting, lint, types, the direction of imports, and that docs/ and deploy/ follow the code
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m tools.contracts --check
	.venv/bin/python -m tools.pages --check
	.venv/bin/python -m tools.deploy --check
	.venv/bin/python deploy/grafana/boards.py --check

deploy-check: install prometheus $(if $(shell command -v go),helm) ## check all of deploy/ without a container engine
	.venv/bin/python -m pytest -q tests/deploy

wheel: .venv/.tools ## make the wheel, dist/sanban-VERSION-py3-none-any.whl
	.venv/bin/python -m hatchling build --target wheel --directory dist

release: install ## make a release: commit, tag, wheel, image, bill of materials; `make release VERSION=1.2.0`
	.venv/bin/python -m tools.release $(VERSION) $(ARGS)

image: install ## make the image of every process, dist/sanban-image.tar (needs Debian 12 and buildah)
	deploy/image/build

record: install ## record the stories without a history; each must always replay
	.venv/bin/python -m tests.replay.record

schemas: install ## write the contracts, the generated pages of docs/ and files of deploy/
	.venv/bin/python -m tools.contracts
	.venv/bin/python -m tools.pages
	.venv/bin/python -m tools.deploy
	.venv/bin/python deploy/grafana/boards.py

bench: .venv/.bench kafka temporal-server ## measure on production servers
	.venv/bin/python -m bench

kafka: .cache/kafka/.complete ## fetch Apache Kafka for the tests (needs Maven, and Java 17 to run)

object-store: .cache/object-store/.complete ## fetch an S3-compatible store for the tests (needs Maven, and Java 17 to run)

clients: .cache/clients/java/sanban-client.jar ## build the Java client of docs/clients for the tests (needs Maven and Java 17)

identity-provider: .cache/openid/.complete ## fetch an identity provider for the tests (needs Node.js 20 and npm)

prometheus: .cache/prometheus/.complete ## fetch promtool and amtool for the tests (needs apt-get, or Go)

helm: .cache/helm/$(HELM_VERSION) ## build helm for the tests of the chart (needs Go; takes minutes)

temporal-server: .cache/temporal/$(TEMPORAL_SERVER_VERSION) ## build the Temporal server of production (needs Go; takes minutes)

lock: .venv/.base ## write the locks again; `make lock UPGRADE=--upgrade` takes newer versions
	$(COMPILE) $(UPGRADE) requirements/tools.in -o requirements/tools.txt
	$(COMPILE) $(UPGRADE) pyproject.toml -c requirements/tools.txt -o requirements/base.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --extra embedded -c requirements/base.txt \
		-o requirements/embedded.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --extra tracing -c requirements/base.txt \
		-o requirements/tracing.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --extra embedded --extra tracing --extra dev -c requirements/tools.txt \
		-c requirements/embedded.txt -c requirements/tracing.txt -o requirements/dev.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --extra embedded --extra tracing --extra dev --extra bench \
		-c requirements/dev.txt \
		-o requirements/bench.txt

.venv/.tools: requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sanban needs Python 3.11")'
	@echo "making the environment .venv with $(PYTHON)"
	@$(PYTHON) -m venv --clear .venv || { echo "Python lacks its module venv; on Debian or Ubuntu: \
	apt-get install --yes python3-venv" >&2; exit 1; }
	@echo "installing requirements/tools.txt into .venv"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check \
		--root-user-action=ignore --require-hashes --requirement requirements/tools.txt
	@touch $@

.venv/.base: .venv/.tools requirements/base.txt pyproject.toml
	@requirements/install requirements/base.txt
	@requirements/install --project
	@touch $@

.venv/.embedded: .venv/.base requirements/embedded.txt
	@requirements/install requirements/embedded.txt
	@touch $@

.venv/.dev: .venv/.embedded requirements/dev.txt
	@requirements/install requirements/dev.txt
	@touch $@

.venv/.bench: .venv/.dev requirements/bench.txt
	@requirements/install requirements/bench.txt
	@touch $@

.cache/kafka/.complete .cache/object-store/.complete: .cache/%/.complete: tests/servers/%/pom.xml
	@command -v mvn >/dev/null || { echo "Servers of the tests come from Maven: \
	install maven and a Java 17 runtime." >&2; exit 1; }
	@echo "fetching the server $* of the tests into $(@D)"
	@rm -rf $(@D)
	@$(MAVEN) --file $< dependency:copy-dependencies \
		-DoutputDirectory="$(CURDIR)/$(@D)/libs" -DincludeScope=runtime
	@touch $@

.cache/clients/java/sanban-client.jar: docs/clients/java/pom.xml \
		$(wildcard docs/clients/java/src/main/java/sanban/*.java)
	@command -v mvn >/dev/null || { echo "The Java client is built with Maven: \
	install maven and a Java 17 JDK." >&2; exit 1; }
	@echo "building the Java client of docs/clients into .cache/clients"
	@rm -rf $(@D)
	@$(MAVEN) --file $< -Doutput="$(CURDIR)/.cache/clients/java" package
	@touch $@

.cache/openid/.complete: tests/servers/openid/package.json tests/servers/openid/package-lock.json
	@command -v npm >/dev/null || { echo "The identity provider of the tests is fetched with npm: \
	install Node.js 20 or newer." >&2; exit 1; }
	@echo "fetching an identity provider for the tests into .cache/openid"
	@rm -rf $(@D) && mkdir -p $(@D) && cp $^ $(@D)
	@cd $(@D) && npm_config_cache=$(CURDIR)/.cache/npm npm ci --silent --ignore-scripts
	@touch $@

.cache/prometheus/.complete: requirements/prometheus
	@echo "fetching promtool and amtool into .cache/prometheus"
	@$<
	@touch $@

.cache/temporal/$(TEMPORAL_SERVER_VERSION):
	@command -v go >/dev/null || { echo "The Temporal server is built from source: \
	install Go 1.26 or newer." >&2; exit 1; }
	GOPATH=$(CURDIR)/.cache/go GOCACHE=$(CURDIR)/.cache/go/build GOFLAGS=-modcacherw \
		GOBIN=$(CURDIR)/.cache/temporal go install \
		go.temporal.io/server/cmd/server@$(TEMPORAL_SERVER_VERSION) \
		go.temporal.io/server/cmd/tools/sql@$(TEMPORAL_SERVER_VERSION)
	@touch $@

.cache/helm/$(HELM_VERSION):
	@command -v go >/dev/null || { echo "helm is built from source: install Go 1.26 or newer." >&2; exit 1; }
	@echo "building helm into .cache/helm"
	@GOPATH=$(CURDIR)/.cache/go GOCACHE=$(CURDIR)/.cache/go/build GOFLAGS=-modcacherw \
		GOBIN=$(CURDIR)/.cache/helm/bin go install helm.sh/helm/v3/cmd/helm@$(HELM_VERSION)
	@touch $@
