# SPDX-License-Identifier: GPL-3.0-or-later
#
# One makefile for everything. What people call:
#   make run [LISTEN=127.0.0.1:9000]  install what is missing, build, serve out of ./run
#   make test                          install what the tests need, build, run every test
#   make check-http-asan | check-http-tsan   the HTTP tests against a panel built with that sanitizer
#   make faults                        every statement and every allocation of a request fails in turn
#   make soak TIME=600                 memory and descriptors over time; no CPU to be had
#   make screenshots | pictures        a picture of every page into build/screenshots; those of the README anew
#   make lint | bench | fuzz TIME=60   the checks, the measurements, the fuzzers; make format
#   make debug|release|asan|tsan|cov   build/<flavour>/vimbadmin; plain `make` is debug
#   make unit | check-<flavour>        unit and database tests only, of debug or of one flavour
#   make install DESTDIR= PREFIX=/usr  binary, manual pages, units
# Variables: O (output folder), ONLY="base conf" (these folders of src and tests/unit alone), CC (gcc or clang), WERROR=0 for packagers, CFLAGS and LDFLAGS of your own, V=1 shows commands.
#
# Everything built lives in $(O): tools/ and gen/ once, the rest per flavour. $(O)/<flavour>/libvimb.a holds all of src
# but main.c, so a test is one file and one link. Sources are found, not listed: a new file only has to be there.

SHELL := /bin/bash
.SHELLFLAGS := -ec
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:

O ?= build
PREFIX ?= /usr
LISTEN ?=
TIME ?= 60
WERROR ?= 1
ifeq ($(origin CC),default)
CC := gcc
endif
HOSTCC ?= $(CC)
FUZZCC ?= clang
VERSION := $(or $(shell git describe --tags --always 2>/dev/null),$(file <VERSION),0.1.0)
MACHINE := $(shell uname -m)

FLAVOURS := debug release asan tsan cov fuzz

# ---- libraries and flags ---------------------------------------------------------------------------------------------

PKGS := sqlite3 libmariadb libpq libsodium libcrypt libidn2 inih jansson libseccomp nettle liboath libqrencode libcurl libfido2
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS) 2>/dev/null))$(PKG_CFLAGS)
# zxcvbn has no .pc file
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS) 2>/dev/null) -lzxcvbn)$(PKG_LIBS)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wwrite-strings -Wpointer-arith \
	-Wformat=2 -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wimplicit-fallthrough \
	-Wswitch-enum -Wnull-dereference -Wdouble-promotion
WARN_gcc := -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init
warn = $(WARN) $(if $(findstring clang,$1),,$(WARN_gcc)) $(if $(filter 1,$(WERROR)),-Werror)
STD := -std=gnu17 -D_GNU_SOURCE
INC = -Isrc -I$(O)/gen
COMMON := -g -fno-common -fPIE -fstack-protector-strong -ffile-prefix-map=$(CURDIR)/=
LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack
# asks the compiler, so that one list serves both compilers, both Debians and other machines
takes = $(shell $1 -Werror $2 -x c -c /dev/null -o /dev/null 2>/dev/null && echo '$2')
HARDEN = $(eval HARDEN := $$(foreach f,-fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero,$$(call \
	takes,$(CC),$$f)))$(HARDEN)

CC_debug = $(CC)
OPT_debug := -O1 -D_FORTIFY_SOURCE=2
CC_release = $(CC)
OPT_release = -O2 -ffunction-sections -fdata-sections -D_FORTIFY_SOURCE=3 $(HARDEN)
LINK_release := -s -Wl,--as-needed -Wl,--gc-sections -Wl,-z,pack-relative-relocs
CC_asan = $(CC)
SAN_asan = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	$(if $(findstring clang,$(CC)),-fsanitize=implicit-integer-truncation)
OPT_asan = -O1 $(SAN_asan)
LINK_asan = $(SAN_asan)
CC_tsan = $(CC)
OPT_tsan := -O1 -fsanitize=thread -fno-omit-frame-pointer
LINK_tsan := -fsanitize=thread
CC_cov = $(CC)
OPT_cov := -O0 --coverage
LINK_cov := --coverage
CC_fuzz = $(FUZZCC)
SAN_fuzz := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_fuzz := -O1 $(SAN_fuzz) -fsanitize=fuzzer-no-link -DFUZZING=1
LINK_fuzz := $(SAN_fuzz)

