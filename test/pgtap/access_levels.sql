-- What each level may do: every right on every table and view and column as equity_internal.level_right has it,
-- no more and no less; every function as the list below has it, called for real. A new object without a
-- decision fails here.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(34);

SELECT make_levels();
INSERT INTO equity.seat_cap (round_id, cap_code, name_th, seats) VALUES (1, 'all', 'รวม', 10);
UPDATE equity.seat_pool AS p SET cap_id = c.cap_id FROM equity.seat_cap AS c WHERE p.pool_id = 11;
SELECT run_as_far(1, 'publish');
UPDATE equity.award SET offer_expires_at = now(), offered_at = now() - interval '1 day'
    WHERE award_id = (SELECT max(award_id) FROM equity.award);
SELECT make_round(2, 2567::smallint);
SELECT run_as_far(2, 'score');
INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
VALUES ('recognition', 2560, 'test', 1);
INSERT INTO equity.round (round_id, round_code, academic_year, name_th, retain_until)
VALUES (3, 'old', 2550, 'เก่า', '2020-01-01');
INSERT INTO equity.applicant (applicant_id) VALUES (99);
INSERT INTO equity.application (applicant_id, round_id) VALUES (99, 3);
CREATE TEMPORARY VIEW relation AS
SELECT c.oid, c.relname::text AS name, CASE c.relnamespace::regnamespace::text WHEN 'equity' THEN 'table'
    ELSE 'internal' END AS kind,
       c.relkind, coalesce('security_invoker=true' = ANY (c.reloptions), false) AS invoker
  FROM pg_class AS c
 WHERE c.relnamespace::regnamespace::text IN ('equity', 'equity_internal') AND c.relkind IN ('r', 'v');
CREATE TEMPORARY TABLE level AS SELECT *
    FROM unnest('{reader, analyst, officer, operator, auditor}'::text[]) AS level (name);

-- the list is whole
SELECT is_empty(
  $$SELECT r.kind, r.name FROM relation AS r
     WHERE NOT has_table_privilege('public', r.oid, 'SELECT')
       AND (r.kind, r.name) NOT IN (SELECT l.kind, l.object FROM equity_internal.level_right AS l)$$,
  'each table and view has a line in equity_internal.level_right');
SELECT is_empty(
  $$SELECT l.kind, l.object FROM equity_internal.level_right AS l
     WHERE l.kind IN ('table', 'internal') AND (l.kind, l.object) NOT IN (SELECT r.kind, r.name FROM relation AS r)
        OR l.kind = 'delegate' AND l.object NOT IN (SELECT p.proname FROM pg_proc AS p
          WHERE p.prosecdef AND p.pronamespace = 'equity_internal'::regnamespace)$$,
  'and each line an object');
SELECT is_empty($$SELECT kind, object FROM equity_internal.level_right GROUP BY kind, object HAVING count(*) > 1$$,
    'one line each');
SELECT is_empty(
  $$SELECT p.oid::regprocedure FROM pg_proc AS p
     WHERE p.prosecdef AND p.pronamespace::regnamespace::text IN ('equity', 'equity_internal')
          AND p.prorettype <> 'trigger'::regtype
       AND p.proname NOT IN (SELECT object FROM equity_internal.level_right WHERE kind = 'delegate')$$,
  'each function with the rights of its owner has a line');

-- rights, cell by cell: level, object, privilege, columns; what has column rights has no right on the table
CREATE TEMPORARY VIEW expected AS
SELECT l.name AS level, r.kind, r.object, m.part[1] AS letter, string_to_array(btrim(m.part[2], '()'), ',') AS columns
  FROM level AS l CROSS JOIN equity_internal.level_right AS r
 CROSS JOIN LATERAL regexp_matches(to_jsonb(r) ->> l.name, '([a-zU])(\([^)]*\))?', 'g') AS m (part);
