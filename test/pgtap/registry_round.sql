-- Institutions, scorecard versions, rounds with pools and choices, runs, placements and awards.

BEGIN;

SELECT plan(64);

CREATE FUNCTION pg_temp.card(points integer) RETURNS equity.scorecard LANGUAGE sql AS $$
  SELECT format('{"code":"T","criteria":[{"code":"K","kind":"const","points":%s}]}',
                points)::equity.scorecard
$$;

-- Institutions.

SELECT throws_ok(
  format('INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership,
                                          affiliation) VALUES
            (%L, %L, %L, %L, %L, %L)',
         code, 'ก', '10', kind, ownership, affiliation),
  '23514', NULL, format('institution %s %s %s %s is refused', code, kind, ownership, affiliation))
  FROM (VALUES ('131000001', 'general', 'state', 'ovec'), ('๑๓๑๐๐๐๐๐๐๑', 'general', 'state', 'ovec'),
               ('1310000001', 'school', 'state', 'ovec'), ('1310000001', 'general', 'public', 'ovec'),
               ('1310000001', 'general', 'state', 'moe')) AS v (code, kind, ownership, affiliation);
INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation) VALUES
  ('1310000001', 'ตัวอย่าง', '10', 'general', 'state', 'ovec');
SELECT throws_ok(
  $$INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation) VALUES
      ('1310000001', 'ก', '10', 'general', 'state', 'ovec')$$,
  '23505', NULL, 'an institution code is unique');
INSERT INTO equity.field_of_study (field_code, name_th) VALUES
  ('F1', 'สาขาทดสอบ'), ('F2', 'สาขาทดสอบ');

-- Scorecard versions.

INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('T', 1, pg_temp.card(1));
SELECT is(digest, equity.digest(card), 'the digest is that of the card') FROM equity.scorecard_version;
SELECT throws_ok(
  $$UPDATE equity.scorecard_version SET digest = repeat('0', 64)$$, '428C9', NULL,
  'the digest cannot be set');
SELECT lives_ok($$UPDATE equity.scorecard_version SET card = pg_temp.card(2)$$, 'a draft may change');
SELECT is(digest, equity.digest(pg_temp.card(2)), 'and its digest follows') FROM equity.scorecard_version;
SELECT throws_ok($$UPDATE equity.scorecard_version SET version = 0$$, '23514', NULL, 'versions count from 1');
SELECT throws_ok(
  $$UPDATE equity.scorecard_version SET valid_from = '2023-05-16', valid_to = '2023-05-15'$$, '23514', NULL,
  'a validity ends after it starts');
UPDATE equity.scorecard_version SET sealed_at = now(), valid_to = '2023-12-31';
SELECT throws_ok(
  format('UPDATE equity.scorecard_version SET %s', change), '55000', 'scorecard "T" version 1 is sealed',
  format('sealed: %s is refused', change))
  FROM (VALUES ('card = pg_temp.card(3)'),
               ('card_code = ''U'''),
               ('version = 2'),
               ('valid_from = ''2023-05-16'''),
               ('valid_to = ''2023-05-16'''),
               ('sealed_at = NULL'),
               ('sealed_at = now() + interval ''1 day''')) AS v (change);
SELECT throws_ok($$DELETE FROM equity.scorecard_version$$, '55000', NULL, 'sealed: not deleted');
SELECT lives_ok(
  $$UPDATE equity.scorecard_version SET name_th = 'เกณฑ์ทดสอบ', card = pg_temp.card(2)$$,
  'sealed: the names may change');

-- Rounds.

SELECT throws_ok(
  format('INSERT INTO equity.round (round_code, academic_year, name_th, %I) VALUES (%L, 2566, %L, %L)', field,
         'R', 'ก', value),
  '23514', NULL, format('%s = %s is refused', field, value))
  FROM (VALUES ('status', 'done'),
               ('status', 'open'),
               ('status', 'published'),
               ('call_number', '0'),
               ('offer_days', '0'),
               ('offer_days', '2147483647'),
               ('mechanism', 'boston'),
               ('tie_break', 'age'),
               ('seed_commitment', repeat('A', 64)),
               ('seed_commitment', repeat('a', 63)),
               ('seed', 'secret'),
               ('published_run_id', '1')) AS v (field, value);
SELECT throws_ok(
  $$INSERT INTO equity.round (round_code, academic_year, name_th) VALUES ('R', 2023, 'ก')$$, '23514', NULL,
  'a year that is not พ.ศ.');
