-- A row of equity.award_event is the only way to move an award: what is allowed moves it, all else is refused
-- whole, and the status of each award is that of its last event, whatever lives people lead.
\ir fixture/round.psql
\ir fixture/random.psql
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(54);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
CREATE FUNCTION pg_temp.nth(n integer) RETURNS bigint LANGUAGE sql AS $$
  SELECT award_id FROM equity.award WHERE round_id = 1 ORDER BY award_id OFFSET n - 1 LIMIT 1
$$;
CREATE FUNCTION pg_temp.status(n integer) RETURNS text LANGUAGE sql AS $$
  SELECT status FROM equity.award WHERE award_id = pg_temp.nth(n)
$$;

-- by hand
SELECT is(
  pg_temp.refusal(format('UPDATE equity.award SET status = ''accepted'' WHERE award_id = %s', pg_temp.nth(1))),
  format('55000 award %s is not moved from offered to accepted by hand', pg_temp.nth(1))
  || ' (The status of an award is that of its last event.)'
  || format(' [Record the event: SELECT equity.record_event(%s, ''accepted''); '
            'or INSERT it into equity.award_event for many.]', pg_temp.nth(1)),
  'a bare UPDATE of the status is refused, and the hint names the event');
SELECT matches(
  pg_temp.refusal(format('UPDATE equity.award SET status = ''graduated'' WHERE award_id = %s', pg_temp.nth(1))),
  'No event leads there\. Events from offered: accepted, declined, expired, moved, withdrawn\.',
  'or says that none leads there');
SELECT throws_ok('UPDATE equity.award SET seat_freed = true', '55000', NULL, 'nobody frees a seat by hand');
SELECT lives_ok('UPDATE equity.award SET status = status, offered_at = offered_at', 'what changes nothing passes');
SELECT throws_ok('DELETE FROM equity.award_event', '55000', 'the history of awards is only added to',
  'no event is deleted');
SELECT throws_ok('UPDATE equity.award_event SET at = now()', '55000', NULL, 'or changed');
SELECT throws_ok('TRUNCATE equity.award_event', '55000', NULL, 'all of them neither');

-- one event
SELECT lives_ok(format('SELECT equity.accept_award(%s)', pg_temp.nth(1)), 'an operation goes through an event');
SELECT is(pg_temp.status(1), 'accepted', 'which moves the award');
SELECT lives_ok(format('SELECT equity.record_event(%s, ''enrolled'', ''2023-05-16'')', pg_temp.nth(1)),
  'somebody enrols');
SELECT results_eq(
  format('SELECT status, status_since, decision FROM equity.award WHERE award_id = %s', pg_temp.nth(1)),
  $$VALUES ('studying', timestamptz '2023-05-16', 'freeze')$$, 'and studies since then');
SELECT is(
  (SELECT detail - 'at' FROM equity.audit_event WHERE operation = 'record_event' ORDER BY event_id DESC LIMIT 1),
  jsonb_build_object('award', pg_temp.nth(1), 'event', 'enrolled', 'from_status', 'accepted',
                     'to_status', 'studying'),
  'the audit trail knows');
SELECT is(
  pg_temp.refusal(format('SELECT equity.record_event(%s, ''declined'')', pg_temp.nth(1))),
  format('55000 award %s is studying (Event "declined" does not go from there.) '
         '[Events that do: corrected, deceased, graduated, left, put_on_probation, refunded, suspended, terminated, '
         'transferred, warned. '
         'A site may add rows to equity.award_transition.]', pg_temp.nth(1)),
  'an event that does not go from there says which do');
SELECT throws_ok(format('SELECT equity.record_event(%s, ''left'', ''2023-08-01'')', pg_temp.nth(1)), '22023',
  format('event "left" of award %s needs a note', pg_temp.nth(1)), 'who leaves has a reason');
SELECT throws_ok(format('SELECT equity.record_event(%s, ''graduated'', now() + interval ''1 hour'')', pg_temp.nth(1)),
  '22023', NULL, 'nothing happens in the future');
SELECT throws_ok(format('SELECT equity.record_event(%s, ''graduated'', ''2023-05-15'')', pg_temp.nth(1)),
  '22023', NULL, 'or before what happened last');
