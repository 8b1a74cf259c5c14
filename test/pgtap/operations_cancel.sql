-- An operation that is cancelled in the middle leaves everything as it was: a trigger makes the
-- moment certain, after the rows are written and before the operation ends.
\ir fixture/round.psql
SELECT plan(9);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'close');

CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
CREATE TRIGGER linger AFTER INSERT ON equity.assessment FOR EACH STATEMENT EXECUTE FUNCTION linger();
CREATE TRIGGER linger AFTER INSERT ON equity.placement FOR EACH STATEMENT EXECUTE FUNCTION linger();
CREATE TRIGGER linger AFTER INSERT ON equity.award FOR EACH STATEMENT EXECUTE FUNCTION linger();

\set ON_ERROR_STOP 0
SET statement_timeout = '300ms';
SELECT * FROM equity.score_round(1);
\set state :SQLSTATE
RESET statement_timeout;
\set ON_ERROR_STOP 1
SELECT is(:'state'::text, '57014', 'score_round is cancelled');
SELECT is((SELECT status FROM equity.round), 'closed', 'the round is still closed');
SELECT is_empty('SELECT * FROM equity.assessment', 'nobody is assessed');

ALTER TABLE equity.assessment DISABLE TRIGGER linger;
SELECT * FROM equity.score_round(1);
\set ON_ERROR_STOP 0
SET statement_timeout = '300ms';
SELECT * FROM equity.allocate_round(1);
\set state :SQLSTATE
RESET statement_timeout;
\set ON_ERROR_STOP 1
SELECT is(:'state'::text, '57014', 'allocate_round is cancelled');
SELECT is((SELECT status FROM equity.round), 'scored', 'the round is still scored');
SELECT is_empty(
  'SELECT run_id FROM equity.allocation_run UNION ALL SELECT run_id FROM equity.placement',
  'no run and no placement is left');

ALTER TABLE equity.placement DISABLE TRIGGER linger;
SELECT * FROM equity.allocate_round(1);
SELECT * FROM equity.verify_run(newest_run(1));
\set ON_ERROR_STOP 0
SET statement_timeout = '300ms';
SELECT equity.publish_run(newest_run(1));
\set state :SQLSTATE
RESET statement_timeout;
\set ON_ERROR_STOP 1
SELECT is(:'state'::text, '57014', 'publish_run is cancelled');
SELECT is((SELECT status FROM equity.round), 'verified', 'the round is still verified');
SELECT is_empty(
  'SELECT award_id FROM equity.award UNION ALL SELECT award_id FROM equity.award_event',
  'no award is left');

SELECT * FROM finish();