CREATE TEMPORARY TABLE cell AS
SELECT l.name AS level, r.kind, r.name, r.oid, p.letter, p.privilege, e.level IS NOT NULL
    AND e.columns IS NULL AS whole, e.columns
  FROM level AS l CROSS JOIN relation AS r
 CROSS JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE'),
      ('-', 'TRUNCATE'), ('-', 'REFERENCES'),
                    ('-', 'TRIGGER')) AS p (letter, privilege)
  LEFT JOIN expected AS e ON (e.level, e.kind, e.object, e.letter) = (l.name, r.kind, r.name, p.letter)
 WHERE NOT (p.letter = 'r' AND has_table_privilege('public', r.oid, 'SELECT'));
SELECT cmp_ok((SELECT count(*) FROM cell), '>', 1800::bigint, 'there are cells');
SELECT is_empty(
  $$SELECT level, kind, name, privilege, whole FROM cell
     WHERE has_table_privilege('regress_' || level, oid, privilege) <> whole$$,
  'each level has on each table and view the rights of the list alone');
SELECT is_empty(
  $$SELECT c.level, c.name, a.attname, c.privilege
      FROM cell AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.privilege NOT IN ('DELETE', 'TRUNCATE', 'TRIGGER')
       AND has_column_privilege('regress_' || c.level, c.oid, a.attnum, c.privilege)
           <> (c.whole OR coalesce(a.attname = ANY (c.columns), false))$$,
  'and on each column');
SELECT is_empty(
  $$SELECT c.level, c.name, n.name FROM cell AS c CROSS JOIN unnest(c.columns) AS n (name)
     WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = n.name)$$,
  'of which there is each');
SELECT is_empty(
  $$SELECT l.name, p.oid::regprocedure FROM level AS l
     CROSS JOIN pg_proc AS p
     WHERE p.prosecdef AND p.pronamespace::regnamespace::text IN ('equity', 'equity_internal')
       AND has_function_privilege('regress_' || l.name, p.oid, 'EXECUTE')
           <> EXISTS (SELECT FROM expected AS e WHERE (e.level, e.kind, e.object) = (l.name,
                'delegate', p.proname))$$,
  'a delegate is called by whom the list lets');
SELECT is_empty(
  $$SELECT l.name, s.oid::regclass FROM level AS l CROSS JOIN pg_class AS s
     WHERE s.relkind = 'S' AND s.relnamespace = 'equity'::regnamespace
       AND has_sequence_privilege('regress_' || l.name, s.oid, 'USAGE, SELECT, UPDATE')$$,
  'nobody moves a sequence');

