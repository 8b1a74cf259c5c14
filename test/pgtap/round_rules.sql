-- What is fixed when a round opens: its rules change only after equity.amend_round, which leaves before and
-- after in the audit trail; dates bind; round_gaps tells whatever open_round refuses; and awards that people
-- hold are facts for gates.
\ir fixture/round.psql
BEGIN;
SELECT plan(72);

-- what open_round refuses, and round_gaps has told
CREATE FUNCTION pg_temp.gaps(change text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  told text[];
  refused boolean := false;
BEGIN
  BEGIN
    EXECUTE change;
    told := ARRAY(SELECT g.gap FROM equity.round_gaps(1) AS g);
    BEGIN
      PERFORM equity.open_round(1, equity.commitment('test seed'));
    EXCEPTION WHEN SQLSTATE '55000' THEN
      refused := true;
    END;
    RAISE EXCEPTION USING ERRCODE = 'XUNDO';
  EXCEPTION WHEN SQLSTATE 'XUNDO' THEN
    RETURN told || CASE WHEN refused THEN 'refused' ELSE 'opens' END;
  END;
END $$;
SELECT make_round(1, 2566::smallint);
SELECT is(pg_temp.gaps(''), ARRAY['opens'], 'a round that is ready');
SELECT is(
  cardinality(pg_temp.gaps('UPDATE equity.round SET opens_at = now() + interval ''1 day''')), 2,
  'a round that was announced for later is a gap');
SELECT is(
  pg_temp.gaps($$UPDATE equity.scorecard_version SET valid_to = '2020-01-01'$$),
  ARRAY['programme innovation_general has a scorecard that is not valid today, but until 2020-01-01',
        'programme innovation_special has a scorecard that is not valid today, but until 2020-01-01', 'refused'],
  'a card that is no longer valid');
SELECT is(
  pg_temp.gaps($$UPDATE equity.scorecard_version
                    SET card = '{"code": "test", "criteria": [
                                  {"code": "A", "kind": "gate", "field": "age", "op": ">", "value": 1}]}'$$),
  ARRAY['programme innovation_general has a scorecard that the facts do not suit: '
          || 'criterion "A": there is no column "age"',
        'programme innovation_special has a scorecard that the facts do not suit: '
          || 'criterion "A": there is no column "age"',
        'refused'],
  'a card that reads a column that facts lack');
SELECT is(
  pg_temp.gaps($$INSERT INTO equity.scorecard_version (card_code, version, card)
                 SELECT card_code, 2, card FROM equity.scorecard_version;
                 SELECT equity.seal_scorecard('test', 2)$$),
  ARRAY['programme innovation_general has a scorecard that is valid on days on which sealed version 2 is, on every day',
        'programme innovation_special has a scorecard that is valid on days on which sealed version 2 is, on every day',
        'refused'],
  'versions that overlap');
SELECT is(
  pg_temp.gaps($$UPDATE equity.scorecard_version SET scale = 6$$),
  (SELECT array_agg(format('programme %s has a scorecard that cannot be sealed: scorecard "test" version 1 '
                           'contradicts itself; Its card has scale 2, rounding half_up, as_of none; '
                           'the version says otherwise', programme_code) ORDER BY programme_code)
     FROM equity.round_programme) || 'refused'::text,
  'a card that contradicts its version');

-- awards that people hold
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, offered_at) VALUES
  (7, 'innovation_general', 2560, 'graduated', NULL), (7, 'innovation_general', 2564, 'studying', NULL),
  (8, 'innovation_general', 2565, 'declined', now()), (9, 'innovation_general', 2563, 'discontinued', NULL);
SELECT results_eq(
  $$SELECT applicant_id, awards_active, awards_before, last_award_year, last_award_status
      FROM equity.application_facts
     WHERE applicant_id BETWEEN 6 AND 9
     ORDER BY applicant_id$$,
  $$VALUES (6::bigint, 0, 0, NULL::smallint, NULL::text), (7, 1, 1, 2564::smallint, 'studying'),
           (8, 0, 0, NULL, NULL), (9, 0, 1, 2563::smallint, 'discontinued')$$,
  'awards are facts, and none is 0');
SELECT is(
  (pg_temp.gaps(''))[1],
  'programme innovation_general has a scorecard that does not ask for awards that people hold'
  ' (equity.round_programme.allows_other_awards says that it need not)',
  'a card that does not ask for them is told');
SELECT is((pg_temp.gaps(''))[3], 'opens', 'and does not keep the round shut');
SELECT is(
  pg_temp.gaps('UPDATE equity.round_programme SET allows_other_awards = true'), ARRAY['opens'],
  'unless the programme allows it');
