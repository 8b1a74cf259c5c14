CREATE FUNCTION equity.allocate(
  applications text,
  pools text,
  reserves text DEFAULT NULL,
  caps text DEFAULT NULL,
  mechanism text DEFAULT 'deferred_acceptance',
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT applicant_id bigint,
  OUT pool_id bigint,
  OUT choice integer,
  OUT seat text,
  OUT tier integer,
  OUT score numeric
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10000
  AS 'MODULE_PATHNAME', 'equity_allocate';

COMMENT ON FUNCTION equity.allocate(text, text, text, text, text, text, text) IS
  'Gives the seats of pools to applicants by deferred acceptance: a row for each admitted applicant, in the order of their ids. applications is a query with applicant_id, pool_id, choice (0 and up, smaller is preferred), score (more is better; integer, numeric or double precision) and optionally tie (smaller wins, NULL last); pools is a query with pool_id and seats (0 and up). Columns are found by name; the queries run with the caller''s rights and search_path and may only read. A pool ranks by score descending, tie ascending, lottery ascending, applicant id. tie_break: lottery, lottery_per_pool (both need a seed) or strict (an error when a tie stands at a cut-off). seat is open, tier 0, score that of the application. Errors: 22004 NULL, 22023 a value out of range, NaN or a missing seed, 23505 an applicant, pool or choice twice, 23503 an unknown pool, 42703 and 42804 a column missing or of a wrong type, 53400 more memory than equity.max_memory; 0A000 for reserves, caps and other mechanisms.';
