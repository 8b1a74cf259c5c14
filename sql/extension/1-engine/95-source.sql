-- The rows of a caller's query as texts, for operations that read a file which somebody has put into a
-- table. The query runs with the caller's rights, read-only, and with the search_path that is passed on,
-- because an operation has its own.

-- Errors: 42601 not one SELECT, and those of the query.
CREATE FUNCTION equity_internal.source_columns(source text, search_path text) RETURNS TABLE ("position" integer, heading text, type text)
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 20
  AS 'MODULE_PATHNAME', 'equity_source_columns';

COMMENT ON FUNCTION equity_internal.source_columns(text, text) IS
  'The columns of a query, which is not run: position, name and type.';

-- Called with a column definition list: a bigint, the number of the row in the query's order, and a text
-- for each position.
CREATE FUNCTION equity_internal.source_rows(source text, search_path text, positions integer[]) RETURNS SETOF record
  LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 100000
  AS 'MODULE_PATHNAME', 'equity_source_rows';

COMMENT ON FUNCTION equity_internal.source_rows(text, text, integer[]) IS
  'The rows of a query, numbered from 1, with the columns at these positions as text.';

CREATE FUNCTION equity_internal.word_distance(one text, other text) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_word_distance';

COMMENT ON FUNCTION equity_internal.word_distance(text, text) IS
  'How many letters have to be changed, put in or left out to make one text of the other (Levenshtein 1966).';
