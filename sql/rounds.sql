-- A round from draft to published, with every step also tried out of order and twice.
-- Ids from 9000 up, so that they are the same whatever other tests leave behind.
\set SHOW_CONTEXT never
\pset null '(null)'

SELECT setval('equity.allocation_run_run_id_seq', 9000);
SELECT setval('equity.award_award_id_seq', 9000);

-- The round: two programmes, three pools, four seats
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('walk', 1,
   '{"code": "walk", "scale": 2, "criteria": [
     {"code": "G1", "kind": "gate", "field": "gpa", "op": ">=", "value": 2.00, "missing": "reject",
      "reason": "GPA_BELOW"},
     {"code": "N1", "kind": "band", "field": "income_per_head",
      "bands": [[null, 1000, 20], [1000, 3000, 10], [3000, null, 0]]},
     {"code": "M1", "kind": "linear", "field": "gpa", "points": [[0, 0], [4, 40]]}]}');
INSERT INTO equity.institution (institution_id, institution_code, name_th, name_en, province_code, kind,
                                ownership, affiliation)
OVERRIDING SYSTEM VALUE
VALUES (9001, '1390000001', 'วิทยาลัยตัวอย่าง', 'Example College', '50', 'general', 'state', 'ovec');
INSERT INTO equity.field_of_study (field_code, name_th, name_en)
VALUES ('walk-auto', 'ช่างยนต์', 'Auto mechanics'), ('walk-food', 'อาหาร', 'Food');
INSERT INTO equity.round (round_id, round_code, academic_year, name_th, name_en, offer_days)
OVERRIDING SYSTEM VALUE
VALUES (9001, 'walk', 2601, 'รอบทดสอบ', 'Test round', 14);

-- Not ready yet: each gap is named
\set commitment 'equity.commitment(''walk-seed'')'
SELECT equity.open_round(9001, :commitment);
INSERT INTO equity.round_programme (round_id, programme_code, quota)
VALUES (9001, 'innovation_general', 3), (9001, 'innovation_special', 1);
SELECT gap FROM equity.round_gaps(9001) ORDER BY gap COLLATE "C";
UPDATE equity.round_programme SET card_code = 'walk', card_version = 1 WHERE round_id = 9001;
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
VALUES (9101, 9001, 'innovation_general', 9001, 'walk-auto', 'two_year', 2),
       (9102, 9001, 'innovation_general', 9001, 'walk-food', 'two_year', 1),
       (9103, 9001, 'innovation_special', 9001, 'walk-food', 'two_year', 0);
SELECT equity.open_round(9001, :commitment);
UPDATE equity.seat_pool SET seats = 1 WHERE pool_id = 9103;

-- Opening: malformed commitments, steps that must wait, once, twice, with another seed
SELECT equity.open_round(9001, 'walk-seed');
SELECT equity.open_round(9001, upper(:commitment));
SELECT equity.open_round(9001, NULL);
SELECT equity.close_round(9001, 'walk-seed');
SELECT * FROM equity.score_round(9001);
SELECT * FROM equity.allocate_round(9001);
SELECT equity.open_round(9001, :commitment);
SELECT equity.open_round(9001, :commitment);
SELECT equity.open_round(9001, equity.commitment('another seed'));
SELECT status, seed_commitment = :commitment AS committed, seed FROM equity.round WHERE round_id = 9001;
SELECT sealed_at IS NOT NULL AS sealed FROM equity.scorecard_version WHERE card_code = 'walk';

-- What was announced is fixed
UPDATE equity.round SET tie_break = 'lottery_per_pool' WHERE round_id = 9001;
UPDATE equity.round SET seed_commitment = equity.commitment('another seed') WHERE round_id = 9001;
UPDATE equity.round SET status = 'draft' WHERE round_id = 9001;
UPDATE equity.round_programme SET card_code = NULL, card_version = NULL WHERE round_id = 9001;
DELETE FROM equity.round_programme WHERE round_id = 9001 AND programme_code = 'innovation_special';
UPDATE equity.round SET name_en = 'A round' WHERE round_id = 9001;
UPDATE equity.round_programme SET quota = quota WHERE round_id = 9001;

-- Applicants: 9001 to 9004 compete, three of them with equal scores; 9005 below the grade,
-- 9006 without an income, 9007 has not submitted, 9008 has withdrawn
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE
SELECT n FROM generate_series(9001, 9008) AS n;
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa)
VALUES (9001, 9001, 'submitted', now(), 3.50),
       (9002, 9001, 'submitted', now(), 3.00),
       (9003, 9001, 'submitted', now(), 3.00),
       (9004, 9001, 'submitted', now(), 3.00),
       (9005, 9001, 'submitted', now(), 1.99),
       (9006, 9001, 'submitted', now(), 4.00),
       (9007, 9001, 'draft', NULL, 4.00),
       (9008, 9001, 'withdrawn', now(), 4.00);
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
VALUES (9001, 9001, 5, 5000.00),
       (9002, 9001, 3, 2999.99),
       (9003, 9001, 3, 2400.00),
       (9004, 9001, 1, 0.00),
       (9005, 9001, 4, 1000.00),
       (9006, 9001, 4, NULL),
       (9007, 9001, 4, 1000.00),
       (9008, 9001, 4, 1000.00);
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
VALUES (9001, 9001, 1, 9101), (9001, 9001, 2, 9103),
       (9002, 9001, 1, 9101), (9002, 9001, 2, 9102),
       (9003, 9001, 1, 9101), (9003, 9001, 2, 9102),
       (9004, 9001, 1, 9101), (9004, 9001, 2, 9102),
       (9005, 9001, 1, 9101),
       (9006, 9001, 1, 9102), (9006, 9001, 2, 9103),
       (9007, 9001, 1, 9101),
       (9008, 9001, 1, 9101);

