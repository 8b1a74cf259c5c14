-- Ways round a level, each tried by the role itself: functions that tell what they are given, errors that
-- would, statistics, settings, objects of the same name, and text where the extension expects data.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(36);

SELECT make_levels();
SELECT run_as_far(1, 'score');
CREATE SCHEMA regress_trap;
GRANT ALL ON SCHEMA regress_trap TO PUBLIC;
CREATE TABLE regress_trap.told (value text);
GRANT ALL ON regress_trap.told TO PUBLIC;
ANALYZE equity.household, equity.applicant, equity.applicant_identity;

-- an officer of B, who may see 31 to 60
SET LOCAL SESSION AUTHORIZATION regress_officer_b;
CREATE FUNCTION regress_trap.tell(value anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
  INSERT INTO regress_trap.told VALUES (value::text);
  RETURN true;
END $$;
CREATE FUNCTION regress_trap.same(bigint, bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
  INSERT INTO regress_trap.told VALUES ($1), ($2);
  RETURN true;
END $$;
CREATE OPERATOR regress_trap.=== (FUNCTION = regress_trap.same, LEFTARG = bigint, RIGHTARG = bigint);
SELECT count(*) FROM equity.applicant WHERE regress_trap.tell(applicant_id) \g /dev/null
SELECT count(*) FROM equity.applicant_identity WHERE regress_trap.tell(applicant_id) AND identity ~ '1' \g /dev/null
SELECT count(*) FROM equity.application_facts WHERE regress_trap.tell(applicant_id)
    AND regress_trap.tell(monthly_income) \g /dev/null
SELECT count(*) FROM equity_internal.own_applicant WHERE regress_trap.tell(applicant_id) \g /dev/null
SELECT count(*) FROM equity.choice WHERE applicant_id OPERATOR(regress_trap.===) 1 \g /dev/null
SELECT count(*) FROM equity.allocation_input WHERE regress_trap.tell(applicant_id) \g /dev/null
CREATE VIEW regress_trap.mine AS SELECT * FROM equity.household WHERE regress_trap.tell(applicant_id);
SELECT count(*) FROM regress_trap.mine \g /dev/null
UPDATE equity.household SET household_size = household_size WHERE regress_trap.tell(applicant_id);
DELETE FROM equity.dwelling WHERE regress_trap.tell(applicant_id) AND false;
SELECT cmp_ok((SELECT count(*) FROM regress_trap.told), '>', 100::bigint, 'a function in a condition is called');
SELECT is_empty($$SELECT value FROM regress_trap.told WHERE value ~ '^\d+$' AND value::numeric BETWEEN 2 AND 30
    OR value = '62'$$,
                'but not with rows of others');
SELECT is(pg_temp.refusal('SELECT count(1 / (applicant_id - 7)) FROM equity.household'),
    'accepted: 30', 'nor do errors come from them');
SELECT is(pg_temp.refusal('SELECT count(*) FROM equity.household WHERE 1 / (applicant_id - 7) < 2'),
    'accepted: 30', 'in any place');
SELECT is((SELECT count(*) FROM pg_stats WHERE schemaname = 'equity' AND tablename IN ('household',
    'applicant', 'applicant_identity')),
          0::bigint, 'statistics of the tables are not shown');
CREATE FUNCTION regress_trap.rows_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  EXECUTE 'EXPLAIN ' || statement INTO line;
  RETURN line;
END $$;
SELECT is(
  regress_trap.rows_of($$SELECT FROM equity.applicant_identity WHERE given_name ~ 'ชื่อ7'$$),
  regress_trap.rows_of($$SELECT FROM equity.applicant_identity WHERE given_name ~ 'ชื่อ9'$$),
  'nor does a plan tell of them');
SET LOCAL row_security = off;
SELECT is(pg_temp.state_of('SELECT count(*) FROM equity.household'),
    '42501', 'row security is not to be switched off');
SET LOCAL row_security = on;
SELECT is(pg_temp.state_of(statement), '42501', statement)
  FROM (VALUES ('SET ROLE regress_officer'), ('SET ROLE regress_operator'),
               ('ALTER TABLE equity.household DISABLE ROW LEVEL SECURITY'),
               ('CREATE POLICY mine ON equity.household USING (true)'),
                    ('DROP POLICY equity_rows ON equity.household'),
               ('INSERT INTO equity.access_grant (role_name, level, institution_id)
                 SELECT CURRENT_USER, ''officer'', institution_id FROM equity.institution'),
               ('CREATE TRIGGER tell AFTER INSERT ON equity.choice EXECUTE FUNCTION regress_trap.tell()')
              ) AS v (statement);
RESET SESSION AUTHORIZATION;

-- an operator, whose operations are done with the rights of the owner
GRANT USAGE ON SCHEMA regress_trap TO regress_operator;
SET LOCAL SESSION AUTHORIZATION regress_operator;
TRUNCATE regress_trap.told;
CREATE FUNCTION regress_trap.caught() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'caught' USING ERRCODE = 'ZZ001';
END $$;
CREATE FUNCTION regress_trap.format(text,
    VARIADIC text[]) RETURNS text LANGUAGE sql AS 'SELECT regress_trap.caught()::text';
CREATE FUNCTION regress_trap.text_digest(text) RETURNS text LANGUAGE sql AS 'SELECT regress_trap.caught()::text';
CREATE FUNCTION regress_trap.now() RETURNS timestamptz LANGUAGE sql
  AS 'SELECT regress_trap.caught()::text::timestamptz';
CREATE FUNCTION regress_trap.equal(bigint,
    bigint) RETURNS boolean LANGUAGE sql AS 'SELECT regress_trap.caught() IS NULL';
CREATE OPERATOR regress_trap.= (FUNCTION = regress_trap.equal, LEFTARG = bigint, RIGHTARG = bigint);
CREATE FUNCTION pg_temp.text_digest(text) RETURNS text LANGUAGE sql AS 'SELECT regress_trap.caught()::text';
CREATE TEMPORARY TABLE round (round_id bigint, status text);
CREATE TEMPORARY TABLE application (applicant_id bigint);
CREATE TEMPORARY TABLE award_event (award_id bigint);
CREATE TABLE regress_trap.round (round_id bigint);
SET LOCAL search_path = pg_temp, regress_trap, pg_catalog, equity, equity_internal, public;
SELECT run_id AS run FROM equity.allocate_round(1::bigint) \gset
SELECT count(*) AS violations FROM equity.verify_run(:run) \gset
SELECT equity.publish_run(:run) AS offers \gset
RESET search_path;
SELECT is(:violations::bigint,
    0::bigint, 'objects of the same name take no part in an allocation or its verification');
SELECT is(:offers::bigint, (SELECT admitted FROM equity.allocation_run WHERE run_id = :run), 'nor in a publication');
SELECT is(pg_temp.state_of(statement), '42501', statement)
  FROM (VALUES ('UPDATE equity.assessment SET score = 99'),
      ('INSERT INTO equity.placement VALUES (1, 1, 11, 1, ''open'', 0, 99)'),
               ('UPDATE equity.award SET status = ''withdrawn'''),
                    ('UPDATE equity.round SET published_run_id = NULL'),
               ('SELECT equity_internal.complete_run(1)'),
                    ('SELECT equity_internal.mark_late(r) FROM equity.round AS r'),
               ('SELECT equity.audit_append(''amend_round'', 1, NULL, ''{"rules": {}}'')'),
               ('SELECT equity_internal.lock_audit()')) AS v (statement);
SET LOCAL check_function_bodies = off;
SELECT is(
  pg_temp.state_of($$INSERT INTO equity.seat_pool (round_id, programme_code, institution_id,
      field_code, grant_type, seats)
                     SELECT 1, 'innovation_general', min(institution_id), 'F3', 'two_year', 9
                          FROM equity.institution$$),
  '55000', 'an operator who acts as if a dump were restored changes no rule either');
SET LOCAL check_function_bodies = on;
SELECT is(pg_temp.state_of($$SELECT equity.accept_award(min(award_id), '''); DROP TABLE equity.award; --')
    FROM equity.award$$), '22023',
          'text is data');
SELECT lives_ok($$SELECT equity.withdraw_award(min(award_id), '''); SELECT regress_trap.caught(); --')
    FROM equity.award$$, 'wherever it goes');
SELECT is(
  (SELECT count(*) FROM equity.allocate(
     'SELECT applicant_id, 14::bigint AS pool_id, 1 AS choice, 1 AS score FROM equity.household LIMIT 1',
          'SELECT 14::bigint AS pool_id, 1 AS seats', seed => 's')),
  1::bigint, 'queries given to allocate have the rights of who gives them');
SELECT is(
  pg_temp.state_of(format($$SELECT count(*)
    FROM equity.allocate(%L, 'SELECT 14::bigint AS pool_id, 1 AS seats', seed => 's')$$, q)),
  state, q)
  FROM (VALUES ('SELECT applicant_id, 14::bigint AS pool_id, 1 AS choice, 1 AS score FROM equity.applicant_identity',
      '42501'),
               ('WITH d AS (DELETE FROM regress_trap.told RETURNING 1)
                 SELECT 1::bigint AS applicant_id, 14::bigint AS pool_id, 1 AS choice, 1 AS score',
                '0A000'),
               ('SELECT equity.expire_offers(now())::bigint AS applicant_id, 14::bigint AS pool_id, 1 AS choice,
                 1 AS score',
                'accepted')) AS v (q, state);
RESET SESSION AUTHORIZATION;

-- an analyst puts a card of the own making to the facts
SET LOCAL SESSION AUTHORIZATION regress_analyst;
SELECT is(
  (SELECT count(e.value) FROM equity.application_facts AS f
    CROSS JOIN LATERAL equity.explain('{"code": "x", "criteria": [
       {"code": "D", "kind": "gate", "field": "disability_registered", "op": "=", "value": true}]}', f) AS e),
  0::bigint, 'a scorecard tells an analyst nothing that is sensitive');
RESET SESSION AUTHORIZATION;

-- a reader counts by a function in a condition what the reports hide
SELECT is_empty(
  $$SELECT c.relname
      FROM pg_class AS c
      JOIN equity_internal.level_right AS r ON r.kind = 'table' AND r.object = c.relname AND r.reader <> ''
     WHERE c.relnamespace = 'equity'::regnamespace
       AND c.relkind = 'v'
       AND c.relname NOT IN ('current_run', 'pool_label')    -- which count nobody
       AND NOT coalesce(c.reloptions && '{security_barrier=true, security_invoker=true}', false)$$,
  'no condition of a reader is looked at before what a report hides is hidden');
GRANT USAGE ON SCHEMA regress_trap TO regress_reader;
SET LOCAL SESSION AUTHORIZATION regress_reader;
CREATE FUNCTION pg_temp.calls(report text, column_name text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('regress.calls', '0', true);
  EXECUTE format('SELECT count(*) FROM equity.%I WHERE pg_temp.count_call(%I)', report, column_name);
  RETURN current_setting('regress.calls');
END $$;
CREATE FUNCTION pg_temp.count_call(value anyelement) RETURNS boolean IMMUTABLE COST 0.0001 LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('regress.calls', (current_setting('regress.calls')::bigint + 1)::text, true);
  RETURN true;
END $$;
SELECT is(pg_temp.calls('equity_gap', 'round_id'), (SELECT count(*) FROM equity.equity_gap),
          'a function in a condition is called for the rows of equity_gap');
SELECT is(pg_temp.calls('cohort_outcome', 'institution_id'), (SELECT count(*) FROM equity.cohort_outcome),
          'and of cohort_outcome');
SELECT is(pg_temp.calls('pool_cutoff', 'pool_id'), (SELECT count(*) FROM equity.pool_cutoff),
          'and of pool_cutoff, not for those that are counted');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