SELECT throws_ok(
  $$INSERT INTO equity.round (round_code, academic_year, name_th, opens_at, closes_at) VALUES
      ('R', 2566, 'ก', '2023-05-16', '2023-05-16')$$,
  '23514', NULL, 'a round that closes when it opens');
INSERT INTO equity.round (round_code, academic_year, name_th) VALUES
  ('R1', 2566, 'รอบหนึ่ง'), ('R2', 2566, 'รอบสอง');
SELECT throws_ok(
  $$INSERT INTO equity.round (round_code, academic_year, name_th) VALUES ('R1', 2567, 'ก')$$, '23505', NULL,
  'a round code is unique');
SELECT throws_ok(
  $$UPDATE equity.round
       SET seed_commitment = equity.commitment('secret'), seed = 'other'
     WHERE round_code = 'R1'$$,
  '23514', NULL, 'a seed that was not committed');
SELECT lives_ok(
  $$UPDATE equity.round
       SET seed_commitment = equity.commitment('secret'), seed = 'secret', status = 'closed'
     WHERE round_code = 'R1'$$,
  'the committed seed');
CREATE TEMPORARY TABLE known AS
SELECT min(round_id) AS r1, max(round_id) AS r2, (SELECT institution_id FROM equity.institution) AS i
  FROM equity.round;

SELECT throws_ok(
  $$INSERT INTO equity.round_programme (round_id, programme_code, card_code)
    SELECT r1, 'innovation_general', 'T'
      FROM known$$,
  '23503', NULL, 'a card without its version');
SELECT throws_ok(
  $$INSERT INTO equity.round_programme (round_id, programme_code, quota)
    SELECT r1, 'innovation_general', -1
      FROM known$$,
  '23514', NULL, 'a negative quota');
INSERT INTO equity.round_programme
SELECT r1, 'innovation_general', 'T', 1, 1265
  FROM known;
INSERT INTO equity.round_programme
SELECT r2, 'innovation_general', 'T', 1, 1265
  FROM known;

-- Pools and choices.

SELECT throws_ok(
  $$INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
    SELECT r1, 'innovation_general', i, 'F1', 'two_year', -1
      FROM known$$,
  '23514', NULL, 'negative seats');
SELECT throws_ok(
  $$INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
    SELECT r1, 'full_potential', i, 'F1', 'two_year', 1
      FROM known$$,
  '23503', NULL, 'a pool of a programme that the round does not serve');
INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
SELECT r, 'innovation_general', i, 'F1', 'two_year', 10
  FROM known, unnest(ARRAY[r1, r2]) AS r;
SELECT throws_ok(
  $$INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
    SELECT r1, 'innovation_general', i, 'F1', 'two_year', 1
      FROM known$$,
  '23505', NULL, 'the same pool twice');
INSERT INTO equity.applicant DEFAULT VALUES;
INSERT INTO equity.application (applicant_id, round_id)
SELECT applicant_id, r1
  FROM equity.applicant, known;
CREATE TEMPORARY TABLE target AS
SELECT (SELECT applicant_id FROM equity.applicant) AS a,
       (SELECT pool_id FROM equity.seat_pool WHERE round_id = r1) AS p1,
       (SELECT pool_id FROM equity.seat_pool WHERE round_id = r2) AS p2
  FROM known;
SELECT throws_ok(
  $$INSERT INTO equity.choice SELECT a, r1, 0, p1 FROM known, target$$, '23514', NULL,
  'choices count from 1');
SELECT throws_ok(
  $$INSERT INTO equity.choice SELECT a, r1, 1, p2 FROM known, target$$, '23503', NULL,
  'a pool of another round');
SELECT throws_ok(
  $$INSERT INTO equity.choice SELECT a, r2, 1, p2 FROM known, target$$, '23503', NULL,
  'a choice without an application');
INSERT INTO equity.choice SELECT a, r1, 1, p1 FROM known, target;
SELECT throws_ok(
  $$INSERT INTO equity.choice SELECT a, r1, 2, p1 FROM known, target$$, '23505', NULL, 'a pool chosen twice');
SELECT throws_ok(
  $$DELETE FROM equity.application$$, '23503', NULL, 'an application with choices is not deleted');
SELECT throws_ok($$DELETE FROM equity.seat_pool$$, '23503', NULL, 'a chosen pool is not deleted');

