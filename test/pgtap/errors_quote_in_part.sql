-- An error, and so the server's log, shows where a long argument begins and not all of it.
\ir fixture/round.psql
BEGIN;
SELECT plan(9);
SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');

-- how long the error of a statement is, with detail and hint
CREATE FUNCTION pg_temp.size_of_error(statement text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  message text;
  detail text;
  hint text;
BEGIN
  EXECUTE statement;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN length(concat(message, detail, hint));
END;
$$;

SELECT cmp_ok(pg_temp.size_of_error(format(s.statement, repeat('x', 100000))), '<', 1000, s.statement)
  FROM (VALUES ($$SELECT equity.accept_award(1, '%s')$$),
               ($$SELECT equity.round_id('%s')$$),
               ($$SELECT * FROM equity.explain_application(1, '%s')$$),
               ($$SELECT * FROM equity.equity_gap_by(1, ARRAY['%s'])$$),
               ($$SELECT * FROM equity.compare_policies(1, '{"%s": 1}')$$),
               ($$SELECT * FROM equity.compare_policies(1, '{"a": {"%s": 1}}')$$),
               ($$SELECT * FROM equity.simulate(1, '{"mechanism": "%s"}')$$),
               ($$SELECT equity.copy_scorecard('%s', 1, 2)$$),
               ($$SELECT equity.card_from_rows('%s', 1)$$)) AS s (statement);

SELECT * FROM finish();
ROLLBACK;
