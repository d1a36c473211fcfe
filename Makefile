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

.PHONY: demo
demo: ensure ## Import a sample, project it, extract from it, and serve it until Ctrl-C. ROWS=100000, SERVE=0 ends before.
	@eng/ensure-curl.sh
	@ROWS=$(ROWS) SERVE=$(SERVE) eng/demo.sh

.PHONY: test
test: ensure ## Run all tests, on a PostgreSQL of their own.
	@eng/ensure-curl.sh
	@eng/test.sh $(CONFIGURATION)

.PHONY: soak
soak: ensure ## Kill initial loads at random moments, program and server. SOAK_KILLS=50 SOAK_ROWS=200000 SOAK_ROUNDS=5.
	@eng/soak.sh $(CONFIGURATION)

.PHONY: lint
lint: ## Check the format and build without a warning.
	@eng/ensure-dotnet.sh
	dotnet build Cqrs.sln --configuration $(CONFIGURATION) --verbosity quiet -warnaserror
	dotnet format Cqrs.sln --verify-no-changes --no-restore

.PHONY: bench
bench: ensure ## Measure import, projection and extraction on this machine. ROWS=100000.
	@ROWS=$(ROWS) eng/bench.sh

.PHONY: clean
clean: ## Remove what was built, and the demo's data.
	rm -rf out src/*/bin src/*/obj tests/*/bin tests/*/obj
	@eng/demo.sh --clean