-- Closing: only with the seed that was committed to
SELECT * FROM equity.score_round(9001);
SELECT equity.close_round(9001, 'another seed');
SELECT equity.close_round(9001, NULL);
SELECT equity.close_round(9001, 'walk-seed');
SELECT equity.close_round(9001, 'walk-seed');
SELECT equity.close_round(9001, 'another seed');
SELECT equity.open_round(9001, :commitment);
UPDATE equity.round SET seed = NULL, status = 'open' WHERE round_id = 9001;

-- Scoring
SELECT * FROM equity.allocate_round(9001);
SELECT * FROM equity.allocate_round(9001, dry_run => true);
SELECT * FROM equity.score_round(9001);
SELECT applicant_id, programme_code, eligible, score, reasons
  FROM equity.assessment WHERE round_id = 9001 ORDER BY applicant_id, programme_code COLLATE "C";
SELECT * FROM equity.score_round(9001);

-- Allocating: a dry run first, which leaves nothing behind
SELECT * FROM equity.allocate_round(9001, dry_run => true);
SELECT status FROM equity.round WHERE round_id = 9001;
SELECT count(*) FROM equity.allocation_run WHERE round_id = 9001;
SELECT * FROM equity.allocate_round(9001);
SELECT applicant_id, pool_id, choice, seat, tier, score FROM equity.placement WHERE run_id = 9001 ORDER BY applicant_id;
SELECT * FROM equity.allocate_round(9001);
-- ties in pool 9101 went to the smallest numbers of the lottery
SELECT applicant_id, rank() OVER (ORDER BY equity.lottery('walk-seed', applicant_id))
  FROM equity.applicant WHERE applicant_id BETWEEN 9002 AND 9004 ORDER BY applicant_id;

-- Verifying and publishing, too early, on other rows, and again
SELECT equity.publish_run(9001);
SELECT * FROM equity.verify_run(9001);
SELECT * FROM equity.verify_run(9001);
UPDATE equity.placement SET score = 49 WHERE run_id = 9001 AND applicant_id = 9001;
SELECT equity.publish_run(9001);
SELECT violation, applicant_id, pool_id FROM equity.verify_run(9001) ORDER BY violation COLLATE "C";
SELECT equity.publish_run(9001);
SELECT r.status, a.status AS run_status, a.violations
  FROM equity.round AS r JOIN equity.allocation_run AS a USING (round_id) WHERE r.round_id = 9001;

-- A late withdrawal counts only once it is in the audit trail
BEGIN;
UPDATE equity.application SET status = 'withdrawn' WHERE round_id = 9001 AND applicant_id = 9002;
SELECT applications FROM equity.score_round(9001);
SELECT run_id AS late_run FROM equity.allocate_round(9001) \gset
SELECT violation, applicant_id FROM equity.verify_run(:late_run);
SELECT equity.amend_round(9001, 'withdrawn by letter');
SELECT violation FROM equity.verify_run(:late_run);
ROLLBACK;
SELECT setval('equity.allocation_run_run_id_seq', 9001);

-- A correction of the facts asks for scoring again; that supersedes the run
UPDATE equity.household SET monthly_income = 1000.00 WHERE applicant_id = 9006;
SELECT * FROM equity.allocate_round(9001);
SELECT violation, applicant_id FROM equity.verify_run(9002) ORDER BY applicant_id, violation COLLATE "C";
SELECT * FROM equity.score_round(9001);
SELECT * FROM equity.verify_run(9002);
SELECT equity.publish_run(9002);
SELECT * FROM equity.allocate_round(9001);
SELECT * FROM equity.verify_run(9003);
SELECT equity.publish_run(9003);
SELECT equity.publish_run(9003);
SELECT run_id, status, applicants, applications, seats, admitted, violations
  FROM equity.allocation_run WHERE round_id = 9001 ORDER BY run_id;
SELECT status, published_run_id FROM equity.round WHERE round_id = 9001;
SELECT w.applicant_id, w.pool_id, w.programme_code, w.grant_type, w.field_code, w.academic_year, w.status,
       w.offer_expires_at = w.offered_at + interval '14 days' AS open_14_days, e.event, e.from_status, e.to_status
  FROM equity.award AS w JOIN equity.award_event AS e USING (award_id)
 WHERE w.round_id = 9001 ORDER BY w.award_id;

-- A published round stays as it is, but for seats that nobody was given; a check of it still may be made
BEGIN;
SELECT equity.amend_round(9001, 'other seats for the refill');
UPDATE equity.seat_pool SET seats = seats + 1 WHERE pool_id = 9103;
UPDATE equity.seat_pool SET seats = 0 WHERE pool_id = 9101;
ROLLBACK;
SELECT * FROM equity.score_round(9001);
SELECT * FROM equity.allocate_round(9001);
SELECT * FROM equity.verify_run(9003);

-- Unknown ids
SELECT equity.amend_round(-1, 'no such round');
SELECT equity.amend_round(9001, ' ');
SELECT equity.open_round(-1, :commitment);
SELECT equity.close_round(-1, 'walk-seed');
SELECT * FROM equity.score_round(-1);
SELECT * FROM equity.allocate_round(-1);
SELECT * FROM equity.allocate_round(-1, dry_run => true);
SELECT * FROM equity.verify_run(-1);
SELECT equity.publish_run(-1);
SELECT * FROM equity.score_round(NULL);
SELECT * FROM equity.verify_run(NULL);

-- What the audit trail says
SELECT operation, run_id,
       detail - '{cards,rules,inputs,transaction,result_digest,seed_commitment,application_digest,
                  digest}'::text[] AS detail
  FROM equity.audit_event
 WHERE round_id = 9001
 ORDER BY event_id;