-- Assessments, runs and placements.

SELECT throws_ok(
  $$INSERT INTO equity.assessment
    SELECT a, r2, 'innovation_general', true, 1, NULL, '{}', 'T', 1, repeat('0', 64)
      FROM known, target$$,
  '23503', NULL, 'an assessment without an application');
SELECT throws_ok(
  $$INSERT INTO equity.assessment
    SELECT a, r1, 'innovation_general', true, 1, NULL, '{}', 'T', 1, 'abc'
      FROM known, target$$,
  '23514', NULL, 'an assessment without a digest');
SELECT throws_ok(
  $$INSERT INTO equity.allocation_run (round_id, mechanism, tie_break, equity_version, status)
    SELECT r1, 'deferred_acceptance', 'lottery', '1.0', 'verified'
      FROM known$$,
  '23514', NULL, 'a run verified without a count of violations');
SELECT throws_ok(
  $$INSERT INTO equity.allocation_run (round_id, mechanism, tie_break, equity_version, result_digest)
    SELECT r1, 'deferred_acceptance', 'lottery', '1.0', 'abc'
      FROM known$$,
  '23514', NULL, 'a digest that is none');
INSERT INTO equity.allocation_run (round_id, mechanism, tie_break, equity_version, status, violations)
SELECT r1, 'deferred_acceptance', 'lottery', '1.0', 'published', 0
  FROM known;
SELECT throws_ok(
  $$INSERT INTO equity.allocation_run (round_id, mechanism, tie_break, equity_version, status, violations)
    SELECT r1, 'deferred_acceptance', 'lottery', '1.0', 'published', 0
      FROM known$$,
  '23505', NULL, 'a second published run of a round');
SELECT throws_ok(
  $$UPDATE equity.round
       SET seed_commitment = equity.commitment('s'), seed = 's', status = 'published',
           published_run_id = (SELECT run_id FROM equity.allocation_run)
     WHERE round_code = 'R2'$$,
  '23503', NULL, 'the published run of another round');
SELECT lives_ok(
  $$UPDATE equity.round
       SET status = 'published', published_run_id = (SELECT run_id FROM equity.allocation_run)
     WHERE round_code = 'R1'$$,
  'the published run of the round');
SELECT throws_ok(
  $$INSERT INTO equity.placement
    SELECT run_id, a, p1, 0, 'open', 0, 1
      FROM equity.allocation_run, target$$,
  '23514', NULL, 'a placement at choice 0');
INSERT INTO equity.placement
SELECT run_id, a, p1, 1, 'open', 0, 1
  FROM equity.allocation_run, target;
SELECT throws_ok(
  $$INSERT INTO equity.placement
    SELECT run_id, a, p2, 1, 'open', 0, 1
      FROM equity.allocation_run, target$$,
  '23505', NULL, 'two placements of an applicant in a run');

-- Awards.

SELECT lives_ok(
  $$INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
    SELECT a, 'innovation_general', 2562, 'graduated'
      FROM target$$,
  'an award from before the system');
SELECT throws_ok(
  $$INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
    SELECT a, 'innovation_general', 2562, 'offered'
      FROM target$$,
  '23514', NULL, 'an offer without a time');
SELECT throws_ok(
  $$INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, run_id)
    SELECT a, 'innovation_general', 2566, 'accepted', run_id
      FROM target, equity.allocation_run$$,
  '23514', NULL, 'an award of a run without its round');
SELECT throws_ok(
  $$INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, round_id, run_id)
    SELECT a, 'innovation_general', 2566, 'accepted', r2, run_id
      FROM known, target, equity.allocation_run$$,
  '23503', NULL, 'an award of a run of another round');
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, round_id, run_id, pool_id,
                          offered_at)
SELECT a, 'innovation_general', 2566, 'offered', r1, run_id, p1, now()
  FROM known, target, equity.allocation_run;
SELECT throws_ok(
  $$INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, round_id, run_id)
    SELECT a, 'innovation_general', 2566, 'accepted', r1, run_id
      FROM known, target, equity.allocation_run$$,
  '23505', NULL, 'two awards of an applicant from a run');
SELECT throws_ok(
  $$INSERT INTO equity.award_event (award_id, event, to_status)
    SELECT max(award_id), 'offered', 'given'
      FROM equity.award$$,
  '23514', NULL, 'an event to an unknown status');

SELECT * FROM finish();

ROLLBACK;