SELECT throws_ok('SELECT equity.record_event(0, ''graduated'')', 'P0002', 'award 0 does not exist', 'no such award');
SELECT throws_ok(format('SELECT equity.record_event(%s, NULL)', pg_temp.nth(1)), '22023', NULL, 'no event');
SELECT lives_ok(format('SELECT equity.record_event(%s, ''graduated'', ''2023-08-01'')', pg_temp.nth(1)),
  'somebody graduates');
SELECT lives_ok(
  format('SELECT equity.record_event(%s, ''corrected'', note => ''another of that name'')', pg_temp.nth(1)),
  'it was somebody else');
SELECT is(pg_temp.status(1), 'studying', 'a correction goes back to where the last event came from');
SELECT is(
  (SELECT count(*) FROM equity.award_event WHERE award_id = pg_temp.nth(1) AND event = 'graduated'), 1::bigint,
  'and what was recorded stays');

-- a transfer
INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation)
VALUES ('1300000002', 'วิทยาลัยอื่น', '50', 'general', 'state', 'ovec');
SELECT throws_ok(format('SELECT equity.record_event(%s, ''transferred'', note => ''moved'')', pg_temp.nth(1)), '22023',
  format('a transfer of award %s needs its target', pg_temp.nth(1)), 'a transfer goes somewhere');
INSERT INTO equity.award_event (award_id, event, note, to_institution_id)
SELECT pg_temp.nth(1), 'transferred', 'the family moved', institution_id
  FROM equity.institution WHERE institution_code = '1300000002';
SELECT results_eq(
  $$SELECT i.institution_code, f.institution_code FROM equity.award AS w
      JOIN equity.institution AS i USING (institution_id)
      JOIN equity.award_event AS e ON e.award_id = w.award_id AND e.event = 'transferred'
      JOIN equity.institution AS f ON f.institution_id = e.from_institution_id$$,
  $$VALUES ('1300000002', '1300000001')$$, 'the award follows, and its history knows from where');

CREATE FUNCTION pg_temp.college(n integer) RETURNS text LANGUAGE sql AS $$
  SELECT i.institution_code FROM equity.award AS w JOIN equity.institution AS i USING (institution_id)
   WHERE w.award_id = pg_temp.nth(n) $$;
SELECT lives_ok(
  format('SELECT equity.record_event(%s, ''corrected'', note => ''another of that name'')', pg_temp.nth(1)),
  'a transfer too is made good');
SELECT is(pg_temp.college(1), '1300000001', 'the award is back where it was');
SELECT is_empty($$SELECT * FROM equity_internal.scholar WHERE came_by_transfer OR became = 'transferred'$$,
  'and no college counts who came or went');
SELECT equity.record_event(pg_temp.nth(1), 'suspended', note => 'absent') \g /dev/null
INSERT INTO equity.award_event (award_id, event, note, to_institution_id)
SELECT pg_temp.nth(1), 'transferred', 'the family moved', institution_id
  FROM equity.institution WHERE institution_code = '1300000002';
SELECT equity.record_event(pg_temp.nth(1), 'corrected', note => 'another of that name') \g /dev/null
SELECT is(row(pg_temp.status(1), pg_temp.college(1))::text, '(suspended,1300000001)',
  'of somebody who is suspended, and the suspension stays');
INSERT INTO equity.award_event (award_id, event, from_status, to_status, note, to_institution_id, to_field_code)
SELECT pg_temp.nth(1), e.event, 'suspended', 'suspended', 'test',
       CASE e.step WHEN 3 THEN i.institution_id END, CASE e.step WHEN 1 THEN 'F3' END
  FROM (VALUES (1, 'transferred'), (2, 'corrected'), (3, 'transferred')) AS e (step, event)
  JOIN equity.institution AS i ON institution_code = '1300000002' ORDER BY e.step;
SELECT is(pg_temp.college(1), '1300000002', 'a transfer after a correction in one statement stands');
SELECT equity.record_event(pg_temp.nth(1), 'left', note => 'works'),
       equity.record_event(pg_temp.nth(1), 'refunded', note => 'KTB 1') \g /dev/null
