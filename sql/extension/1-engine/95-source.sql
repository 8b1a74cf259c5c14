-- The rows of a caller's query as texts, for operations that read a file which somebody has put into a
-- table. The query runs with the caller's rights, read-only, and with the search_path that is passed on,
-- because an operation has its own; what it gave can then be read with other rights, by whoever the
-- transaction is.

-- Errors: 42601 not one SELECT, and those of the query.
CREATE FUNCTION equity_internal.keep_source(source text, search_path text) RETURNS void
  LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
  AS 'MODULE_PATHNAME', 'equity_keep_source';

COMMENT ON FUNCTION equity_internal.keep_source(text, text) IS
  'Runs a query and keeps its rows, in the place of those kept before, until the transaction or a part of it ends.';

-- Errors: 55000 no rows are kept.
CREATE FUNCTION equity_internal.source_size() RETURNS bigint
  LANGUAGE c VOLATILE PARALLEL UNSAFE
  AS 'MODULE_PATHNAME', 'equity_source_size';

COMMENT ON FUNCTION equity_internal.source_size() IS
  'How many rows are kept.';

CREATE FUNCTION equity_internal.drop_source() RETURNS void
  LANGUAGE c VOLATILE PARALLEL UNSAFE
  AS 'MODULE_PATHNAME', 'equity_drop_source';

COMMENT ON FUNCTION equity_internal.drop_source() IS
  'Forgets the rows that are kept.';

-- Errors: 55000 no rows are kept.
CREATE FUNCTION equity_internal.source_columns() RETURNS TABLE ("position" integer, heading text, type text)
  LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 20
  AS 'MODULE_PATHNAME', 'equity_source_columns';

COMMENT ON FUNCTION equity_internal.source_columns() IS
  'The columns of the query whose rows are kept: position, name and type.';

-- Called with a column definition list: a bigint, the number of the row in the query's order, and a text
-- for each position. Errors: 55000 no rows are kept.
CREATE FUNCTION equity_internal.source_rows(positions integer[]) RETURNS SETOF record
  LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 100000
  AS 'MODULE_PATHNAME', 'equity_source_rows';

COMMENT ON FUNCTION equity_internal.source_rows(integer[]) IS
  'The rows that are kept, numbered from 1, with the columns at these positions as text.';

CREATE FUNCTION equity_internal.word_distance(one text, other text) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_word_distance';

COMMENT ON FUNCTION equity_internal.word_distance(text, text) IS
  'How many letters have to be changed, put in or left out to make one text of the other (Levenshtein 1966).';
