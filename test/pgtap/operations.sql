-- The operations' promises: errors by SQLSTATE, no second effect, digests that an outsider can
-- compute, and nothing published that was not verified.
\ir fixture/round.psql
BEGIN;
SELECT plan(84);

SELECT make_round(1, 2566::smallint);
CREATE TEMPORARY TABLE before_and_after (what text, events bigint, runs bigint, placements bigint, awards bigint);
PREPARE remember AS
  INSERT INTO before_and_after
  SELECT $1,
         (SELECT count(*) FROM equity.audit_event),
         (SELECT count(*) FROM equity.allocation_run),
         (SELECT count(*) FROM equity.placement),
         (SELECT count(*) FROM equity.award);
CREATE FUNCTION pg_temp.unchanged(what text) RETURNS text LANGUAGE sql AS $$
  SELECT is((SELECT count(*) FROM (SELECT DISTINCT events, runs, placements, awards FROM before_and_after AS b WHERE b.what = $1) AS d),
            1::bigint, $1 || ' leaves no trace')
$$;

-- every operation before its time
SELECT throws_ok('SELECT equity.close_round(1, ''test seed'')', '55000', 'round 1 is draft', 'close a draft');
SELECT throws_ok('SELECT equity.score_round(1)', '55000', 'round 1 is draft', 'score a draft');
SELECT throws_ok('SELECT equity.allocate_round(1)', '55000', 'round 1 is draft', 'allocate a draft');
SELECT throws_ok('SELECT equity.allocate_round(1, true)', '55000', 'round 1 is draft', 'dry run of a draft');
SELECT throws_ok('SELECT equity.open_round(1, ''seed'')', '22023', NULL, 'open with something else than a sha256');
SELECT throws_ok('SELECT equity.open_round(1, NULL)', '22023', NULL, 'open without a commitment');
SELECT throws_ok('SELECT equity.open_round(2, repeat(''0'', 64))', 'P0002', 'round 2 does not exist', 'open an unknown round');
SELECT throws_ok('SELECT equity.close_round(2, ''x'')', 'P0002', 'round 2 does not exist', 'close an unknown round');
SELECT throws_ok('SELECT equity.score_round(NULL)', 'P0002', 'round NULL does not exist', 'score no round');
SELECT throws_ok('SELECT equity.allocate_round(2)', 'P0002', 'round 2 does not exist', 'allocate an unknown round');
SELECT throws_ok('SELECT equity.allocate_round(2, true)', 'P0002', 'round 2 does not exist', 'dry run of an unknown round');
SELECT throws_ok('SELECT * FROM equity.verify_run(2)', 'P0002', 'allocation run 2 does not exist', 'verify an unknown run');
SELECT throws_ok('SELECT equity.publish_run(NULL)', 'P0002', 'allocation run NULL does not exist', 'publish no run');

-- a programme without a card keeps the round shut
UPDATE equity.round_programme SET card_code = NULL, card_version = NULL WHERE programme_code = 'innovation_special';
SELECT throws_ok('SELECT equity.open_round(1, equity.commitment(''test seed''))', '55000', 'round 1 is not ready to open', 'open without a card');
SELECT results_eq('SELECT gap FROM equity.round_gaps(1)', ARRAY['programme innovation_special has no scorecard'], 'the gap is named');
UPDATE equity.round_programme SET card_code = 'test', card_version = 1 WHERE programme_code = 'innovation_special';
SELECT is_empty('SELECT gap FROM equity.round_gaps(1)', 'no gap is left');
SAVEPOINT gaps;
UPDATE equity.round SET mechanism = 'top_trading_cycles', tie_break = 'admit_all';
UPDATE equity.seat_pool SET seats = 6 WHERE pool_id = 13;
SELECT set_eq('SELECT gap FROM equity.round_gaps(1)',
              ARRAY['mechanism top_trading_cycles cannot honour tie_break admit_all',
                    'programme innovation_special has 6 seats, more than its quota of 5'], 'what cannot be allocated, and what was not announced');