SELECT lives_ok(
  format('SELECT equity.record_event(%s, ''corrected'', note => ''is still there'')', pg_temp.nth(1)),
  'a departure is made good although money came back');
SELECT is(pg_temp.status(1), 'suspended', 'to what it was before it');

-- many at once
SELECT equity.accept_award(pg_temp.nth(n)) FROM generate_series(2, 6) AS n \g /dev/null
INSERT INTO equity.award_event (award_id, event) SELECT pg_temp.nth(n), 'enrolled' FROM generate_series(2, 4) AS n;
SELECT is(array(SELECT pg_temp.status(n) FROM generate_series(2, 5) AS n),
  '{studying,studying,studying,accepted}', 'an INSERT … SELECT moves them all');
SELECT throws_ok(
  $$INSERT INTO equity.award_event (award_id, event)
    SELECT pg_temp.nth(n), 'graduated' FROM generate_series(2, 5) AS n$$,
  '55000', format('award %s is accepted', pg_temp.nth(5)), 'or, when one of them cannot, none');
SELECT is(pg_temp.status(2), 'studying', 'none at all');
INSERT INTO equity.award_event (award_id, event, from_status, to_status, note)
SELECT pg_temp.nth(5), e.event, e.from_status, e.to_status, 'test'
  FROM (VALUES (1, 'enrolled', 'accepted', 'studying'), (2, 'suspended', 'studying', 'suspended'),
               (3, 'left', 'suspended', 'discontinued')) AS e (step, event, from_status, to_status) ORDER BY e.step;
SELECT is(pg_temp.status(5), 'discontinued', 'a life in one statement');
SELECT throws_ok(
  format($$INSERT INTO equity.award_event (award_id, event, from_status, to_status)
           VALUES (%1$s, 'enrolled', 'accepted', 'studying'), (%1$s, 'enrolled', 'accepted', 'studying')$$,
         pg_temp.nth(6)),
  '55000', NULL, 'whose steps follow each other');

-- an operator does so too, by the rules, and in nobody's name
CREATE ROLE regress_operator;
SELECT equity.grant_access('regress_operator', 'operator') \g /dev/null
SET LOCAL ROLE regress_operator;
SELECT lives_ok(
  $$INSERT INTO equity.award_event (award_id, event, at, note)
    SELECT pg_temp.nth(n), 'suspended', now(), 'absent' FROM generate_series(3, 4) AS n$$,
  'an operator records many');
SELECT throws_ok(format($$INSERT INTO equity.award_event (award_id, event) VALUES (%s, 'graduated')$$, pg_temp.nth(6)),
  '55000', NULL, 'but none that the rules do not allow');
SELECT throws_ok(
  format($$INSERT INTO equity.award_event (award_id, event, actor) VALUES (%s, 'enrolled', 'somebody')$$,
         pg_temp.nth(6)),
  '42501', NULL, 'and not as somebody else');
SELECT throws_ok(format('UPDATE equity.award SET status = ''studying'' WHERE award_id = %s', pg_temp.nth(6)),
  '42501', NULL,
  'awards themselves an operator does not write');
RESET ROLE;
SELECT is(array(SELECT pg_temp.status(n) FROM generate_series(3, 4) AS n), '{suspended,suspended}',
  'the awards have moved');
SELECT results_eq(
  $$SELECT detail ->> 'table', detail ->> 'role' FROM equity.audit_event ORDER BY event_id DESC LIMIT 1$$,
  $$VALUES ('award_event', 'regress_operator')$$, 'and the trail has who did it');
INSERT INTO equity.award_event (award_id, event) SELECT pg_temp.nth(n), 'resumed' FROM generate_series(3, 4) AS n;

-- as it came in
INSERT INTO equity.award (award_id, applicant_id, programme_code, academic_year, status)
VALUES (900, 60, 'innovation_general', 2560, 'studying'),
       (901, 59, 'innovation_general', 2560, 'discontinued');
INSERT INTO equity.award_event (award_id, event, to_status) VALUES (900, 'recorded', 'studying');
SELECT is((SELECT status FROM equity.award WHERE award_id = 900), 'studying', 'an old record says how it came in');
SELECT throws_ok(
  $$INSERT INTO equity.award_event (award_id, event, to_status) VALUES (900, 'graduated', 'graduated')$$,
  '55000', NULL, 'which moves nothing');