-- the same, tried
CREATE FUNCTION pg_temp.state_as(role text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  state text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  BEGIN
    EXECUTE statement;
    state := 'ok';
    RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
  EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN NULL;
    WHEN OTHERS THEN state := SQLSTATE;
  END;
  RESET ROLE;
  RETURN state;
END $$;
SELECT is_empty(
  $$SELECT c.level, c.name, s.statement, s.state
      FROM cell AS c
     CROSS JOIN LATERAL (SELECT CASE c.privilege
                                  WHEN 'SELECT' THEN format('SELECT %s FROM %s LIMIT 1',
                                      coalesce(array_to_string(c.columns, ', '), '*'), c.oid::regclass)
                                  WHEN 'DELETE' THEN format('DELETE FROM %s WHERE false', c.oid::regclass)
                                  ELSE format('TRUNCATE %s CASCADE', c.oid::regclass) END) AS t (statement)
     CROSS JOIN LATERAL (SELECT t.statement, pg_temp.state_as('regress_' || c.level, t.statement)) AS s (statement,
          state)
     WHERE (c.privilege = 'SELECT' OR c.privilege IN ('DELETE', 'TRUNCATE') AND EXISTS (SELECT FROM relation AS r
          WHERE r.oid = c.oid AND r.relkind = 'r'))
       AND (s.state = '42501') IS DISTINCT FROM NOT (c.whole OR c.columns IS NOT NULL)$$,
  'and statements are refused where there is no right, and only there');

-- what holds whatever the list says
SELECT is_empty(
  $$SELECT level, name, privilege FROM cell WHERE privilege IN ('TRUNCATE', 'REFERENCES', 'TRIGGER') AND (whole
      OR columns IS NOT NULL)$$,
  'nobody truncates, or puts triggers or foreign keys on a table');
SELECT set_eq(
  $$SELECT DISTINCT level FROM cell WHERE name = 'applicant_identity' AND (whole OR columns IS NOT NULL)$$,
      ARRAY['officer'],
  'identities are the officers'' alone');
SELECT is_empty(
  $$SELECT level, name, privilege FROM cell
     WHERE privilege IN ('INSERT', 'UPDATE', 'DELETE') AND (whole OR columns IS NOT NULL)
       AND (level, name, privilege) <> ('operator', 'award_event', 'INSERT')
       AND name IN ('assessment', 'allocation_run', 'placement', 'run_standing', 'run_input',
            'digest_source', 'run_ranking', 'published_list', 'award',
                    'award_event', 'refill_move', 'renewal', 'payment', 'payment_batch', 'recognition',
                    'audit_event', 'audit_lock', 'access_grant')$$,
  'nobody writes what operations write, but events, which an operator adds by the rules');
SELECT is_empty(
  $$SELECT level, name, privilege FROM cell WHERE privilege <> 'SELECT' AND (whole OR columns IS NOT NULL)
       AND level IN ('reader', 'analyst', 'auditor')$$,
  'readers, analysts and auditors write nothing');
SELECT is_empty(
  $$SELECT c.name FROM cell AS c JOIN relation AS r USING (oid)
     WHERE c.level = 'reader' AND (c.whole OR c.columns IS NOT NULL) AND (r.relkind <> 'v' OR r.invoker)$$,
  'a reader reads reports');
SELECT is_empty(
  $$SELECT f.fact, f.base_table FROM equity.fact_column AS f
     WHERE f.sensitive AND has_column_privilege('regress_analyst', format('equity.%I', f.base_table),
          f.base_column, 'SELECT')$$,
  'an analyst reads nothing sensitive');
SELECT is(pg_temp.state_as('regress_operator', v.statement), '42501', v.statement)
  FROM (VALUES ('UPDATE equity.round SET status = ''published'''), ('UPDATE equity.round SET seed = NULL'),
               ('INSERT INTO equity.round (round_code, academic_year, name_th, status)
                 VALUES (''x'', 2566, ''x'', ''open'')')
              ) AS v (statement);

-- Functions of schema equity that read or write rows,
-- called for real by each level. ok: it works; 42501: it is refused for
-- want of rights. What only computes (IMMUTABLE, or without a table) is everybody's.
CREATE TEMPORARY TABLE call (call text, reader text, analyst text, officer text, operator text, auditor text);
INSERT INTO call VALUES
  ('round_gaps(1)', '42501', '42501', '42501', 'ok', 'ok'),
  ('version()', 'ok', 'ok', 'ok', 'ok', 'ok'),
  ('open_round(2, equity.commitment(''s''))', '42501', '42501', '42501', 'ok', '42501'),
  ('close_round(2, ''test seed'', early => ''r'')', '42501', '42501', '42501', 'ok', '42501'),
  ('amend_round(1, ''note'')', '42501', '42501', '42501', 'ok', '42501'),
  ('copy_round(1, ''copy'', 2570)', '42501', '42501', '42501', 'ok', '42501'),
  ('load_rows(''applicant'', ''SELECT 1 AS citizen_id'')', '42501', '42501', 'ok', 'ok', '42501'),
  ('load_rows(''institution'', ''SELECT 1 AS institution_code'')', '42501', '42501', '42501', 'ok', '42501'),
  ('accept_late(:application, ''reason'')', '42501', '42501', '42501', 'ok', '42501'),
  ('score_round(2)', '42501', '42501', '42501', 'ok', '42501'),
  ('allocate_round(2)', '42501', '42501', '42501', 'ok', '42501'),
  ('allocate_round(2, dry_run => true)', '42501', '42501', '42501', 'ok', 'ok'),
  ('verify_run(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('verify_round(1)', '42501', '42501', '42501', 'ok', 'ok'),
  ('publish_run(:run)', '42501', '42501', '42501', 'ok', '42501'),
  ('publish_round(1)', '42501', '42501', '42501', 'ok', '42501'),
  ('accept_award(:award)', '42501', '42501', '42501', 'ok', '42501'),
  ('decline_award(:award)', '42501', '42501', '42501', 'ok', '42501'),
  ('withdraw_award(:award, ''note'')', '42501', '42501', '42501', 'ok', '42501'),
  ('expire_offers(now())', '42501', '42501', '42501', 'ok', '42501'),
  ('refill_round(1)', '42501', '42501', '42501', 'ok', '42501'),
  ('plan_payments(1)', '42501', '42501', '42501', 'ok', '42501'),
  ('open_batch(1)', '42501', '42501', '42501', 'ok', '42501'),
  ('approve_batch(1)', '42501', '42501', '42501', 'ok', '42501'),
  ('pay_batch(1, ''KTB 1'')', '42501', '42501', '42501', 'ok', '42501'),
  ('cancel_batch(1)', '42501', '42501', '42501', 'ok', '42501'),
  ('return_payment(1, ''closed'')', '42501', '42501', '42501', 'ok', '42501'),
  ('receive_refund(1, ''KTB 1'')', '42501', '42501', '42501', 'ok', '42501'),
  ('renew_term(1)', '42501', '42501', '42501', 'ok', '42501'),
  ('explain_renewal(1, 1)', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('explain_watch(1)', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('explain_recognition(1, 2566)', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('record_event(:award, ''withdrawn'', note => ''note'')', '42501', '42501', '42501', 'ok', '42501'),
  ('keep_seed(2)', '42501', '42501', '42501', 'ok', '42501'),
  ('due_steps()', '42501', '42501', '42501', 'ok', 'ok'),
  ('schedule_with_pg_cron()', 'ok', 'ok', 'ok', 'ok', 'ok'),
  ('prepare_shards(''{}'')', 'ok', 'ok', 'ok', 'ok', 'ok'),
  ('audit_check_whole()', '42501', '42501', '42501', 'ok', 'ok'),
  ('audit_head()', '42501', '42501', '42501', 'ok', 'ok'),
  ('audit_checkpoint()', '42501', '42501', '42501', 'ok', 'ok'),
  ('export_identities(''payment'')', '42501', '42501', 'ok', 'ok', '42501'),
  ('subject_record(1)', '42501', '42501', 'ok', 'ok', '42501'),
  ('forget_applicant(99, ''asked'')', '42501', '42501', '42501', 'ok', '42501'),
  ('apply_retention()', '42501', '42501', '42501', 'ok', '42501'),
  ('prune_digest_sources()', '42501', '42501', '42501', 'ok', '42501'),
  ('seal_scorecard(''test'', 1)', '42501', '42501', '42501', 'ok', '42501'),
  ('copy_scorecard(''test'', 1, 9)', '42501', '42501', '42501', 'ok', '42501'),
  ('card_from_rows(''test'', 1)', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('round_id(''test-1'')', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('newest_run(1)', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('round_queries(1)', '42501', '42501', 'ok', 'ok', 'ok'),
  ('run_queries(:run)', '42501', '42501', 'ok', 'ok', 'ok'),
  ('round_application_digest(1)', '42501', 'ok', '42501', 'ok', 'ok'),
  ('digest_text(''x'')', '42501', '42501', '42501', 'ok', 'ok'),
  ('run_violations(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('check_integrity()', '42501', '42501', '42501', 'ok', 'ok'),
  ('key_violations()', '42501', '42501', '42501', '42501', '42501'),
  ('run_manifest(:run)', '42501', 'ok', '42501', 'ok', 'ok'),
  ('replay_run(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('replay_round(1)', '42501', '42501', '42501', 'ok', 'ok'),
  ('diff_runs(:run, :run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('diff_inputs(:run, :run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('ranking(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('waitlist(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('cutoffs(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('cap_cutoffs(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('award_mismatches(:run)', '42501', '42501', '42501', 'ok', 'ok'),
  ('compare_policies(1, ''{"a": {}}'')', '42501', '42501', '42501', 'ok', 'ok'),
  ('simulate(1, ''{}'')', '42501', '42501', '42501', 'ok', 'ok'),
  ('propose_seats(1)', '42501', 'ok', '42501', 'ok', 'ok'),
  ('equity_gap_by(1, ''{sex}'')', '42501', '42501', '42501', 'ok', 'ok'),
  ('explain_application((SELECT application_id FROM equity.application_facts WHERE applicant_id = 1 AND round_id = 1))',
   '42501', '42501', 'ok', 'ok', 'ok'),
  ('letter_html((SELECT application_id FROM equity.application_facts WHERE applicant_id = 1 AND round_id = 1))',
   '42501', '42501', 'ok', 'ok', 'ok'),
  ('explain_placement(''x'', ''x'', NULL, NULL, ''x'', 1)', 'ok', 'ok', 'ok', 'ok', 'ok'),
  ('compare_scorecards((SELECT card FROM equity.scorecard_version), (SELECT card FROM equity.scorecard_version),
                       ''equity.application_facts'')',
   '42501', 'ok', 'ok', 'ok', 'ok'),
  ('recognize_institutions(2566)', '42501', '42501', '42501', 'ok', '42501'),
  ('mentor_record(1, ''2023-01-01'', ''2023-12-31'')', '42501', '42501', 'ok', 'ok', 'ok'),
  ('find_missing(''SELECT NULL::text AS citizen_id'')', '42501', '42501', 'ok', 'ok', '42501'),
  ('nominate_missing(3, ''{99}'', ''visit'')', '42501', '42501', 'ok', 'ok', '42501'),
  ('letters(1)', '42501', '42501', 'ok', 'ok', 'ok'),
  ('refresh_reports()', 'ok', 'ok', 'ok', 'ok', 'ok'),
  ('round_report(1)', 'ok', 'ok', 'ok', 'ok', 'ok'),
  ('programme_report(2566)', 'ok', 'ok', 'ok', 'ok', 'ok'),
  ('published_list(1)', '42501', '42501', 'ok', 'ok', 'ok'),
  ('published_list_problems(1)', '42501', '42501', '42501', 'ok', 'ok'),
  ('audit_append(''x'', NULL, NULL, NULL)', '42501', '42501', '42501', '42501', '42501'),
  ('audit_check()', '42501', '42501', '42501', 'ok', 'ok'),
  ('reason_text(''PASSED'', ''th'')', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('reason_advice(''PASSED'', ''th'')', '42501', 'ok', 'ok', 'ok', 'ok'),
  ('grant_access(''regress_reader'', ''operator'')', '42501', '42501', '42501', '42501', '42501'),
  ('revoke_access(''regress_reader'', ''reader'')', '42501', '42501', '42501', '42501', '42501');
CREATE TEMPORARY TABLE answer AS
SELECT l.name AS level, c.call, to_jsonb(c) ->> l.name AS expected, pg_temp.state_as('regress_' || l.name,
    s.statement) AS state
  FROM call AS c CROSS JOIN level AS l
 CROSS JOIN LATERAL (SELECT format('SELECT * FROM equity.%s',
                                   replace(replace(replace(c.call, ':application', (SELECT min(application_id)
                                        FROM equity.application)::text),
                                                   ':run', (SELECT max(run_id) FROM equity.allocation_run)::text),
                                           ':award', (SELECT min(award_id)
                                                FROM equity.award)::text))) AS s (statement);
SELECT is_empty($$SELECT call, level, expected, state FROM answer
                   WHERE state IS DISTINCT FROM expected AND NOT (expected = 'ok' AND state NOT IN ('42501',
                        '42883', '42P01', '42703'))
                   ORDER BY 1, 2$$,
                'each level may do with each function what the list says');
SELECT is_empty(
  $$SELECT DISTINCT p.proname
      FROM pg_proc AS p
     WHERE p.pronamespace = 'equity'::regnamespace
       AND p.prokind = 'f' AND p.provolatile <> 'i'
       AND p.prolang IN (SELECT oid FROM pg_language WHERE lanname IN ('sql', 'plpgsql'))
       AND pg_get_functiondef(p.oid) ~ '(FROM|JOIN|INTO|UPDATE|PERFORM|RETURN) +equity|equity_internal\.'
       AND p.proname NOT IN (SELECT split_part(call, '(', 1) FROM call)$$,
  'each function that reads rows is in the list');

-- levels come and go
SELECT is(pg_temp.refusal($$SELECT equity.grant_access('regress_reader', 'king')$$),
          '22023 unrecognized level "king" [Levels are reader, analyst, officer, operator and auditor.]',
              'no such level');
SELECT is(pg_temp.refusal($$SELECT equity.grant_access('regress_nobody', 'reader')$$),
          '42704 role "regress_nobody" does not exist [Make it first: CREATE ROLE.]', 'no such role');
SELECT is(pg_temp.refusal($$SELECT equity.grant_access('regress_reader', 'officer')$$),
          '22004 an officer needs an institution [Pass its id as third argument, from equity.institution.]',
              'no institution');
SELECT is(pg_temp.refusal($$SELECT equity.grant_access('regress_reader', 'officer', 0)$$),
          'P0002 institution 0 does not exist [The ids are in equity.institution.]', 'no such institution');
SELECT is(pg_temp.refusal($$SELECT equity.grant_access('regress_reader', 'reader', 1)$$),
          '22023 level reader is not for an institution [Only an officer is of an institution.]',
              'an institution for nothing');
CREATE TEMPORARY VIEW rights AS
SELECT c.oid::regclass AS object, a.privilege_type, a.grantee::regrole::text AS role
  FROM pg_class AS c CROSS JOIN aclexplode(c.relacl) AS a WHERE c.relnamespace IN ('equity'::regnamespace,
      'equity_internal'::regnamespace);
CREATE TEMPORARY TABLE of_analyst AS SELECT * FROM rights WHERE role = 'regress_analyst';
SELECT equity.grant_access('regress_analyst', 'operator'), equity.grant_access('regress_analyst',
    'auditor') \g /dev/null
SELECT is(pg_temp.state_as('regress_analyst', 'SELECT equity.expire_offers(now())'),
    'ok', 'a role may have several levels');
SELECT equity.revoke_access('regress_analyst', 'auditor') \g /dev/null
SELECT ok(has_table_privilege('regress_analyst', 'equity.audit_event', 'SELECT'), 'what another level needs stays');
SELECT equity.revoke_access('regress_analyst', 'operator') \g /dev/null
SELECT set_eq('SELECT * FROM rights WHERE role = ''regress_analyst''', 'SELECT * FROM of_analyst',
    'what none needs goes');
SELECT is(pg_temp.state_as('regress_analyst', 'SELECT application_id FROM equity.application LIMIT 1'),
    'ok', 'columns too');
SELECT is(pg_temp.state_as('regress_analyst', 'SELECT disability_registered FROM equity.application LIMIT 1'),
    '42501', 'each');
SELECT equity.revoke_access('regress_analyst', 'analyst'), equity.revoke_access('regress_analyst',
    'analyst') \g /dev/null
SELECT is_empty($$SELECT * FROM rights WHERE role = 'regress_analyst'
                  UNION ALL
                  SELECT a.attrelid, a.attname, 'x' FROM pg_attribute AS a CROSS JOIN aclexplode(a.attacl) AS x
                   WHERE x.grantee = 'regress_analyst'::regrole$$, 'nothing is left of the last one');
SELECT results_eq(
  $$SELECT operation, detail ->> 'role', detail ->> 'level' FROM equity.audit_event WHERE operation LIKE '%_access'
      ORDER BY event_id DESC LIMIT 2$$,
  $$VALUES ('revoke_access', 'regress_analyst', 'analyst'), ('revoke_access', 'regress_analyst', 'operator')$$,
  'and the trail has it');

SELECT * FROM finish();
ROLLBACK;
