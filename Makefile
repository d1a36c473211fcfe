# The project's commands. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
CONFIGURATION := Release
ROWS ?= 100000
SERVE ?= 1
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1

.PHONY: help
help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: ensure
ensure:
	@eng/ensure-dotnet.sh
	@eng/ensure-postgres.sh

.PHONY: ensure-node
ensure-node:
	@eng/ensure-node.sh

.PHONY: demo
demo: ensure ## Import a sample, project it, extract from it, and serve it until Ctrl-C. ROWS=100000, SERVE=0 ends before.
	@eng/ensure-curl.sh
	@ROWS=$(ROWS) SERVE=$(SERVE) eng/demo.sh

.PHONY: test
test: ensure ensure-node ## Run all tests, on a PostgreSQL of their own.
	@eng/ensure-curl.sh
	@eng/ensure-redis.sh
	@eng/test.sh $(CONFIGURATION)

.PHONY: soak
soak: ensure ## Kill loads, rollbacks and projecting processes at random moments. SOAK_KILLS=50 SOAK_ROLLBACK_KILLS=20 SOAK_LEADERS=30 SOAK_ROWS=200000.
	@eng/soak.sh $(CONFIGURATION)

.PHONY: lint
lint: ## Check the format and build without a warning.
	@eng/ensure-dotnet.sh
	dotnet build Cqrs.sln --configuration $(CONFIGURATION) --verbosity quiet -warnaserror
	dotnet format Cqrs.sln --verify-no-changes --no-restore

.PHONY: bench
bench: ensure ## Measure this machine, each figure beside its limit or naive form. ROWS=100000, ONLY=queue,http.
	@ROWS=$(ROWS) eng/bench.sh run

.PHONY: bench-diff
bench-diff: ## Compare the last run with the last committed results of its size, by ratio.
	@eng/bench.sh diff

.PHONY: bench-keep
bench-keep: ## Make the last run the one to compare with: benchmarks/results.
	@eng/bench.sh keep

.PHONY: numbering
numbering: ensure-node ## Write the table of all regions' numbers anew, from the npm package that eng/numbering/package.json names.
	@eng/numbering.sh

.PHONY: docs
docs: ## Make docs/configuration.md from the doc comments of the settings.
	@eng/ensure-dotnet.sh
	./padron settings --markdown > docs/configuration.md.new && mv docs/configuration.md.new docs/configuration.md

.PHONY: clean
clean: ## Remove what was built, and the demo's data.
	rm -rf out src/*/bin src/*/obj tests/*/bin tests/*/obj benchmarks/bin benchmarks/obj
	@eng/demo.sh --clean
