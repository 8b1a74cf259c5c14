-- Foreign keys that are checked once a statement (equity_internal.check_keys) refuse what PostgreSQL would
-- refuse row by row, in the same words. The oracle is PostgreSQL's own check of each row, turned on.
-- Concurrency is for the isolation tests.
\ir fixture/round.psql
\ir ../lib/refusal.psql
BEGIN;
SELECT plan(67);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'verify');
SELECT make_round(2, 2567::smallint);
INSERT INTO equity.award (award_id, applicant_id, programme_code, academic_year, status)
VALUES (1000, 60, 'innovation_general', 2560, 'graduated');
INSERT INTO equity.award (award_id, applicant_id, programme_code, academic_year, status)
SELECT 1000 + n, 60, 'innovation_general', 2560, 'graduated' FROM generate_series(1, 4) AS n;
INSERT INTO equity.academic_term (term_id, affiliation, academic_year, term, opens, closes)
VALUES (1, 'ovec', 2566, 1, '2023-05-16', '2023-10-10');
INSERT INTO equity.round (round_id, round_code, academic_year, name_th) OVERRIDING SYSTEM VALUE
VALUES (3, 'test-3', 2568, 'รอบทดสอบ');
DELETE FROM equity.choice WHERE round_id = 2 AND applicant_id <= 4;
DELETE FROM equity.household WHERE round_id = 2 AND applicant_id <= 4;

-- a row of each table with the keys that it must have, and what breaks each key
CREATE TEMPORARY TABLE whole AS
SELECT w.relation::regclass, w.content::jsonb || jsonb_build_object('run_id', newest_run(1)) AS content
  FROM (VALUES
    ('equity.applicant_identity', '{"applicant_id": 1, "identity_kind": "passport",
                                     "identity": "PASS", "valid_from": "2023-05-16"}'),
    ('equity.application', '{"applicant_id": 1, "round_id": 3, "status": "draft", "late": false}'),
    ('equity.choice', '{"applicant_id": 1, "round_id": 2, "choice": 1, "pool_id": 21}'),
    ('equity.household', '{"applicant_id": 1, "round_id": 2}'),
    ('equity.household_member', '{"applicant_id": 1, "round_id": 1, "member_number": 1}'),
    ('equity.dwelling', '{"applicant_id": 1, "round_id": 2}'),
    ('equity.assessment', '{"applicant_id": 1, "round_id": 2, "programme_code": "innovation_general",
                            "card_code": "test", "card_version": 1,
                            "card_digest": "0000000000000000000000000000000000000000000000000000000000000000"}'),
    ('equity.award', '{"applicant_id": 1, "programme_code": "innovation_general", "academic_year": 2566,
                       "round_id": 1, "status": "graduated"}'),
    ('equity.award_event', '{"award_id": 1000, "event": "graduated", "to_status": "graduated",
                             "actor": "somebody", "at": "2023-07-07"}'),
    ('equity.term_result', '{"award_id": 1000, "term_id": 1, "enrolled": true, "field_changed": false,
                             "recorded_at": "2023-10-31"}'),
    ('equity.renewal', '{"award_id": 1000, "term_id": 1, "outcome": "continue", "score": 1, "reasons": [],
                         "card_code": "test", "card_version": 1, "decided_at": "2023-10-31",
                         "card_digest": "0000000000000000000000000000000000000000000000000000000000000000"}'),
    ('equity.payment', '{"applicant_id": 1, "award_id": 1000, "term_id": 1, "programme_code": "innovation_general",
                         "institution_id": 1, "kind": "grant", "item": "living", "period": "2566-05", "part": 1,
                         "starts": "2023-05-16", "ends": "2023-06-15", "full_amount": 1, "amount": 1,
                         "combinable": true, "due_on": "2023-05-16", "status": "planned",
                         "planned_at": "2023-05-01"}'),
    ('equity.placement', '{"applicant_id": 1, "pool_id": 11, "choice": 1, "seat": "open", "tier": 0, "score": 1}'),
    ('equity.run_standing', '{"applicant_id": 1, "decision": "freeze", "pool_id": 11, "seat": "open", "choice": 1,
                              "score": 1}'),
    ('equity.refill_move', '{"applicant_id": 1, "chain": 1, "step": 1, "to_pool_id": 11, "to_seat": "open"}'))
    AS w (relation, content);
