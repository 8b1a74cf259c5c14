-- Rows that nobody expects: names with quotes, markup, control characters and marks that turn the direction of
-- writing; an applicant who asks for three thousand pools. A round goes all the way with them, is proved, and what is
-- printed of it holds the names as text.
\ir fixture/round.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(12);

SELECT E'o''brien "x" <script>alert(1)</script> &amp; \u202Eกำ\u200F \u0001\u007F ${x} %s \\' AS name \gset
SELECT make_round(1, 2566::smallint);
UPDATE equity.institution SET name_th = :'name', name_en = :'name';
UPDATE equity.field_of_study SET name_th = :'name', name_en = :'name' WHERE field_code = 'F1';
UPDATE equity.round SET name_th = :'name', name_en = :'name';
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name)
SELECT n, 'passport', 'PASS' || n, :'name', :'name', :'name' FROM generate_series(1, 60) AS n;
UPDATE equity.application SET answers = jsonb_build_object(:'name', :'name'), education_level = :'name';

INSERT INTO equity.field_of_study (field_code, name_th)
SELECT 'M' || n, 'สาขา ' || n FROM generate_series(1, 3000) AS n;
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
SELECT 30000 + n, 1, 'innovation_general', i.institution_id, 'M' || n, 'two_year', CASE n WHEN 3000 THEN 1 ELSE 0 END
  FROM generate_series(1, 3000) AS n, equity.institution AS i;
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE VALUES (100);
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa)
VALUES (100, 1, 'submitted', '2023-05-01 00:00+07', 2.00);
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income) VALUES (100, 1, 1, 0);
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
SELECT 100, 1, n, 30000 + n FROM generate_series(1, 3000) AS n;

UPDATE equity.round_programme SET quota = NULL;
SELECT is_empty('SELECT * FROM equity.round_gaps(1)', 'the round lacks nothing');
SELECT run_as_far(1, 'publish');
SELECT is((SELECT pool_id FROM equity.award WHERE applicant_id = 100), 33000::bigint,
          'the last of three thousand choices is the seat that there is');
SELECT is_empty('SELECT * FROM equity.run_violations(newest_run(1))', 'the run is proved');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the audit trail holds');
SELECT is(equity.replay_run(newest_run(1)),
          (SELECT result_digest FROM equity.allocation_run WHERE run_id = newest_run(1)),
          'it repeats');
SELECT is_empty('SELECT * FROM equity.check_integrity()', 'nothing is an orphan');

SELECT cmp_ok((SELECT count(*) FROM equity.explain_application(
                 (SELECT application_id FROM equity.application WHERE applicant_id = 100), 'en')),
              '>', 3000::bigint, 'a letter of three thousand choices has them all');
SELECT cmp_ok((SELECT count(*) FROM equity.letters(1, 'th')), '=', 61::bigint, 'everybody has a letter');
SELECT is((SELECT count(*) FROM equity.pool_cutoff WHERE institution_en = :'name'),
          (SELECT count(*) FROM equity.pool_cutoff), 'a report has the name as it is');
SELECT unalike(equity.round_report(1, 'en'), '%<script>%', 'a page has it as text');
SELECT is((SELECT count(*) FROM equity.export_identities('test') WHERE given_name = :'name'), 60::bigint,
          'and so has whoever reads identities');
SELECT is(equity.subject_record(7) #>> '{applicant_identity,0,family_name}', :'name', 'or the record of a person');

SELECT * FROM finish();
ROLLBACK;