SELECT is(
  pg_temp.gaps($$UPDATE equity.scorecard_version
                    SET card = '{"code": "test", "criteria": [
                                  {"code": "A", "kind": "gate", "field": "awards_active", "op": "=", "value": 0}]}'$$),
  ARRAY['opens'], 'or the card asks');
UPDATE equity.round_programme SET allows_other_awards = true;

-- dates
UPDATE equity.round SET opens_at = now() - interval '1 hour', closes_at = now() + interval '1 day';
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (11, 'stateless', 1), (12, 'male', 1);
INSERT INTO equity.seat_cap (round_id, cap_code, name_th, seats) VALUES (1, 'all', 'ทั้งหมด', 15);
UPDATE equity.seat_pool SET cap_id = (SELECT c.cap_id FROM equity.seat_cap AS c);
SELECT equity.open_round(1, equity.commitment('test seed'));

-- the rules are fixed
CREATE TEMPORARY TABLE change (name text, statement text);
INSERT INTO change VALUES
  ('seats', 'UPDATE equity.seat_pool SET seats = 9 WHERE pool_id = 11'),
  ('a floor', 'UPDATE equity.seat_pool SET min_seats = 2 WHERE pool_id = 11'),
  ('the ceiling above', 'UPDATE equity.seat_pool SET cap_id = NULL WHERE pool_id = 11'),
  ('the field of a pool',
   'UPDATE equity.seat_pool SET field_code = ''F2'', grant_type = ''one_year'' WHERE pool_id = 11'),
  ('a new pool',
   $$INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
     SELECT 1, 'innovation_special', institution_id, 'F1', 'two_year', 1 FROM equity.institution$$),
  ('a new reserve', $$INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (13, 'female', 1)$$),
  ('a reserve', 'UPDATE equity.pool_reserve SET cascade = ''{}'''),
  ('no reserve', 'DELETE FROM equity.pool_reserve'),
  ('no reserve at all', 'TRUNCATE equity.pool_reserve'),
  ('a ceiling', 'UPDATE equity.seat_cap SET seats = 14'),
  ('a new ceiling',
   $$INSERT INTO equity.seat_cap (round_id, cap_code, name_th, seats) VALUES (1, 'late', 'x', 1)$$),
  ('a quota', 'UPDATE equity.round_programme SET quota = 99'),
  ('no quota', 'UPDATE equity.round_programme SET quota = NULL'),
  ('a programme', $$INSERT INTO equity.round_programme (round_id, programme_code, card_code, card_version)
                    SELECT 1, min(programme_code), 'test', 1 FROM equity.programme
                     WHERE programme_code NOT IN (SELECT programme_code FROM equity.round_programme)$$),
  ('a card', 'UPDATE equity.round_programme SET card_code = NULL, card_version = NULL'),
  ('the mechanism', 'UPDATE equity.round SET mechanism = ''serial_dictatorship'''),
  ('the tie break', 'UPDATE equity.round SET tie_break = ''strict'''),
  ('the tie field', 'UPDATE equity.round SET tie_field = ''gpa'''),
  ('the closing', 'UPDATE equity.round SET closes_at = now()');
SELECT throws_ok(statement, '55000', 'the rules of round "test-1" are fixed', name) FROM change;
SELECT lives_ok('UPDATE equity.seat_cap SET name_th = ''ชื่ออื่น''', 'a name is no rule');
SELECT lives_ok('UPDATE equity.seat_pool SET seats = seats', 'and what changes nothing is none');
SAVEPOINT over_quota;
SELECT equity.amend_round(1, 'seats above the quota');
UPDATE equity.seat_pool SET seats = 6 WHERE pool_id = 13;
SELECT throws_ok(
  'SELECT equity.close_round(1, ''test seed'', early => ''flood'')', '55000',
  'round 1 has more seats than its quotas allow', 'an amendment does not get round the quotas: closing');
UPDATE equity.seat_pool SET seats = 5 WHERE pool_id = 13;
SELECT equity.close_round(1, 'test seed', early => 'flood');
SELECT equity.score_round(1);
UPDATE equity.round_programme SET quota = 4 WHERE programme_code = 'innovation_special';
SELECT throws_ok(
  'SELECT equity.allocate_round(1)', '55000', 'round 1 has more seats than its quotas allow', 'nor allocating');
ROLLBACK TO over_quota;
SELECT throws_ok('SELECT * FROM equity.round_gaps(99)', 'P0002', 'round 99 does not exist', 'gaps of no round');
SELECT throws_ok('SELECT equity.amend_round(1, '' '')', '22023', NULL, 'amending needs a note');
SAVEPOINT announced;
SELECT equity.amend_round(1, 'the committee, 5 May: one seat more');
SELECT lives_ok(statement, name || ' after amend_round')
  FROM change
 WHERE name IN ('seats', 'a new reserve', 'the closing');
