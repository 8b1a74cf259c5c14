-- Digests as an outsider computes them, from what their comments say.
\ir fixture/round.psql
BEGIN;
SELECT plan(8);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'allocate');
SELECT is(
  a.digest,
  (SELECT encode(sha256(string_agg(pool_id || ',' || encode(sha256(lines::bytea), 'hex') || E'\n', ''
                                   ORDER BY pool_id)::bytea),
                 'hex')
     FROM (SELECT c.pool_id,
                  string_agg(format(E'%s,%s,%s,,\n', c.applicant_id, c.choice, s.score), ''
                             ORDER BY c.applicant_id) AS lines
             FROM equity.choice AS c
             JOIN equity.seat_pool AS p USING (round_id, pool_id)
             JOIN equity.assessment AS s USING (applicant_id, round_id, programme_code)
            WHERE s.eligible
              AND s.score IS NOT NULL
            GROUP BY c.pool_id) AS d),
  'digest of applications')
  FROM equity.run_input AS a
 WHERE a.run_id = newest_run(1)
   AND a.input = 'applications';
SELECT is(
  a.digest,
  (SELECT encode(sha256(format(E'11,5,,,"innovation_general",%1$s,"F1","two_year"\n'
                               '12,7,,,"innovation_general",%1$s,"F2","two_year"\n'
                               '13,5,,,"innovation_special",%1$s,"F3","two_year"\n',
                               institution_id)::bytea),
                 'hex')
     FROM equity.institution),
  'digest of pools')
  FROM equity.run_input AS a
 WHERE a.run_id = newest_run(1)
   AND a.input = 'pools';
SELECT is(
  a.digest,
  encode(sha256(E'innovation_general,12\ninnovation_special,5\n'), 'hex'),
  'digest of quotas')
  FROM equity.run_input AS a
 WHERE a.run_id = newest_run(1)
   AND a.input = 'quotas';
SELECT is(
  a.digest,
  encode(sha256(format(E'innovation_general,%1$s\ninnovation_special,%1$s\n', equity.digest(v.card))::bytea),
         'hex'),
  'digest of cards')
  FROM equity.run_input AS a, equity.scorecard_version AS v
 WHERE a.run_id = newest_run(1)
   AND a.input = 'cards'
   AND v.card_code = 'test';
SELECT is(
  a.result_digest,
  (SELECT encode(sha256(string_agg(pool_id || ',' || encode(sha256(lines::bytea), 'hex') || E'\n', ''
                                   ORDER BY pool_id)::bytea),
                 'hex')
     FROM (SELECT pool_id,
                  string_agg(format(E'%s,%s,"%s",%s,%s\n', applicant_id, choice, seat, tier, score), ''
                             ORDER BY applicant_id) AS lines
             FROM equity.placement
            WHERE run_id = a.run_id
            GROUP BY pool_id) AS d),
  'result digest')
  FROM equity.allocation_run AS a
 WHERE a.run_id = newest_run(1);
SELECT is(
  a.digest,
  encode(sha256('test seed'), 'hex'),
  'digest of the seed')
  FROM equity.run_input AS a
 WHERE a.run_id = newest_run(1)
   AND a.input = 'seed';

-- what closing notes of the applications
SELECT is(
  detail ->> 'application_digest',
  (SELECT encode(sha256(string_agg(pool_id || ',' || encode(sha256(lines::bytea), 'hex') || E'\n', ''
                                   ORDER BY pool_id)::bytea),
                 'hex')
     FROM (SELECT pool_id,
                  string_agg(format(E'%s,%s\n', applicant_id, choice), '' ORDER BY applicant_id) AS lines
             FROM equity.choice
            GROUP BY pool_id) AS d),
  'application digest')
  FROM equity.audit_event
 WHERE operation = 'close_round';
SELECT is(
  detail - 'application_digest' - 'seed',
  '{"applications": 60, "choices": 180}',
  'applications and choices are counted')
  FROM equity.audit_event
 WHERE operation = 'close_round';

SELECT * FROM finish();
ROLLBACK;
