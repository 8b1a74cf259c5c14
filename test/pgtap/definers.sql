-- Functions that have the rights of their owner,
-- each with the reason; a new one without a reason fails here. None runs
-- text that a caller gives, none finds names by the caller's search_path, and nobody calls one whom no level lets.
BEGIN;
SELECT plan(7);

CREATE TEMPORARY TABLE reason (name text, why text);
INSERT INTO reason VALUES
  ('guard_rows', 'only the owner brings row security into force, and the first officer must, also in a restore'),
  ('keep_rules', 'a change of the rules is recorded in the audit trail, where whoever makes it must not write'),
  ('keep_round', 'as keep_rules, for the round itself'),
  ('explain_application', 'a letter counts all who asked for a pool, which its officer may not read'),
  ('letters', 'as explain_application'),
  ('open_round', 'an operator moves rounds on, and must not set their status'),
  ('close_round', 'as open_round'),
  ('amend_round', 'the event that allows a change of the rules must not be written by hand'),
  ('copy_round', 'the copy is recorded in the audit trail, where an operator must not write'),
  ('accept_late', 'an operator lets somebody in by name, and must not change applications'),
  ('score_round', 'an operator has scores made, and must not write them'),
  ('allocate_round', 'as score_round, for placements'),
  ('verify_run', 'the outcome of a verification is what was found, and not what somebody writes'),
  ('publish_run', 'an operator has awards offered, and must not write them'),
  ('accept_award', 'as publish_run'),
  ('decline_award', 'as publish_run'),
  ('withdraw_award', 'as publish_run'),
  ('expire_offers', 'as publish_run'),
  ('refill_round', 'as publish_run'),
  ('record_event', 'as publish_run'),
  ('renew_term', 'as score_round, for renewals'),
  ('plan_payments', 'as score_round, for payments'),
  ('open_batch', 'as plan_payments'),
  ('approve_batch', 'as plan_payments'),
  ('pay_batch', 'as plan_payments'),
  ('cancel_batch', 'as plan_payments'),
  ('return_payment', 'as plan_payments'),
  ('receive_refund', 'as plan_payments'),
  ('fill_award_event', 'who may record an event need not be able to read or write awards'),
  ('move_award', 'as fill_award_event: an event moves its award, and nothing else does'),
  ('check_new_awards', 'who may insert awards need not be able to read those of others, nor rates'),
  ('await_refills', 'as fill_award_event: who may record events waits for whoever is giving seats away'),
  ('record_direct_write', 'who may write a row need not be able to write to the trail'),
  ('audit_checkpoint', 'an auditor proves the trail, and must not write what was proved'),
  ('export_identities', 'an operator reads identities for a purpose that is recorded, and not otherwise'),
  ('subject_record', 'as export_identities, of one person'),
  ('record_reading', 'what an officer reads is recorded in the trail, where officers must not write'),
  ('forget_applicant', 'an operator forgets a person, and must not delete rows'),
  ('apply_retention', 'as forget_applicant'),
  ('recognize_institutions', 'an operator has levels given, and must not write them'),
  ('find_missing', 'an operator learns whom a register lacks, which is recorded, and reads no identities'),
  ('nominate_missing', 'an operator brings somebody in by name, and must not write applications'),
  ('keep_seed', 'an operator gives a seed, and must not read those that are kept'),
  ('begin_run_due', 'what jobs did is recorded by themselves alone'),
  ('end_run_due', 'as begin_run_due'),
  ('begin_step', 'as begin_run_due'),
  ('do_step', 'as begin_run_due; and a step needs a seed that its operator must not read'),
  ('load_as_operator', 'an operator loads rows that it has read, and must not write rows otherwise'),
  ('load_as_officer', 'as load_as_operator; and whom an officer does not see is found, to be left alone'),
  ('progress_slots', 'who is at what is told by whom a level lets alone'),
  ('prune_digest_sources', 'what proves a run is deleted by its rule alone');
CREATE TEMPORARY VIEW definer AS
SELECT p.*, p.oid::regprocedure AS signature, l.lanname
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
 WHERE p.prosecdef AND p.pronamespace::regnamespace::text IN ('equity', 'equity_internal');

SELECT bag_eq('SELECT proname::text FROM definer', 'SELECT name FROM reason',
    'each has a reason, and there is no other');
SELECT is_empty(
  $$SELECT signature FROM definer WHERE pronamespace = 'equity'::regnamespace$$, 'people call none by itself');
SELECT is_empty(
  $$SELECT signature FROM definer WHERE NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)$$,
  'each pins its search_path');
SELECT is_empty(
  $$SELECT signature FROM definer WHERE has_function_privilege('public', oid, 'EXECUTE')$$, 'the public calls none');
SELECT is_empty(
  $$SELECT signature FROM definer
     WHERE lanname = 'sql'
       AND regexp_replace(pg_get_function_sqlbody(oid), '\s+', ' ', 'g') !~
           format('^ ?(BEGIN ATOMIC SELECT (d\.\w+,? )+FROM|RETURN)'
            ' equity\.%1$s\(((%1$s\.)?\w+(, |(?=\))))*\)( d\([\w, ]+\); END)?$', proname)$$,
  'a delegate calls the operation of its name with its arguments, and nothing else');
SELECT is_empty($$SELECT signature FROM definer WHERE prosrc ~* '\mEXECUTE\M'$$,
    'none makes a statement out of text');
SELECT is_empty(
  $$SELECT signature FROM definer
     WHERE lanname = 'plpgsql'
       AND proname NOT IN ('guard_rows', 'keep_rules', 'keep_round', 'explain_application', 'letters', 'begin_run_due',
                           'end_run_due', 'begin_step', 'do_step', 'record_direct_write', 'record_reading',
                           'load_as_operator', 'load_as_officer', 'fill_award_event', 'move_award', 'check_new_awards',
                           'await_refills', 'find_missing')$$,
  'those with a body of their own are these');

SELECT * FROM finish();
ROLLBACK;
