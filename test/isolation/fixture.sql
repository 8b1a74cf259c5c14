-- What the specifications share, in the database that is the template of theirs. Each permutation
-- begins with make_contest and ends with clear_contest.

-- A round of one programme: applicants 1, 2, … have grades that rise from 2 to 4, and all want
-- pools 1, 2, … in this order; there are as many pools as numbers of seats.
CREATE FUNCTION make_contest(applicants integer, seats integer[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
    ('spec', 1,
     '{"code": "spec",
       "criteria": [{"code": "M1", "kind": "linear", "field": "gpa", "points": [[0, 0], [4, 40]]}]}');
  INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership,
                                  affiliation)
  OVERRIDING SYSTEM VALUE
  VALUES (1, '1300000001', 'วิทยาลัยทดสอบ', '10', 'general', 'state', 'ovec');
  INSERT INTO equity.field_of_study (field_code, name_th)
  SELECT 'F' || pool, 'สาขา ' || pool
    FROM generate_subscripts(seats, 1) AS pool;
  INSERT INTO equity.round (round_id, round_code, academic_year, name_th, offer_days)
  OVERRIDING SYSTEM VALUE
  VALUES (1, 'spec', 2566, 'รอบทดสอบ', 7);
  INSERT INTO equity.round_programme (round_id, programme_code, card_code, card_version) VALUES
    (1, 'innovation_general', 'spec', 1);
  INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type,
                                seats)
  OVERRIDING SYSTEM VALUE
  SELECT pool, 1, 'innovation_general', 1, 'F' || pool, 'two_year', seats[pool]
    FROM generate_subscripts(seats, 1) AS pool;
  INSERT INTO equity.applicant (applicant_id)
  OVERRIDING SYSTEM VALUE
  SELECT generate_series(1, applicants);
  INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa)
  SELECT n, 1, 'submitted', now(), 2 + 2 * (n - 1) / (applicants - 1)::numeric
    FROM generate_series(1, applicants) AS n;
  INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
  SELECT n, 1, pool, pool
    FROM generate_series(1, applicants) AS n, generate_subscripts(seats, 1) AS pool;
END;

-- The operations in order, up to a step.
CREATE FUNCTION run_as_far(step text) RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  steps text[] := ARRAY['score', 'allocate', 'verify', 'publish'];
  last integer := array_position(steps, step);
BEGIN
  PERFORM equity.open_round(1, equity.commitment('seed'));
  PERFORM equity.close_round(1, 'seed');
  PERFORM equity.score_round(1);
  IF last >= 2 THEN PERFORM equity.allocate_round(1); END IF;
  IF last >= 3 THEN PERFORM equity.verify_run(newest_run()); END IF;
  IF last >= 4 THEN PERFORM equity.publish_run(newest_run()); END IF;
END;
$$;

CREATE FUNCTION newest_run() RETURNS bigint STABLE
RETURN (SELECT max(run_id) FROM equity.allocation_run);

-- From 1 June 2023 on all awards are on offer, for a week.
CREATE FUNCTION offer_in_june() RETURNS void
  LANGUAGE sql
BEGIN ATOMIC
  UPDATE equity.award SET offered_at = '2023-06-01 00:00+07', offer_expires_at = '2023-06-08 00:00+07';
END;

CREATE FUNCTION award_of(applicant bigint) RETURNS bigint STABLE
RETURN (SELECT w.award_id FROM equity.award AS w WHERE w.applicant_id = applicant);

-- A sealed card of one field, of two classes parted at a value, that decides for all programmes.
CREATE FUNCTION make_policy(purpose text, facts regclass, field text, low text, value numeric, high text) RETURNS void
  LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO equity.scorecard_version (card_code, version, card)
  VALUES (purpose, 1, format('{"code": %s, "scale": 0, "criteria": [
                                {"code": "C", "kind": "band", "field": %s, "bands": [[null, %s, 0], [%3$s, null, 1]]}],
                               "classes": [[null, 1, %s], [1, null, %s]]}',
                             to_json(purpose), to_json(field), value, to_json(low), to_json(high))::equity.scorecard);
  PERFORM equity.seal_scorecard(purpose, 1, facts);
  INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
  VALUES (make_policy.purpose, 2560, make_policy.purpose, 1);
END;
$$;

-- What awards and placements break: nothing.
CREATE VIEW parity AS
  SELECT g.applicant_id, g.gap
    FROM equity.round AS r CROSS JOIN LATERAL equity.award_mismatches(r.published_run_id) AS g
  UNION ALL
  SELECT v.applicant_id, v.violation
    FROM equity.round AS r
    JOIN equity.allocation_run AS a ON a.run_id = r.published_run_id
   CROSS JOIN LATERAL equity.run_queries(a.run_id) AS q
   CROSS JOIN LATERAL equity.verify(q.applications, q.pools, q.reserves, q.caps,
                                    equity_internal.placement_query(a.run_id), a.tie_break, a.seed) AS v
  UNION ALL
  SELECT w.applicant_id, 'two awards' FROM equity.award AS w GROUP BY w.applicant_id HAVING count(*) > 1;

-- Whose seats each pool has given.
CREATE VIEW pool_parity AS
  SELECT p.pool_id, p.seats,
         ARRAY(SELECT w.applicant_id FROM equity.award AS w
                WHERE w.pool_id = p.pool_id AND w.status IN ('offered', 'accepted') ORDER BY 1) AS awards,
         ARRAY(SELECT t.applicant_id FROM equity.placement AS t
                WHERE t.pool_id = p.pool_id AND t.run_id = r.published_run_id ORDER BY 1) AS placements
    FROM equity.seat_pool AS p JOIN equity.round AS r USING (round_id) ORDER BY p.pool_id;

-- Sealed scorecards go too, so no trigger is asked. The audit trail stays: it is told apart by its order.
CREATE FUNCTION clear_contest() RETURNS void
  LANGUAGE plpgsql
  SET session_replication_role = replica
  SET client_min_messages = warning
AS $$
BEGIN
  TRUNCATE equity.round, equity.allocation_run, equity.applicant, equity.field_of_study, equity.institution,
           equity.scorecard_version RESTART IDENTITY CASCADE;
END;
$$;