# ---- sources ---------------------------------------------------------------------------------------------------------

# ONLY="base conf" builds and tests those folders alone, whatever state the rest is in
ONLY ?=
export ONLY
SRC := $(sort $(shell find $(or $(ONLY:%=src/%),src) -name '*.c'))
SQL := $(sort $(wildcard src/store/*.sql))
TMPL := $(sort $(wildcard src/view/*.tmpl))
SCHEMA := $(sort $(wildcard schema/*.sql))
PO := $(sort $(wildcard po/*.po))
TEXTS := $(sort $(wildcard texts/*.txt texts/*.html))
ASSET_SRC := $(sort $(wildcard assets/*))
ASSETS := $(if $(ASSET_SRC),$(addprefix $(O)/assets/,app.css app.js theme.js icons.svg favicon.svg))
GEN_H := $(SQL:src/%.sql=$(O)/gen/%_sql.h) $(TMPL:src/%.tmpl=$(O)/gen/%.h) $(O)/gen/version.h
GEN_C := $(SQL:src/%.sql=$(O)/gen/%_sql.c) $(TMPL:src/%.tmpl=$(O)/gen/%.c) $(if $(ASSETS),$(O)/gen/assets.c) \
	$(O)/gen/schema.c $(O)/gen/texts.c $(O)/gen/langs.c

TEST_C := $(sort $(shell find $(or $(ONLY:%=tests/unit/%),tests/unit tests/db tests/tools) -name 'test_*.c' 2>/dev/null))
TEST_LIB_C := $(sort $(shell find tests/unit tests/db tests/support -name '*.c' ! -name 'test_*' 2>/dev/null))
FUZZ_C := $(if $(ONLY),,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

quiet = $(if $(V),,@printf '%-7s %s\n' '$1' '$(patsubst $(O)/%,%,$@)';)

.PHONY: all $(FLAVOURS) FORCE
all: debug
FORCE:

# ---- generated sources -----------------------------------------------------------------------------------------------

.SECONDEXPANSION:
TOOL_LIBS_embed = -lsodium
TOOL_FLAGS = $(STD) $(call warn,$(HOSTCC)) -O1 -g -Isrc -Itools
$(O)/tools/%: tools/%.c $$(wildcard tools/$$*_*.c tools/$$*.h)
	$(call quiet,HOSTCC)mkdir -p $(@D); $(HOSTCC) $(TOOL_FLAGS) -o $@ $(filter %.c,$^) $(TOOL_LIBS_$*)

$(O)/gen/%_sql.c $(O)/gen/%_sql.h: src/%.sql $(O)/tools/sqlc
	$(call quiet,SQLC)mkdir -p $(@D); $(O)/tools/sqlc $< $(O)/gen/$*_sql.c $(O)/gen/$*_sql.h
$(O)/gen/%.c $(O)/gen/%.h: src/%.tmpl $(O)/tools/tmplc
	$(call quiet,TMPLC)mkdir -p $(@D); $(O)/tools/tmplc $< $(O)/gen/$*.c $(O)/gen/$*.h

$(O)/gen/schema.c: $(O)/tools/embed $(SCHEMA) $(O)/gen/.schema-list
	$(call quiet,EMBED)mkdir -p $(@D); $(O)/tools/embed schema $@ $(SCHEMA)
$(O)/gen/texts.c: $(O)/tools/embed $(TEXTS) $(O)/gen/.text-list
	$(call quiet,EMBED)mkdir -p $(@D); $(O)/tools/embed texts $@ $(TEXTS)
$(O)/po/%.mo: po/%.po
	$(call quiet,MSGFMT)mkdir -p $(@D); msgfmt --check-format -o $@ $<
$(O)/gen/langs.c: $(O)/tools/langc $(PO:%.po=$(O)/%.mo)
	$(call quiet,LANGC)mkdir -p $(@D); $(O)/tools/langc $@ $(foreach l,$(PO:po/%.po=%),$l=$(O)/po/$l.mo)
$(O)/gen/assets.c: $(O)/tools/embed $(ASSETS)
	$(call quiet,EMBED)mkdir -p $(@D); $(O)/tools/embed assets $@ $(ASSETS)

# assets are pruned by what the templates use, so templates count as their sources; these files come out of one run
$(ASSETS): $(O)/assets/.made ;
$(O)/assets/.made: $(ASSET_SRC) $(TMPL) scripts/assets.mjs package-lock.json \
		$(PO) $(wildcard src/view/*.[ch] src/web/*.[ch]) | node_modules/.made
	$(call quiet,ASSETS)mkdir -p $(@D); node scripts/assets.mjs $(@D) && touch $@
node_modules/.made: package-lock.json
	@scripts/deps npm

# files that change only when their text does: makes rebuilds follow flags, lists and versions
keep = mkdir -p $(@D); printf '%s\n' $1 | cmp -s - $@ || printf '%s\n' $1 >$@
$(O)/gen/version.h: FORCE
	@$(call keep,'#define VIMB_VERSION "$(VERSION)"')
$(O)/gen/.text-list: FORCE
	@$(call keep,'$(TEXTS)')
$(O)/gen/.schema-list: FORCE
	@$(call keep,'$(SCHEMA)')

# ---- one set of rules per flavour ------------------------------------------------------------------------------------

objs = $(patsubst $(O)/gen/%.c,$(O)/$1/obj/gen/%.o,$(filter $(O)/gen/%,$2)) \
	$(patsubst %.c,$(O)/$1/obj/%.o,$(filter-out $(O)/gen/%,$2))
flags = $(STD) $(INC) -Itests $(call warn,$(CC_$1)) $(COMMON) $(OPT_$1) $(PKG_CFLAGS) $(CFLAGS)
link = $(CC_$1) $(LINK) $(LINK_$1) $(LDFLAGS)
bins = $(patsubst %.c,$(O)/$1/%,$(TEST_C)) $(patsubst tests/fuzz/fuzz_%.c,$(O)/$1/tests/fuzz/replay_%,$(FUZZ_C))

define flavour
$(O)/$1/.flags: FORCE
	@pkg-config --exists --print-errors $(PKGS) || { echo 'libraries are missing: run scripts/deps build' >&2; exit 1; }
	@$$(call keep,'$(CC_$1) $$(call flags,$1) $$(call link,$1)')
$(O)/$1/.list: FORCE
	@$$(call keep,'$(SRC) $(GEN_C) $(TEST_LIB_C)')
$(O)/$1/obj/gen/%.o: $(O)/gen/%.c $(O)/$1/.flags | $(GEN_H)
	$$(call quiet,CC)mkdir -p $$(@D); $(CC_$1) $$(call flags,$1) -MMD -MP -c -o $$@ $$<
$(O)/$1/obj/%.o: %.c $(O)/$1/.flags | $(GEN_H)
	$$(call quiet,CC)mkdir -p $$(@D); $(CC_$1) $$(call flags,$1) -MMD -MP -c -o $$@ $$<
$(O)/$1/libvimb.a: $(call objs,$1,$(filter-out src/main.c,$(SRC)) $(GEN_C)) $(O)/$1/.list
	$$(call quiet,AR)rm -f $$@; ar qcs $$@ $$(filter %.o,$$^)
$(O)/$1/libvimbtest.a: $(call objs,$1,$(TEST_LIB_C)) $(O)/$1/.list
	$$(call quiet,AR)rm -f $$@; ar qcs $$@ $$(filter %.o,$$^)
$(O)/$1/vimbadmin: $(O)/$1/obj/src/main.o $(O)/$1/libvimb.a
	$$(call quiet,LINK)$$(call link,$1) -o $$@ $$^ $$(PKG_LIBS) -lpthread
$(O)/$1/tests/fuzz/replay_%: $(O)/$1/obj/tests/fuzz/fuzz_%.o $(O)/$1/obj/tests/fuzz/replay.o $(O)/$1/libvimb.a
	$$(call quiet,LINK)mkdir -p $$(@D); $$(call link,$1) -o $$@ $$^ $$(PKG_LIBS) -lpthread
$(O)/$1/tests/%: $(O)/$1/obj/tests/%.o $(O)/$1/libvimbtest.a $(O)/$1/libvimb.a
	$$(call quiet,LINK)mkdir -p $$(@D); $$(call link,$1) -o $$@ $$^ -lcmocka $$(PKG_LIBS) -lpthread
.PHONY: unit-bins-$1 check-$1 check-http-$1
unit-bins-$1: $(call bins,$1)
check-$1:
	@O='$(O)' MAKE='$$(MAKE)' tests/run -f $1 unit db fuzz
check-http-$1:
	@O='$(O)' MAKE='$$(MAKE)' tests/run -f $1 http
endef
$(foreach f,$(FLAVOURS),$(eval $(call flavour,$f)))
$(filter-out fuzz,$(FLAVOURS)): %: $(O)/%/vimbadmin

# the compiler of templates is no part of the panel's library
$(foreach f,$(FLAVOURS),$(eval $(O)/$f/tests/fuzz/replay_tmplc: $(call objs,$f,$(wildcard tools/tmplc_*.c))))
$(foreach f,$(FLAVOURS),$(O)/$f/obj/tests/fuzz/fuzz_tmplc.o): private CFLAGS += -Itools
$(O)/fuzz/fuzz_tmplc: $(call objs,fuzz,$(wildcard tools/tmplc_*.c))

$(O)/fuzz/fuzz_%: $(O)/fuzz/obj/tests/fuzz/fuzz_%.o $(O)/fuzz/libvimb.a
	$(call quiet,LINK)$(call link,fuzz) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) -lpthread

-include $(shell find $(O) -name '*.d' -type f 2>/dev/null)

# in front of a panel's libraries: what fails is said by tests/http/faults.test.mjs, what is tried by tests/http/intruder.test.mjs
INJECTED := $(O)/tools/preload.so $(O)/tools/intruder.so
$(O)/tools/preload.so: tests/http/lib/preload.c tests/support/fault.c tests/fault.h
$(O)/tools/intruder.so: tests/http/lib/intruder.c tests/support/cage_acts.c tests/cage_acts.h
$(O)/tools/intruder.so: private HOSTLIBS := -lcmocka
$(INJECTED): tests/http/lib/inject.c tests/http/lib/inject.h
	$(call quiet,HOSTCC)mkdir -p $(@D); $(HOSTCC) $(TOOL_FLAGS) -Itests -fPIC -shared $(PKG_CFLAGS) -o $@ $(filter %.c,$^) $(HOSTLIBS)

# ---- what people call ------------------------------------------------------------------------------------------------

TOOLS := $(patsubst tools/%.c,$(O)/tools/%,$(wildcard $(addprefix tools/,embed.c langc.c sqlc.c tmplc.c layercheck.c)))
.PHONY: tools run test unit lint bench man install clean tags dist
tools: $(TOOLS) $(INJECTED)

# the packages come first, then a make of its own: this one asked pkg-config before they were there
run:
	@scripts/deps build
	@$(MAKE) --no-print-directory -j$$(nproc) release
	@exec scripts/run $(O)/release/vimbadmin $(LISTEN)

test:
	@scripts/deps test
	@O='$(O)' MAKE='$(MAKE)' tests/run

unit: check-debug

lint:
	@scripts/deps lint
	@O='$(O)' MAKE='$(MAKE)' tests/lint/run

# for tests/lint/run: the flags that gcc and clang both take, and what must be there before anything can be parsed
LINT_FLAGS = $(STD) $(INC) -Itests -Itools $(WARN) $(PKG_CFLAGS)
.PHONY: lint-needs format
format:
	clang-format -i $$(find src tools tests -name '*.[ch]')

lint-needs: $(GEN_H) $(TOOLS)
print-%:
	@echo '$($*)'

bench:
	@scripts/deps test
	@$(MAKE) --no-print-directory -j$$(nproc) release
	@O='$(O)' VIMBADMIN='$(abspath $(O))/release/vimbadmin' tests/bench/run

# sqlmap, wapiti, slowhttptest and the OWASP core rule set against a panel of its own; ATTACK=sqlmap,slow: these alone
comma := ,
.PHONY: attack
attack:
	@scripts/deps attack
	@$(MAKE) --no-print-directory -j$$(nproc) release
	@O='$(abspath $(O))' VIMBADMIN='$(abspath $(O))/release/vimbadmin' tests/attack/run $(subst $(comma), ,$(ATTACK))

# every allocation of every kind of request fails in turn, not only some of them as in `make test`
.PHONY: faults
faults:
	@scripts/deps test
	@$(MAKE) --no-print-directory -j$$(nproc) release tools $(O)/debug/tests/unit/proc/test_cage_memory
	@FAULT_STRIDE=1 $(O)/debug/tests/unit/proc/test_cage_memory
	@O='$(abspath $(O))' TOOLS='$(abspath $(O))/tools' VIMBADMIN='$(abspath $(O))/release/vimbadmin' FAULT_STRIDE=1 node --test --test-reporter=spec tests/http/faults.test.mjs

# memory and descriptors over time, and no CPU to be had; TIME: seconds of the first
.PHONY: soak
soak:
	@scripts/deps test
	@$(MAKE) --no-print-directory -j$$(nproc) release
	@O='$(abspath $(O))' VIMBADMIN='$(abspath $(O))/release/vimbadmin' SOAK_SECONDS='$(TIME)' node --test --test-reporter=spec tests/soak/soak.test.mjs

# a picture of every page, at both widths, light and dark
.PHONY: screenshots
screenshots:
	@scripts/deps test
	@$(MAKE) --no-print-directory -j$$(nproc) release
	@rm -rf '$(O)/screenshots'
	@O='$(abspath $(O))' VIMBADMIN='$(abspath $(O))/release/vimbadmin' LOGS='$(abspath $(O))/screenshots' \
		node --test tests/browser/{pages,seldom,languages}.test.mjs >'$(O)/screenshots.log' 2>&1 || { grep -A20 '^not ok' '$(O)/screenshots.log'; exit 1; }
	@echo "$$(ls '$(O)/screenshots' | wc -l) pictures in $(O)/screenshots"

# those of the README, true to the panel as it is, with 256 colours and at most 150 KB each
.PHONY: pictures
pictures:
	@scripts/deps pictures
	@$(MAKE) --no-print-directory -j$$(nproc) release
	@O='$(abspath $(O))' VIMBADMIN='$(abspath $(O))/release/vimbadmin' LOGS='$(abspath $(O))/pictures' SCREENSHOT='$(abspath $(O))/pictures' \
		node --test --test-name-pattern='the pictures of the README' tests/browser/pages.test.mjs >'$(O)/pictures.log' 2>&1 || { grep -A20 '^not ok' '$(O)/pictures.log'; exit 1; }
	@for picture in screenshot screenshot-overview screenshot-phone; do \
		pngquant --force --strip --output docs/$$picture.png 256 '$(O)'/pictures/$$picture.png; done
	@ls -l docs/screenshot*.png
	@[ -z "$$(find docs -name 'screenshot*.png' -size +150k)" ]

fuzz: $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(FUZZ_C))
	@O='$(O)' scripts/fuzz $(TIME)

# manual pages: a line `.\" @insert config doc --mdoc` is replaced by what that command of the binary prints
MAN := $(patsubst man/%,$(O)/man/%,$(wildcard man/*.[1-8]))
man: $(MAN)
$(O)/man/%: man/% $(O)/release/vimbadmin
	$(call quiet,MAN)mkdir -p $(@D); awk -v bin='$(O)/release/vimbadmin' '/^\.\\" @insert / \
		{ sub(/^[^@]*@insert /, ""); if (system(bin " " $$0)) exit 1; next } { print; fflush() }' $< >$@

install: release man
	install -D -m 755 $(O)/release/vimbadmin $(DESTDIR)$(PREFIX)/bin/vimbadmin
	@for page in $(MAN); do install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	@for unit in $(wildcard contrib/systemd/*.service contrib/systemd/*.socket); do \
		install -D -m 644 $$unit $(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}; done

# Texts for translators, out of C and templates, into po/vimbadmin.pot, and from there into each language's file. What only commands and the
# configuration say is left out: the command line is English (docs/languages.md).
POT_C = $(filter-out $(foreach f,cli conf proc ext http job,src/$f/%) $(foreach f,archive finding postfixadmin schema seal,src/model/$f.c) \
	src/base/phpser.c src/store/job.c src/web/bearer.c $(foreach f,archive takeover postfixadmin mailconf doctor,src/svc/$f%) \
	src/db/takeover% src/db/schema% src/main.c,$(SRC))
XGETTEXT = LC_ALL=C.UTF-8 xgettext --language=C --from-code=UTF-8 --add-location=file --no-wrap --foreign-user --exclude-file=po/english.pot --keyword= --keyword=N_ \
	--keyword=op_fail:3 --keyword=op_fail_field:4 --keyword=err_add:4 --keyword=err_detail:3 --keyword=op_text:2 --keyword=call_text:2 \
	--keyword=call_printf:2 --keyword=lang_text:2 --keyword=page_text_of:3 --keyword=reply_flash:3 --keyword=page_plural:2,3 \
	--keyword=op_plural:2,3 --keyword=lang_plural:2,3
PO_DIR ?= po
.PHONY: pot
pot: $(GEN_H)
	@$(XGETTEXT) -o $(O)/all.pot $(POT_C) $(TMPL:src/%.tmpl=$(O)/gen/%.c) 2>$(O)/pot.log || { cat $(O)/pot.log; exit 1; }
	@{ printf '# SPDX-License-Identifier: GPL-3.0-or-later\n'; sed -e '1,/^msgid ""/{/^#/d}' -e '1,/^$$/{/^"[A-Z][A-Za-z-]*: /{/Content-T/!d}}' $(O)/all.pot; } >$(PO_DIR)/vimbadmin.pot
	@for po in $(PO:po/%=$(PO_DIR)/%); do msgmerge -q --update --backup=none --no-wrap --add-location=file --no-fuzzy-matching $$po $(PO_DIR)/vimbadmin.pot; \
		echo "$$po: $$(LC_ALL=C msgfmt --statistics -o /dev/null $$po 2>&1)"; done

tags:
	ctags -R src tools tests

dist:
	mkdir -p $(O) && git archive --prefix=vimbadmin-$(VERSION)/ \
		--add-virtual-file=vimbadmin-$(VERSION)/VERSION:$(VERSION) -o $(O)/vimbadmin-$(VERSION).tar.gz HEAD

clean:
	rm -rf $(O)