SELECT results_eq(
  $$SELECT detail -> 'changes'
      FROM equity.audit_event
     WHERE operation = 'amend_round'
       AND detail ? 'changes'
     ORDER BY event_id
     LIMIT 2$$,
  $$SELECT format('[{"key": "11", "rule": "pools",
                     "before": "5,,%2$s,\"innovation_general\",%1$s,\"F1\",\"two_year\"",
                     "after": "9,,%2$s,\"innovation_general\",%1$s,\"F1\",\"two_year\""}]',
                  institution_id, (SELECT cap_id FROM equity.seat_cap))::jsonb FROM equity.institution
    UNION ALL
    SELECT '[{"key": "13", "rule": "reserves", "before": null, "after": "\"female\",1,\"after_open\",[\"*\"],"}]'$$,
  'which leaves before and after in the audit trail');
SELECT is(
  (SELECT detail ->> 'note' FROM equity.audit_event WHERE operation = 'amend_round' ORDER BY event_id LIMIT 1),
  'the committee, 5 May: one seat more', 'and the note');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'whose chain holds');
ROLLBACK TO announced;
INSERT INTO equity.audit_event (event_id, at, actor, acting_as, operation, round_id, detail, previous_hash, hash)
VALUES (1000, now() + interval '1 day', 'x', 'x', 'amend_round', 1, '{"transaction": "1"}', repeat('0', 64),
        repeat('0', 64));
SELECT throws_ok(
  'UPDATE equity.seat_pool SET seats = 9 WHERE pool_id = 11', '55000', NULL,
  'another transaction''s amendment does not count');
ROLLBACK TO announced;

-- who applies in time; who came late, and who asks for nothing
INSERT INTO equity.applicant_group (applicant_id, group_code, verified) VALUES (3, 'stateless', false);
SELECT set_eq(
  'SELECT gap FROM equity.round_gaps(1)',
  ARRAY['1 who take part claim the group stateless, which is not verified',
        'nobody who takes part belongs to the group male, for which 1 seats are reserved',
        'nobody who takes part belongs to the group stateless, for which 1 seats are reserved'],
  'reserves to which nobody belongs, and groups that nobody has verified, are told');
UPDATE equity.application SET status = 'draft', submitted_at = NULL WHERE applicant_id = 7;
SELECT set_has(
  'SELECT gap FROM equity.round_gaps(1)', $$VALUES ('1 applications were not submitted and take no part')$$,
  'who has not submitted is told');
UPDATE equity.application SET status = 'submitted', submitted_at = now() WHERE applicant_id = 7;
SELECT throws_ok(
  'SELECT equity.close_round(1, ''test seed'')', '55000', 'applications to round 1 have not closed',
  'the date of closing binds');
SELECT throws_ok(
  'SELECT equity.close_round(1, ''test seed'', early => '' '')', '55000', NULL, 'unless there is a reason');
UPDATE equity.application SET submitted_at = now() + interval '2 days' WHERE applicant_id IN (1, 2);
DELETE FROM equity.choice WHERE applicant_id = 5;
SELECT lives_ok('SELECT equity.close_round(1, ''test seed'', early => ''flood'')', 'then it closes before');
SELECT is(
  (SELECT detail - 'application_digest' - 'seed' FROM equity.audit_event WHERE operation = 'close_round'),
  '{"late": 2, "early": "flood", "choices": 171, "applications": 58, "without_choices": 1}',
  'and the audit trail says why, and how many');
SELECT set_has(
  'SELECT gap FROM equity.round_gaps(1)',
  $$VALUES ('1 submitted applications ask for no seat pool'),
           ('2 submitted applications came after closes_at and take no part')$$,
  'both are told');
SELECT results_eq(
  $$SELECT DISTINCT l.section, l.reason
      FROM equity.application AS a, equity.explain_application(a.application_id, 'en') AS l
     WHERE a.applicant_id = 1
       AND l.section IN ('eligibility', 'score', 'choice', 'result')
     ORDER BY l.section$$,
  $$VALUES ('choice', 'LATE'), ('eligibility', 'LATE'), ('result', 'LATE'), ('score', 'LATE')$$,
  'and the letter of one who came late says that and nothing else');
SELECT throws_ok(
  format('SELECT equity.accept_late(%s, NULL)', application_id), '22023', NULL, 'accepting a late one needs a reason')
  FROM equity.application WHERE applicant_id = 1;