CREATE TEMPORARY TABLE broken AS
SELECT b.relation::regclass, b.key::name, b.change::jsonb
  FROM (VALUES
    ('equity.applicant_identity', 'applicant_identity_applicant_fkey', '{"applicant_id": -1}'),
    ('equity.application', 'application_applicant_fkey', '{"applicant_id": -1}'),
    ('equity.application', 'application_round_fkey', '{"round_id": -1}'),
    ('equity.choice', 'choice_application_fkey', '{"applicant_id": -1}'),
    ('equity.choice', 'choice_pool_fkey', '{"pool_id": -1}'),
    ('equity.household', 'household_application_fkey', '{"round_id": -1}'),
    ('equity.household_member', 'household_member_household_fkey', '{"round_id": -1}'),
    ('equity.dwelling', 'dwelling_application_fkey', '{"round_id": -1}'),
    ('equity.assessment', 'assessment_application_fkey', '{"round_id": 3}'),
    ('equity.award', 'award_applicant_fkey', '{"applicant_id": -1}'),
    ('equity.award', 'award_programme_fkey', '{"programme_code": "none"}'),
    ('equity.award', 'award_grant_type_fkey', '{"grant_type": "none"}'),
    ('equity.award', 'award_institution_fkey', '{"institution_id": -1}'),
    ('equity.award', 'award_field_fkey', '{"field_code": "none"}'),
    ('equity.award', 'award_round_fkey', '{"round_id": -1, "run_id": null}'),
    ('equity.award', 'award_run_fkey', '{"round_id": 2}'),
    ('equity.award', 'award_pool_fkey', '{"pool_id": 21}'),
    ('equity.award_event', 'award_event_award_fkey', '{"award_id": -1}'),
    ('equity.award_event', 'award_event_from_pool_fkey', '{"event": "moved", "from_pool_id": -1, "to_pool_id": 11}'),
    ('equity.award_event', 'award_event_to_pool_fkey', '{"event": "moved", "from_pool_id": 11, "to_pool_id": -1}'),
    ('equity.award_event', 'award_event_from_institution_fkey', '{"from_institution_id": -1}'),
    ('equity.award_event', 'award_event_to_institution_fkey',
     '{"event": "transferred", "from_status": "studying", "to_institution_id": -1}'),
    ('equity.award_event', 'award_event_from_field_fkey', '{"from_field_code": "none"}'),
    ('equity.award_event', 'award_event_to_field_fkey',
     '{"event": "transferred", "from_status": "studying", "to_field_code": "none"}'),
    ('equity.term_result', 'term_result_award_fkey', '{"award_id": -1}'),
    ('equity.term_result', 'term_result_term_fkey', '{"term_id": -1}'),
    ('equity.renewal', 'renewal_award_fkey', '{"award_id": -1}'),
    ('equity.renewal', 'renewal_term_fkey', '{"term_id": -1}'),
    ('equity.payment', 'payment_applicant_fkey', '{"applicant_id": -1}'),
    ('equity.payment', 'payment_award_fkey', '{"award_id": -1}'),
    ('equity.payment', 'payment_term_fkey', '{"term_id": -1}'),
    ('equity.payment', 'payment_programme_fkey', '{"programme_code": "none"}'),
    ('equity.payment', 'payment_institution_fkey', '{"institution_id": -1}'),
    ('equity.payment', 'payment_batch_fkey', '{"batch_id": -1}'),
    ('equity.placement', 'placement_run_fkey', '{"run_id": -1}'),
    ('equity.run_standing', 'run_standing_run_fkey', '{"run_id": -1}'),
    ('equity.run_standing', 'run_standing_applicant_fkey', '{"applicant_id": -1}'),
    ('equity.run_standing', 'run_standing_pool_fkey', '{"pool_id": -1}'),
    ('equity.refill_move', 'refill_move_run_fkey', '{"run_id": -1}'),
    ('equity.refill_move', 'refill_move_applicant_fkey', '{"applicant_id": -1}'),
    ('equity.refill_move', 'refill_move_from_pool_fkey', '{"from_pool_id": -1, "from_seat": "open"}'),
    ('equity.refill_move', 'refill_move_to_pool_fkey', '{"to_pool_id": -1}'),
    ('equity.refill_move', 'refill_move_vacated_by_fkey', '{"vacated_by": -1}')) AS b (relation, key, change);

-- Rows like the whole one, all different, in one statement; the last but one is changed.
CREATE FUNCTION pg_temp.insertion(relation regclass, change jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_recordset(NULL::%1$s, %3$L)',
                insertion.relation,
                (SELECT string_agg(DISTINCT quote_ident(c.name), ', ')
                   FROM jsonb_object_keys(w.content || insertion.change) AS c (name)
                   JOIN pg_attribute AS a ON a.attrelid = insertion.relation AND a.attname = c.name),
                (SELECT jsonb_agg(w.content
                                  || CASE insertion.relation::regclass::text
                                       WHEN 'equity.applicant_identity' THEN
                                         jsonb_build_object('applicant_id', n, 'identity', 'PASS' || n)
                                       WHEN 'equity.award_event' THEN jsonb_build_object('event_number', 100 + n)
                                       WHEN 'equity.term_result' THEN jsonb_build_object('award_id', 1000 + n)
                                       WHEN 'equity.renewal' THEN jsonb_build_object('award_id', 1000 + n)
                                       WHEN 'equity.payment' THEN
                                         jsonb_build_object('payment_id', n, 'award_id', 1000 + n)
                                       WHEN 'equity.placement' THEN jsonb_build_object('applicant_id', 1000 + n)
                                       ELSE jsonb_build_object('applicant_id', n, 'chain', n) END
                                  || CASE WHEN n = 3 THEN insertion.change ELSE '{}' END)
                   FROM generate_series(1, 4) AS n))
    FROM whole AS w
   WHERE w.relation = insertion.relation
