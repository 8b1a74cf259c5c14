-- The law of personal data: who is forgotten is gone from every table but as a number, and every run still
-- verifies and repeats; what is held of a person is one document; who reads identities says what for.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(36);

SELECT make_levels();
UPDATE equity.round SET tie_field = 'income_per_head';
UPDATE equity.seat_pool SET seats = seats - 1 WHERE pool_id = 11;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (12, 'stateless', 2), (13, 'female', 1);
SELECT run_as_far(1, 'publish');
SELECT max(run_id) AS run FROM equity.allocation_run \gset
CREATE TEMPORARY TABLE before AS SELECT equity.replay_run(:run) AS digest, equity.run_manifest(:run) AS manifest;
SELECT applicant_id AS waiting FROM equity.waitlist(:run)
 WHERE applicant_id NOT IN (SELECT applicant_id FROM equity.award) ORDER BY "position", pool_id LIMIT 1 \gset
SELECT applicant_id AS holder, award_id AS award FROM equity.award ORDER BY award_id LIMIT 1 \gset

-- one document
SELECT is((equity.subject_record(:waiting)) ->> 'applicant_identity' ~ ('ชื่อ' || :waiting), true,
          'the record has the name');
SELECT set_eq(format('SELECT jsonb_object_keys(equity.subject_record(%s))', :holder),
              ARRAY['applicant', 'applicant_group', 'applicant_identity', 'application', 'assessment', 'award',
                    'award_event',
                    'choice', 'dwelling', 'household', 'household_member', 'placement'], 'and all that there is');
SELECT is((SELECT count(*) FROM jsonb_each(equity.subject_record(:holder)) AS t,
             jsonb_array_elements(t.value) AS r WHERE r ->> 'applicant_id' <> (:holder)::text), 0::bigint,
          'of nobody else');
SELECT is(pg_temp.refusal('SELECT equity.subject_record(0)'),
          'P0002 applicant 0 does not exist [The ids are in equity.applicant.]', 'of nobody there is none');
SELECT is((SELECT detail FROM equity.audit_event ORDER BY event_id DESC LIMIT 1),
          jsonb_build_object('applicant_id', :holder),
          'and who read it is in the trail');

-- identities for a purpose
SELECT is((SELECT count(*) FROM equity.export_identities('payment', 1)), 60::bigint, 'identities of a round');
SELECT is((SELECT count(*) FROM equity.export_identities('payment', applicants => '{1, 2}')), 2::bigint, 'of some');
SELECT is(pg_temp.refusal('SELECT equity.export_identities('' '')'),
          '22023 reading identities in bulk needs a purpose [Say who decided it and what for, '
          'without personal data: it stays in the audit trail.]', 'never without a purpose');
SET LOCAL ROLE regress_operator;
SELECT is((SELECT count(*) FROM equity.export_identities('list for the bank')), 60::bigint,
          'an operator has them by it alone');
SELECT is(pg_temp.state_of('SELECT * FROM equity.applicant_identity'), '42501', 'and not otherwise');
SET LOCAL ROLE regress_officer_b;
SELECT is((SELECT count(*) FROM equity.export_identities('list of classes')), 30::bigint,
          'an officer those of the own applicants');
SELECT is(pg_temp.state_of('SELECT equity.subject_record(2)'), 'P0002', 'and no record of others');
RESET ROLE;
SELECT results_eq(
  $$SELECT detail ->> 'purpose', (detail ->> 'identities')::integer FROM equity.audit_event
            WHERE operation = 'export_identities'
     ORDER BY event_id$$,
  $$VALUES ('payment', 60), ('payment', 2), ('list for the bank', 60), ('list of classes', 30)$$,
            'the trail has each purpose');

-- forgetting
SELECT is(pg_temp.refusal(format('SELECT equity.forget_applicant(%s, ''asked'')', :holder)),
          format('55000 applicant %s cannot be forgotten yet (The applicant has award %s, which is offered.) '
                 '[Withdraw the application, or the award (equity.withdraw_award), first; pay what is due, and receive '
                 'what is to be given back (equity.receive_refund).]', :holder, :award),
          'who has an award is needed');