SELECT throws_ok('SELECT equity.accept_late(-1, ''x'')', 'P0002', 'application -1 does not exist', 'accept nobody');
SELECT equity.accept_late(application_id, 'the post was late') FROM equity.application WHERE applicant_id = 1;
SELECT equity.accept_late(application_id, 'again, or never late')
  FROM equity.application
 WHERE applicant_id IN (1, 3);
SELECT is(
  (SELECT count(*) FROM equity.audit_event WHERE operation = 'accept_late'), 1::bigint,
  'accepting twice, or one in time, changes nothing');
SELECT equity.score_round(1);
SELECT set_eq(
  'SELECT applicant_id
     FROM equity.application
    WHERE applicant_id NOT IN (SELECT applicant_id FROM equity.assessment)',
  ARRAY[2, 5], 'the other late one, and who asks for nothing, are not scored');
SELECT is(
  (SELECT detail ->> 'reason' FROM equity.audit_event WHERE operation = 'accept_late'),
  'the post was late', 'with a reason');
SELECT equity.allocate_round(1);
SELECT is_empty('SELECT * FROM equity.verify_run(newest_run(1))', 'and no amendment is needed');
SELECT set_eq(
  'SELECT status FROM equity.round UNION ALL SELECT status FROM equity.allocation_run', ARRAY['verified'],
  'the run could be published');
SAVEPOINT verified;
SELECT equity.accept_late(application_id, 'the post again') FROM equity.application WHERE applicant_id = 2;
SELECT results_eq(
  'SELECT r.status, a.status FROM equity.round AS r JOIN equity.allocation_run AS a USING (round_id)',
  $$VALUES ('closed', 'superseded')$$, 'but not once another is accepted');
ROLLBACK TO verified;
SELECT equity.amend_round(1, 'closed two days later');
UPDATE equity.round SET closes_at = closes_at + interval '2 days';
SELECT results_eq(
  'SELECT r.status, a.status FROM equity.round AS r JOIN equity.allocation_run AS a USING (round_id)',
  $$VALUES ('closed', 'superseded')$$, 'nor when the dates say that others are late');
SELECT equity.score_round(1);
SELECT equity.allocate_round(1);
SELECT is_empty(
  'SELECT * FROM equity.verify_run(newest_run(1))', 'and an allocation after that goes by the new dates');
ROLLBACK TO verified;
SELECT equity.amend_round(1, 'seats');

-- verification compares with what was announced
SELECT equity.allocate_round(1);
SELECT is_empty('SELECT * FROM equity.run_violations(newest_run(1))', 'a run by the rules');
SET LOCAL session_replication_role = replica;
UPDATE equity.seat_pool SET seats = 4 WHERE pool_id = 13;
SET LOCAL session_replication_role = origin;
SELECT equity.allocate_round(1);
SELECT set_eq(
  'SELECT violation, left(detail, 6) FROM equity.run_violations(newest_run(1))',
  $$VALUES ('rules_changed', 'pools:')$$,
  'a run by seats that were changed behind the triggers');
SELECT lives_ok('UPDATE equity.seat_pool SET seats = 5 WHERE pool_id = 13', 'the amendment still goes on');
SELECT equity.allocate_round(1);
SELECT is_empty('SELECT * FROM equity.verify_run(newest_run(1))', 'back by the rules');

-- after publication
SELECT equity.publish_run(newest_run(1));
SELECT throws_ok(
  'UPDATE equity.seat_pool SET seats = 1 WHERE pool_id = 12', '55000',
  'round "test-1" has given more seats than this would leave',
  'no pool gets fewer seats than were given');
SELECT throws_ok(
  'UPDATE equity.round SET tie_break = ''strict''', '55000',
  'the awards of round "test-1" are published', 'nor other rules');
SELECT lives_ok('UPDATE equity.seat_cap SET seats = 17', 'but there may be more seats');
SAVEPOINT over_quota;
UPDATE equity.round_programme SET quota = 4 WHERE programme_code = 'innovation_special';
SELECT throws_ok(
  'SELECT equity.refill_round(1)', '55000', 'round 1 has more seats than its quotas allow', 'within the quotas');
ROLLBACK TO over_quota;
SELECT is_empty('SELECT * FROM equity.pool_fill WHERE fill_percent > 100', 'and no pool is over-full');
SELECT is(
  (SELECT count(*) FROM equity_internal.round_person),
  (SELECT max(applicants)::bigint FROM equity.programme_summary WHERE academic_year = 2566), 'totals of views agree');

SELECT throws_ok(
  'SELECT equity.expire_offers(now() + interval ''1 day'')', '22023',
  'expire_offers cannot be done at a time in the future', 'offers do not end before their time');

SELECT * FROM finish();
ROLLBACK;
