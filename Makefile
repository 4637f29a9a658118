# The verbs of this package; `make` alone lists them. After `make setup`, plain `swift run Lesson05` and `swift test` do too.

lessons := $(shell awk -F '"' '/^  ."[0-9][0-9]", / { print "Lesson" $$2 }' Package.swift)
swift_files := Package.swift Sources Lessons Tests

# `make lesson` without a number would have make build lesson.o.
MAKEFLAGS += --no-builtin-rules

.PHONY: help setup test sanitize format lint docs weave check-pages book

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { sub(/%/, "05", $$1); printf "make %-12s %s\n", $$1, $$2 }' Makefile

lesson%: setup ## run a lesson, with ARGS: make lesson05 ARGS=--quick
	swift run Lesson$* $(ARGS)

exercise%: setup ## mark what you wrote in an exercise, with ARGS: make exercise03 ARGS=--hint
	swift run Exercise$* $(ARGS)

setup: ## install the libraries that are not there yet
	@sh .ci/setup

test: ## run the tests, with ARGS: make test ARGS='--filter Plotting'
	@sh .ci/setup cmark-gfm
	swift test $(ARGS)

# Leaks are left out: Foundation has some of its own. So is the limit on the size of a file, which stops the other sanitizer itself.
sanitize: ## run them with the sanitizers for addresses and for threads, each in a build of its own
	@sh .ci/setup cmark-gfm
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build/address $(ARGS)
	swift test --sanitize=thread --scratch-path .build/thread --skip NoRoom $(ARGS)

format: setup ## put the code into the format of .swift-format
	swift format --in-place --parallel --recursive $(swift_files)

lint: setup ## say what is not in that format
	swift format lint --strict --parallel --recursive $(swift_files)

docs: setup ## build the documentation of the libraries, and say what in it is missing
	@sh .ci/docs

weave: setup ## write the page and the figures of every lesson
	@$(call each-lesson,--weave)

check-pages: setup ## compare the page of every lesson with a new run
	@$(call each-lesson,--check-page)

# Up to pandoc 2.18 --embed-resources is --self-contained. The shell asks, for make would ask before pandoc is installed.
book: ## join the pages into one HTML file, plots/book.html
	@sh .ci/setup pandoc
	@embed=$$(pandoc --help | grep -o -e --embed-resources) || embed=--self-contained; \
	mkdir -p plots; \
	pandoc --from gfm-tex_math_dollars+rebase_relative_paths --to html5 --mathml --standalone $$embed \
	  --fail-if-warnings --template Sources/Book/book.html --css Sources/Book/book.css --lua-filter Sources/Book/book.lua \
	  --toc --toc-depth 1 --metadata pagetitle=SequenceModels --output plots/book.new.html \
	  README.md Lessons/*/README.md Sources/README.md Sources/Benchmark/README.md
	@mv plots/book.new.html plots/book.html
	@echo "The book is plots/book.html: open it in a browser."

# Goes on after a lesson that fails, and names those that did.
define each-lesson
failed=; for lesson in $(lessons); do \
  echo "swift run $$lesson $(1)"; swift run $$lesson $(1) || failed="$$failed $$lesson"; \
done; \
if test -n "$$failed"; then echo "$(1) failed in:$$failed" >&2; exit 1; fi
endef