SELECT is(pg_temp.refusal('SELECT equity.record_event(901, ''corrected'', note => ''by mistake'')'),
  '55000 event "corrected" of award 901 needs its status after '
  '(From discontinued it leads to studying, suspended, and the history does not say to which.) '
  '[INSERT it into equity.award_event with from_status and to_status.]',
  'without a history a correction says to where');
SELECT lives_ok($$SELECT equity.record_event(900, 'graduated')$$, 'an event does, whatever the status came from');

-- what frees a seat
UPDATE equity.award_transition SET frees_seat = true WHERE event = 'left';
SELECT equity.record_event(pg_temp.nth(2), 'left', note => 'works') \g /dev/null
SELECT is(
  (SELECT vacated FROM equity.refill_round(1)), 1::bigint, 'a seat that is freed shows in the next refill');
SELECT is((SELECT count(*) FROM equity.award_event WHERE event = 'offered' AND from_status IS NULL),
  (SELECT count(*) FROM equity.award WHERE round_id = 1), 'which offers it to somebody else');
SELECT throws_ok(format('SELECT equity.record_event(%s, ''resumed'', note => ''is back'')', pg_temp.nth(2)), '55000',
  format('the seat of award %s was given to somebody else', pg_temp.nth(2)), 'and who comes back has none');
SELECT throws_ok($$UPDATE equity.award_transition SET frees_seat = false WHERE event = 'declined'$$, '23514', NULL,
  'who declines frees the seat in any case');
INSERT INTO equity.award_transition (from_status, event, to_status, needs_note)
VALUES ('studying', 'praised', 'studying', true);
SELECT lives_ok(format('SELECT equity.record_event(%s, ''praised'', note => ''first of the class'')', pg_temp.nth(3)),
  'a site has events of its own');

-- random lives: what is refused leaves nothing, what is not moves the award
CREATE FUNCTION pg_temp.live(seed integer, steps integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  w record;
  chosen text;
  done integer := 0;
BEGIN
  FOR step IN 1 .. steps LOOP
    SELECT * INTO w FROM equity.award ORDER BY equity.lottery('life ' || seed || '/' || step, award_id) LIMIT 1;
    SELECT t.event INTO chosen FROM equity.award_transition AS t
     WHERE t.event NOT IN ('moved', 'transferred')
     ORDER BY t.from_status = w.status DESC,
              equity.lottery('event ' || seed || '/' || step, hashtext(t.from_status || t.event || t.to_status))
     OFFSET step % 4 LIMIT 1;
    BEGIN
      PERFORM equity.record_event(w.award_id, chosen, note => CASE WHEN step % 5 > 0 THEN 'test' END);
      done := done + 1;
    EXCEPTION WHEN object_not_in_prerequisite_state OR invalid_parameter_value THEN
      ASSERT (SELECT s FROM equity.award AS s WHERE s.award_id = w.award_id) IS NOT DISTINCT FROM w;
    END;
  END LOOP;
  RETURN done;
END $$;
SELECT cmp_ok(pg_temp.live(1, 300), '>', 50, 'random lives are lived');
SELECT is_empty(
  $$SELECT w.award_id, w.status, e.to_status
      FROM equity.award AS w
      JOIN (SELECT DISTINCT ON (award_id) award_id, to_status
              FROM equity.award_event
             ORDER BY award_id, event_number DESC) AS e USING (award_id)
     WHERE w.status <> e.to_status$$,
  'the status of each award is that of its last event');
SELECT is_empty(
  $$SELECT award_id, event_number
      FROM (SELECT e.*, lag(e.to_status) OVER (PARTITION BY award_id ORDER BY event_number) AS before
              FROM equity.award_event AS e) AS e
     WHERE from_status <> before
        OR from_status IS NOT NULL
       AND (from_status, event, to_status) NOT IN (SELECT from_status, event, to_status FROM equity.award_transition)$$,
  'and each event follows the one before by a row of equity.award_transition');

SELECT * FROM finish();
ROLLBACK;
