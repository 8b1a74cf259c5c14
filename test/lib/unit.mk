# Builds PROGRAMS of test/unit, with the helpers there, from src/core as an ordinary program would:
# with -DFRONTEND. What it makes goes to OUT. The core and the helpers are one library that all load.

core := $(patsubst src/core/%.c,$(OUT)/core/%.o,$(wildcard src/core/*/*.c))
helpers := $(patsubst test/unit/%.c,$(OUT)/%.o,$(wildcard test/unit/helper/*.c))
headers := $(wildcard src/core/*/*.h test/unit/helper/*.h)

# -g1 has the lines that a sanitizer names.
CFLAGS = -g1 -O1 -fPIC -fwrapv -ffp-contract=off -fsanitize=$(SANITIZE) -fno-sanitize-recover=undefined $(WARNINGS)
CPPFLAGS = -DFRONTEND -DUSE_PRIVATE_ENCODING_FUNCS -DUSE_ASSERT_CHECKING -D_GNU_SOURCE -Isrc -Itest/unit -I$(shell $(PG_CONFIG) --includedir-server)
LDLIBS = -L$(shell $(PG_CONFIG) --pkglibdir) -L$(shell $(PG_CONFIG) --libdir) -lpgcommon -lpgport -lcrypto -lm

programs: $(PROGRAMS:%=$(OUT)/%)
$(PROGRAMS:%=$(OUT)/%): $(OUT)/%: $(OUT)/%.o $(OUT)/libunit.so
	gcc $(CFLAGS) -o $@ $^ -Wl,-rpath,$(OUT) $(LDLIBS)

$(OUT)/libunit.so: $(core) $(helpers)
	gcc $(CFLAGS) -shared -o $@ $^

$(OUT)/core/%.o: src/core/%.c $(headers)
	mkdir -p $(@D)
	gcc $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(OUT)/%.o: test/unit/%.c $(headers)
	mkdir -p $(@D)
	gcc $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

.PRECIOUS: $(OUT)/%.o