SELECT is(pg_temp.state_of(format('SELECT equity.forget_applicant(%s, '''')', :waiting)), '22023',
          'a reason is needed');
SELECT is(pg_temp.state_of('SELECT equity.forget_applicant(0, ''asked'')'), 'P0002', 'and a person');
SELECT equity.decline_award(:award) \g /dev/null
SET LOCAL ROLE regress_operator;
SELECT lives_ok(format('SELECT equity.forget_applicant(%s, ''asked for it'')', a), 'an operator forgets ' || a)
  FROM unnest(ARRAY[:waiting, :holder]) AS a;
RESET ROLE;
SELECT is_empty(
  format($$SELECT 1 FROM equity.applicant_identity WHERE applicant_id IN (%1$s, %2$s)
           UNION ALL SELECT 1 FROM equity.applicant_group WHERE applicant_id IN (%1$s, %2$s)
           UNION ALL SELECT 1 FROM equity.household WHERE applicant_id IN (%1$s, %2$s)
           UNION ALL SELECT 1 FROM equity.household_member WHERE applicant_id IN (%1$s, %2$s)
           UNION ALL SELECT 1 FROM equity.dwelling WHERE applicant_id IN (%1$s, %2$s)
           UNION ALL SELECT 1 FROM equity.applicant WHERE applicant_id IN (%1$s, %2$s)
                                                   AND num_nonnulls(birth_date, sex, province_code) > 0
           UNION ALL SELECT 1 FROM equity.application WHERE applicant_id IN (%1$s, %2$s)
                      AND num_nonnulls(gpa, graduated_year, welfare_card, disability_registered, answers,
                                        verified_need) > 0$$,
         :waiting, :holder), 'nothing is left that tells of them');
SELECT set_eq(format('SELECT jsonb_object_keys(equity.subject_record(%s))', :waiting),
              ARRAY['applicant', 'application', 'assessment', 'choice'], 'their record is what proves the round');
SELECT is_empty(format('SELECT * FROM equity.run_violations(%s)', :run), 'the run still verifies');
SELECT is(equity.replay_run(:run), (SELECT digest FROM before), 'repeats');
SELECT is(equity.run_manifest(:run), (SELECT manifest FROM before), 'and has the digests that were published');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the trail holds');
SELECT is(pg_temp.refusal(format('SELECT equity.forget_applicant(%s, ''again'')', :waiting)), 'accepted: ',
          'a second time changes nothing');
SELECT is((SELECT count(*) FROM equity.audit_event WHERE operation = 'forget_applicant'), 2::bigint,
          'each once in the trail');
SELECT is_empty(format('SELECT * FROM equity.award_mismatches(%s)', :run), 'awards agree');
SELECT run_id AS refill FROM equity.refill_round(1) \gset
SELECT is_empty(format('SELECT * FROM equity.placement WHERE run_id = %s
          AND applicant_id IN (%s, %s)', :refill, :waiting, :holder),
                'who was forgotten waits no longer');
SELECT is_empty(format('SELECT * FROM equity.run_violations(%s)', :refill), 'and the refill verifies');
SELECT cmp_ok((SELECT count(*) FROM equity.explain_application((SELECT application_id FROM equity.application
                 WHERE applicant_id = :waiting AND round_id = 1))), '>', 5::bigint, 'a letter can still be made');

-- retention
SELECT make_round(2, 2567::smallint);
SELECT is(equity.apply_retention(), 0::bigint, 'without a day nobody is due');
UPDATE equity.round SET retain_until = '2020-01-01' WHERE round_id = 1;
SELECT is(equity.apply_retention(), 0::bigint, 'nor while another round needs them');
DELETE FROM equity.choice WHERE round_id = 2;
DELETE FROM equity.household WHERE round_id = 2;
DELETE FROM equity.application WHERE round_id = 2;
SELECT is(equity.apply_retention(),
          (SELECT count(*) FROM equity.applicant AS p WHERE p.forgotten_at IS NULL
              AND NOT EXISTS (SELECT FROM equity.award AS w WHERE w.applicant_id = p.applicant_id
                        AND w.status = 'offered')),
          'then all but those who have an award');
SELECT is((SELECT count(*) FROM equity.applicant_identity),
          (SELECT count(*) FROM equity.award WHERE status = 'offered'), 'are gone');
SELECT is_empty(format('SELECT * FROM equity.run_violations(%s)', :refill), 'and still all is proved');
SELECT is(pg_temp.state_of('SELECT equity.apply_retention(now() + interval ''1 day'')'), '22023',
          'nobody is forgotten before the day');

SELECT * FROM finish();
ROLLBACK;