SELECT throws_ok('SELECT equity.open_round(1, equity.commitment(''test seed''))', '55000', 'round 1 is not ready to open', 'keeps the round shut');
ROLLBACK TO gaps;
SELECT lives_ok(format('SELECT equity.allocate(''SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 1 AS score'', ''SELECT 1 AS pool_id, 1 AS seats'',
                        tie_break => %L, seed => ''s'')', t), 'allocate supports ' || t)
  FROM unnest(ARRAY['lottery', 'lottery_per_pool', 'strict']) AS t;

SELECT run_as_far(1, 'open');
SELECT throws_ok('UPDATE equity.scorecard_version SET valid_from = now() WHERE card_code = ''test''', '55000', NULL, 'opening seals the cards');
SELECT throws_ok('SELECT equity.close_round(1, ''other seed'')', '22023', 'seed does not match the commitment of round 1', 'close with another seed');
SELECT throws_ok('SELECT equity.close_round(1, NULL)', '22023', 'seed does not match the commitment of round 1', 'close without a seed');
SELECT lives_ok('SELECT equity.close_round(1, ''test seed'')', 'close with the seed');
SELECT throws_ok('SELECT equity.allocate_round(1)', '55000', 'round 1 is closed', 'allocate before scoring');

-- scoring
SELECT results_eq('SELECT applications, eligible + ineligible + undetermined FROM equity.score_round(1)',
                  'SELECT count(*), count(*) FROM equity_internal.programme_application WHERE round_id = 1',
                  'every application is assessed once for each programme that it asks for');
SELECT is_empty('SELECT * FROM equity.assessment AS s JOIN equity.application_facts AS f USING (applicant_id, round_id)
                   JOIN equity.scorecard_version AS v ON v.card_code = s.card_code AND v.version = s.card_version
                  WHERE (s.eligible, s.score, s.card_digest) IS DISTINCT FROM (equity.eligible(v.card, f), equity.score(v.card, f), equity.digest(v.card))',
                'what is stored is what the card says');
EXECUTE remember('scoring twice');
SELECT lives_ok('SELECT equity.score_round(1)', 'score again');
EXECUTE remember('scoring twice');
SELECT pg_temp.unchanged('scoring twice');

-- dry run, run, second run
EXECUTE remember('a dry run');
SELECT lives_ok('CREATE TEMPORARY TABLE dry AS SELECT * FROM equity.allocate_round(1, true)', 'dry run');
EXECUTE remember('a dry run');
SELECT pg_temp.unchanged('a dry run');
CREATE TEMPORARY TABLE made AS SELECT * FROM equity.allocate_round(1);
SELECT results_eq('SELECT applicants, applications, seats, admitted, unfilled FROM made',
                  'SELECT applicants, applications, seats, admitted, unfilled FROM dry', 'the run comes out as the dry run said');
SELECT results_eq('SELECT admitted, seats - unfilled FROM made',
                  'SELECT count(*), count(*) FROM equity.placement WHERE run_id = newest_run(1)', 'its counts are those of its placements');
SELECT set_eq('SELECT applicant_id, pool_id, choice, seat, tier, score FROM equity.placement WHERE run_id = newest_run(1)',
              'SELECT * FROM equity_internal.round_solution(1)', 'the solution can be computed again');
EXECUTE remember('allocating twice');
SELECT results_eq('SELECT run_id FROM equity.allocate_round(1)', 'SELECT run_id FROM made', 'allocate again: the same run');
EXECUTE remember('allocating twice');
SELECT pg_temp.unchanged('allocating twice');

-- digests, computed as their comments say
SELECT is(a.digest,
          (SELECT encode(sha256(string_agg(pool_id || ',' || encode(sha256(lines::bytea), 'hex') || E'\n', '' ORDER BY pool_id)::bytea), 'hex')
             FROM (SELECT c.pool_id, string_agg(format(E'%s,%s,%s,,\n', c.applicant_id, c.choice, s.score), '' ORDER BY c.applicant_id) AS lines
                     FROM equity.choice AS c JOIN equity.seat_pool AS p USING (round_id, pool_id)
                     JOIN equity.assessment AS s USING (applicant_id, round_id, programme_code)
                    WHERE s.eligible AND s.score IS NOT NULL GROUP BY c.pool_id) AS d),
          'digest of applications')
  FROM equity.run_input AS a WHERE a.run_id = newest_run(1) AND a.input = 'applications';
SELECT is(a.digest,
          (SELECT encode(sha256(format(E'11,5,,,"innovation_general",%1$s,"F1","two_year"\n12,7,,,"innovation_general",%1$s,"F2","two_year"\n13,5,,,"innovation_special",%1$s,"F3","two_year"\n',
                                       institution_id)::bytea), 'hex') FROM equity.institution),
          'digest of pools')
  FROM equity.run_input AS a WHERE a.run_id = newest_run(1) AND a.input = 'pools';
SELECT is(a.digest, encode(sha256(E'innovation_general,12\ninnovation_special,5\n'), 'hex'), 'digest of quotas')
  FROM equity.run_input AS a WHERE a.run_id = newest_run(1) AND a.input = 'quotas';
SELECT is(a.digest,
          encode(sha256(format(E'innovation_general,%1$s\ninnovation_special,%1$s\n', equity.digest(v.card))::bytea), 'hex'), 'digest of cards')
  FROM equity.run_input AS a, equity.scorecard_version AS v WHERE a.run_id = newest_run(1) AND a.input = 'cards' AND v.card_code = 'test';
SELECT is(a.result_digest,
          (SELECT encode(sha256(string_agg(pool_id || ',' || encode(sha256(lines::bytea), 'hex') || E'\n', '' ORDER BY pool_id)::bytea), 'hex')
             FROM (SELECT pool_id, string_agg(format(E'%s,%s,"%s",%s,%s\n', applicant_id, choice, seat, tier, score), '' ORDER BY applicant_id) AS lines
                     FROM equity.placement WHERE run_id = a.run_id GROUP BY pool_id) AS d),
          'result digest')
  FROM equity.allocation_run AS a WHERE a.run_id = newest_run(1);
SELECT is(a.digest, encode(sha256('test seed'), 'hex'), 'digest of the seed')
  FROM equity.run_input AS a WHERE a.run_id = newest_run(1) AND a.input = 'seed';

-- verification finds what was changed by hand
SELECT is_empty('SELECT * FROM equity.run_violations(newest_run(1))', 'nothing is wrong');
SAVEPOINT honest;
UPDATE equity.assessment SET score = score + 1 WHERE applicant_id = (SELECT min(applicant_id) FROM equity.placement);
SELECT set_has('SELECT violation FROM equity.run_violations(newest_run(1))',
               'VALUES (''wrong_assessment''), (''applications_changed'')', 'a score that does not follow from the card');
ROLLBACK TO honest;
UPDATE equity.assessment SET reasons = '{x}', class = 'RICH' WHERE ctid = (SELECT min(ctid) FROM equity.assessment WHERE NOT eligible);
SELECT results_eq('SELECT violation, split_part(detail, '': '', 2) FROM equity.run_violations(newest_run(1))',
                  $$SELECT 'wrong_assessment', format('stored not eligible with %1$s points in class RICH because of x, the scorecard gives not eligible with %1$s points because of GPA_BELOW',
                                                      coalesce(score::text, 'no')) FROM equity.assessment WHERE class = 'RICH'$$, 'class and reasons that do not');
ROLLBACK TO honest;
DELETE FROM equity.assessment WHERE NOT eligible AND applicant_id = (SELECT min(applicant_id) FROM equity.assessment WHERE NOT eligible);
SELECT set_eq('SELECT DISTINCT violation FROM equity.run_violations(newest_run(1))', ARRAY['missing_assessment'], 'an assessment taken away');
ROLLBACK TO honest;
UPDATE equity.seat_pool SET seats = 0 WHERE pool_id = 11;
SELECT set_has('SELECT violation FROM equity.run_violations(newest_run(1))',
               'VALUES (''pools_changed''), (''over_capacity'')', 'seats taken away');
ROLLBACK TO honest;
INSERT INTO equity.placement (run_id, applicant_id, pool_id, choice, seat, tier, score) VALUES (newest_run(1), 999, 11, 1, 'open', 0, 1), (newest_run(1), 1000, 99, 1, 'open', 0, 1);
SELECT results_eq('SELECT applicant_id, pool_id FROM equity.run_violations(newest_run(1)) WHERE violation = ''unknown_application'' ORDER BY applicant_id',
                  'VALUES (999::bigint, 11::bigint), (1000, 99)', 'placements of nobody, and in no pool');
ROLLBACK TO honest;
UPDATE equity.allocation_run SET seed = 'other seed';
SELECT ok('seed_changed' IN (SELECT violation FROM equity.run_violations(newest_run(1))), 'another seed');
ROLLBACK TO honest;

-- what was announced, changed in spite of the triggers
SELECT throws_ok('UPDATE equity.round SET mechanism = ''serial_dictatorship''', '55000', NULL, 'the mechanism is fixed');
SELECT throws_ok('UPDATE equity.round_programme SET card_code = NULL, card_version = NULL', '55000', NULL, 'the cards are fixed');
SET LOCAL session_replication_role = replica;
UPDATE equity.round SET tie_break = 'lottery_per_pool';
SET LOCAL session_replication_role = origin;
SELECT lives_ok('SELECT equity.allocate_round(1)', 'another tie break allocates');
SELECT results_eq('SELECT violation, detail FROM equity.verify_run(newest_run(1))',
                  'VALUES (''rules_changed'', ''tie_break: announced lottery, used lottery_per_pool'')', 'but is no longer what was announced');
ROLLBACK TO honest;
SET LOCAL session_replication_role = replica;
UPDATE equity.round SET seed = 'chosen', seed_commitment = equity.commitment('chosen');
SET LOCAL session_replication_role = origin;
SELECT equity.allocate_round(1);
SELECT set_eq('SELECT violation FROM equity.verify_run(newest_run(1))', ARRAY['rules_changed'], 'a seed and commitment chosen later');
ROLLBACK TO honest;
INSERT INTO equity.scorecard_version (card_code, version, card, valid_from)
SELECT card_code, 2, replace(card::text, '20', '21')::equity.scorecard, NULL FROM equity.scorecard_version WHERE card_code = 'test';
SET LOCAL session_replication_role = replica;
UPDATE equity.scorecard_version SET valid_to = '2023-12-31' WHERE card_code = 'test' AND version = 1;
UPDATE equity.scorecard_version SET valid_from = '2024-01-01' WHERE card_code = 'test' AND version = 2;
UPDATE equity.round_programme SET card_version = 2;
SET LOCAL session_replication_role = origin;
SELECT equity.score_round(1);
SELECT isnt(sealed_at, NULL, 'scoring seals what it scores by') FROM equity.scorecard_version WHERE card_code = 'test' AND version = 2;
SELECT equity.allocate_round(1);
SELECT set_eq('SELECT violation FROM equity.verify_run(newest_run(1))', ARRAY['rules_changed'], 'a card chosen later');
ROLLBACK TO honest;

-- who applies after the round was closed
SELECT is(detail ->> 'application_digest',
          (SELECT encode(sha256(string_agg(pool_id || ',' || encode(sha256(lines::bytea), 'hex') || E'\n', '' ORDER BY pool_id)::bytea), 'hex')
             FROM (SELECT pool_id, string_agg(format(E'%s,%s\n', applicant_id, choice), '' ORDER BY applicant_id) AS lines
                     FROM equity.choice GROUP BY pool_id) AS d),
          'application digest')
  FROM equity.audit_event WHERE operation = 'close_round';
SELECT is(detail - 'application_digest' - 'seed', '{"applications": 60, "choices": 180}', 'applications and choices are counted')
  FROM equity.audit_event WHERE operation = 'close_round';
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE VALUES (4711);
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa) VALUES (4711, 1, 'submitted', '2023-05-01', 4);
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income) VALUES (4711, 1, 2, 0);
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id) VALUES (4711, 1, 1, 11);
SELECT equity.score_round(1);
SELECT equity.allocate_round(1);
SELECT set_eq('SELECT violation FROM equity.verify_run(newest_run(1))', ARRAY['applications_changed'], 'a late applicant is seen');
SELECT throws_ok('SELECT equity.amend_round(1, '''')', '22023', NULL, 'and not let in without a note');
SELECT lives_ok('SELECT equity.amend_round(1, ''a decision'')', 'with a note');
SELECT is_empty('SELECT * FROM equity.verify_run(newest_run(1))', 'it is let in');
SELECT is(detail ->> 'note', 'a decision', 'and everybody may see that') FROM equity.audit_event WHERE operation = 'amend_round';
ROLLBACK TO honest;
ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
DELETE FROM equity.audit_event;
SELECT is_empty('SELECT * FROM equity.run_violations(newest_run(1))', 'without an audit trail there is nothing to compare with');
ROLLBACK TO honest;

-- publishing
SELECT throws_ok('SELECT equity.publish_run(newest_run(1))', '55000', NULL, 'publish a run that is not verified');
SELECT is_empty('SELECT * FROM equity.verify_run(newest_run(1))', 'verify');
SAVEPOINT verified;
UPDATE equity.application SET status = 'withdrawn' WHERE applicant_id = (SELECT min(applicant_id) FROM equity.placement);
SELECT throws_ok('SELECT equity.publish_run(newest_run(1))', '55000', NULL, 'publish when an applicant has withdrawn since');
ROLLBACK TO verified;
SELECT results_eq('SELECT equity.publish_run(newest_run(1))', 'SELECT admitted FROM made', 'publish: an offer for each placement');
EXECUTE remember('publishing twice');
SELECT results_eq('SELECT equity.publish_run(newest_run(1))', 'SELECT admitted FROM made', 'publish again: the same number');
EXECUTE remember('publishing twice');
SELECT pg_temp.unchanged('publishing twice');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the audit trail is whole');

-- a round for which nobody applied goes the same way
SELECT make_round(2, 2567::smallint);
DELETE FROM equity.choice WHERE round_id = 2;
SELECT lives_ok('SELECT run_as_far(2, ''publish'')', 'a round without applications');
SELECT results_eq('SELECT status, applicants, applications, seats, admitted FROM equity.allocation_run WHERE round_id = 2',
                  'VALUES (''published'', 0, 0::bigint, 17::bigint, 0::bigint)', 'places nobody');

-- rights: a role that sees only some rows gets an error, not a smaller round
SELECT make_round(3, 2568::smallint);
SELECT run_as_far(3, 'score');
CREATE ROLE equity_test_officer;
GRANT USAGE ON SCHEMA equity TO equity_test_officer;
GRANT SELECT ON equity.round TO equity_test_officer;
SET ROLE equity_test_officer;
SELECT throws_ok('SELECT equity.allocate_round(3)', '42501', NULL, 'operations have the rights of their caller');
RESET ROLE;
GRANT ALL ON ALL TABLES IN SCHEMA equity TO equity_test_officer;
SET ROLE equity_test_officer;
SELECT lives_ok('SELECT equity.allocate_round(3, dry_run => true)', 'which are enough with all tables');
RESET ROLE;
ALTER TABLE equity.seat_pool ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_pool ON equity.seat_pool TO equity_test_officer USING (pool_id = 31);
SET ROLE equity_test_officer;
SELECT throws_ok('SELECT equity.allocate_round(3)', '42501', NULL, 'rows that a policy hides make it stop');
SELECT throws_ok('SELECT * FROM equity_internal.round_solution(3)', '42501', NULL, 'and so does the solution on its own');
RESET ROLE;

-- views of who takes part show what their reader may read
ALTER TABLE equity.application ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_application ON equity.application TO equity_test_officer USING (applicant_id = 7);
SET ROLE equity_test_officer;
SELECT results_eq('SELECT DISTINCT applicant_id FROM equity_internal.programme_application', ARRAY[7::bigint], 'programmes that the applications of a policy ask for');
SET row_security = off;
SELECT throws_ok('SELECT count(*) FROM equity.allocation_input', '42501', NULL, 'and no silent part where the whole is asked for');
RESET row_security;
RESET ROLE;
CREATE ROLE equity_test_reader;
GRANT USAGE ON SCHEMA equity TO equity_test_reader;
GRANT SELECT ON equity.programme_summary, equity.pool_cutoff, equity.pool_fill TO equity_test_reader;
SET ROLE equity_test_reader;
SELECT results_eq('SELECT applicants FROM equity.programme_summary WHERE programme_code = ''innovation_special'' AND academic_year = 2566',
                  ARRAY[60::bigint], 'who may read a report reads the whole');
SELECT lives_ok('SELECT * FROM equity.pool_cutoff', 'cut-offs');
SELECT lives_ok('SELECT * FROM equity.pool_fill', 'and fill');
SELECT throws_ok('SELECT * FROM equity.application_facts', '42501', NULL, 'but no facts, which are not granted');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
