# Two commands do everything on a fresh machine with Go, Node's npm and make:
#   make demo    the main job, offline, on invented pages
#   make test    every check that a change must pass
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

LINT_VERSION := v2.15.0
GO_SOURCES   := $(shell git ls-files -co --exclude-standard -- '*.go' '*.sql' '*.yaml' '*.csv' '*.tsv' '*.tmpl' 'report/web/*' go.mod go.sum)
ENGINE       := schema/engine/node_modules/.package-lock.json

export CGO_ENABLED := 0

.PHONY: help
help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: demo
demo: build engine ## Crawl a republic of invented bodies and show what comes out
	@bin/qulaq demo

.PHONY: build
build: bin/qulaq ## Build bin/qulaq

bin/qulaq: $(GO_SOURCES)
	go build -trimpath -o $@ .

.PHONY: engine
engine: $(ENGINE) ## Install the storage engine (ClickHouse as a library) through npm

$(ENGINE): schema/engine/package.json schema/engine/package-lock.json
	npm ci --prefix schema/engine --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: test
test: build engine lint ## Lint, vet and test: what a change must pass
	go vet ./...
	go vet -tags long,crash,browser ./...
	go test -timeout 20m ./...

.PHONY: test-long
test-long: build engine ## The slow tests: simulations, races, fuzzing (an hour)
	CGO_ENABLED=1 go test -race -timeout 60m ./...
	go test -tags long -timeout 120m ./...
	./scripts/fuzz.sh 60s

.PHONY: browser-test
browser-test: ## Drive the dashboard in headless Chromium, with axe on every page
	npm ci --prefix report/web/browsertest --ignore-scripts --no-audit --no-fund
	go test -tags browser -run TestBrowser -v -count=1 ./report/web

.PHONY: client-test
client-test: engine ## Ask the SQL endpoint by clickhouse-go, curl and the JavaScript client
	npm ci --prefix schema/endpoint/clienttest --ignore-scripts --no-audit --no-fund
	go test -run TestEndpoint -v -count=1 ./schema/endpoint

.PHONY: crash-test
crash-test: build engine ## Kill a crawl KILLS times (200) and compare it with an undisturbed one
	KILLS=$(or $(KILLS),200) go test -tags crash -run TestCrash -v -count=1 -timeout 120m ./jobs/command

.PHONY: check-truth
check-truth: build engine ## Hold the measurement against the truth on SEEDS (20) republics
	for seed in $$(seq 1 $(or $(SEEDS),20)); do bin/qulaq -q demo --check --seed $$seed --load 6 --grace 21 --dir data/check > data/check-$$seed.txt || exit 1; echo "seed $$seed holds"; done

.PHONY: bench
bench: engine ## Speed beside a plain program, colly and Scrapy, and stage by stage (15 minutes)
	go build -trimpath -o bin/bench/ ./bench/...
	bin/bench/bench $(BENCH)
	go test -run '^$$' -bench Stage -benchtime 0.5s ./bench

.PHONY: bench-all
bench-all: engine ## Every Go benchmark, for benchstat
	go test -run '^$$' -bench . -benchmem -count $(or $(COUNT),6) ./...

.PHONY: bench-analytics
bench-analytics: engine ## Ask rankings, series, curves and every page of NEEDS (10,000,000) generated needs, kept in FOLDER for the next time
	NEEDS=$(or $(NEEDS),10000000) FOLDER=$(FOLDER) go test -run '^$$' -bench Analytics -benchtime 20x -timeout 60m ./jobs

.PHONY: bench-replay
bench-replay: engine ## Replay archives of PAGES (100,000), a tenth and a hundredth: is it linear?
	go build -trimpath -o bin/bench/ ./bench/replay
	bin/bench/replay -pages $(or $(PAGES),100000) $(BENCH)

.PHONY: bench-scale
bench-scale: engine ## Watch the republic at three sizes and for three lengths of time: what grows how
	go build -trimpath -o bin/bench/ ./bench/scale
	bin/bench/scale $(BENCH)

.PHONY: lint
lint: bin/golangci-lint ## Lint, with the rules of who may import whom
	bin/golangci-lint run ./...

bin/golangci-lint: Makefile
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@touch $@

.PHONY: clean
clean: ## Remove what was built and the demo's data
	rm -rf bin data/demo