$$;

CREATE FUNCTION pg_temp.check_by_row(relation regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE TRIGGER ALL', relation);
  EXECUTE format('ALTER TABLE %s DISABLE TRIGGER check_keys', relation);
END $$;

CREATE FUNCTION pg_temp.check_at_once(relation regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE TRIGGER check_keys', relation);
  PERFORM equity_internal.check_keys_at_once(relation);
END $$;

SELECT set_eq(
  'SELECT relation, key FROM broken',
  $$SELECT k.conrelid::regclass, k.conname
      FROM pg_constraint AS k
     WHERE k.contype = 'f'
       AND EXISTS (SELECT FROM pg_trigger AS t
                    WHERE t.tgrelid = k.conrelid
                      AND t.tgfoid = 'equity_internal.check_keys()'::regprocedure)$$,
  'every key that is checked at once is broken here');
SELECT is_empty(
  $$SELECT t.tgrelid::regclass, t.tgname
      FROM pg_trigger AS t
     WHERE t.tgfoid = 'pg_catalog."RI_FKey_check_ins"'::regproc
       AND (t.tgenabled = 'D') <> EXISTS (SELECT FROM pg_trigger AS s
                                           WHERE s.tgrelid = t.tgrelid
                                             AND s.tgfoid = 'equity_internal.check_keys()'::regprocedure)$$,
  'the check of each row is off where all are checked at once, and nowhere else');

CREATE TEMPORARY TABLE at_once AS
SELECT b.relation, b.key, pg_temp.refusal(pg_temp.insertion(b.relation, b.change)) AS answer FROM broken AS b;
SELECT pg_temp.check_by_row(relation) FROM whole;
CREATE TEMPORARY TABLE by_row AS
SELECT b.relation, b.key, pg_temp.refusal(pg_temp.insertion(b.relation, b.change)) AS answer FROM broken AS b;
SELECT pg_temp.check_at_once(relation) FROM whole;
SELECT is(o.answer, r.answer, format('%s is refused as PostgreSQL refuses it', o.key))
  FROM at_once AS o
  JOIN by_row AS r USING (relation, key)
 ORDER BY o.key;
SELECT is_empty(
  $$SELECT key
      FROM at_once
     WHERE answer NOT LIKE '23503 insert or update on table "%" violates foreign key constraint "' || key || '"%'$$,
  'each by its own key');

SELECT lives_ok(
  pg_temp.insertion(relation, '{}'), format('%s: rows without the keys that may be missing', relation))
  FROM whole
 ORDER BY relation::text;

-- COPY is a statement too.
SELECT current_setting('data_directory') || '/keys.copy' AS file \gset
COPY (SELECT 1000, 'graduated', 'graduated' UNION ALL SELECT -7, 'graduated', 'graduated') TO :'file';
SELECT matches(
  pg_temp.refusal(format('COPY equity.award_event (award_id, event, to_status) FROM %L', :'file')),
  '^23503 .*"award_event_award_fkey" \(Key \(award_id\)=\(-7\) is not present in table "award".\)',
  'COPY is checked');

-- What is named stays: that is PostgreSQL's own work.
SELECT throws_ok(
  'DELETE FROM equity.award WHERE award_id = 1000', '23503', NULL, 'an award that has a history is not deleted');
SELECT throws_ok('TRUNCATE equity.award', '0A000', NULL, 'nor truncated');
SELECT throws_ok(
  'UPDATE equity.award SET field_code = ''none''', '23503', NULL, 'and an award is not moved to what is not there');

-- Whoever may add rows needs no right to what they name, and no operator of a caller is asked.
CREATE ROLE regress_clerk;
GRANT USAGE ON SCHEMA equity TO regress_clerk;
GRANT INSERT ON equity.award_event TO regress_clerk;
CREATE SCHEMA evil;
CREATE FUNCTION evil.never(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'asked'; END$$;
CREATE OPERATOR evil.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.never);
GRANT USAGE ON SCHEMA evil TO regress_clerk;
SET LOCAL ROLE regress_clerk;
SET LOCAL search_path = evil, pg_catalog;
INSERT INTO equity.award_event (award_id, event, to_status) VALUES (1000, 'graduated', 'graduated');
RESET ROLE;
RESET search_path;
SELECT is(
  (SELECT count(*)::integer FROM equity.award_event WHERE actor = session_user AND award_id = 1000), 1,
  'a clerk who may only insert does so');

SELECT throws_ok(
  $$CREATE TRIGGER keys AFTER INSERT ON equity.award FOR EACH ROW EXECUTE FUNCTION equity_internal.check_keys();
    INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
    VALUES (1, 'innovation_general', 2560, 'graduated')$$,
  '39P01', NULL, 'a trigger for each row is told how it must be');

SELECT * FROM finish();
ROLLBACK;
