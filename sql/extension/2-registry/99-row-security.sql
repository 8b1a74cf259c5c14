-- Row security: which rows of each table an officer sees (equity_internal.sees_whole tells who sees all).

-- A policy for each table. Row security is in force on those of which a row tells of a person; on the others
-- the policy waits for a site that puts its own beside it.
CREATE POLICY equity_rows ON equity.applicant USING (
  (SELECT equity_internal.sees_whole('applicant'))
  OR intake_institution_id = ANY ((SELECT equity_internal.own_institutions())::bigint[])
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.applicant_identity USING (
  (SELECT equity_internal.sees_whole('applicant_identity'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.applicant_group USING (
  (SELECT equity_internal.sees_whole('applicant_group'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.application USING (
  (SELECT equity_internal.sees_whole('application'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.choice USING (
  (SELECT equity_internal.sees_whole('choice'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.household USING (
  (SELECT equity_internal.sees_whole('household'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.household_member USING (
  (SELECT equity_internal.sees_whole('household_member'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.dwelling USING (
  (SELECT equity_internal.sees_whole('dwelling'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.assessment USING (
  (SELECT equity_internal.sees_whole('assessment'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.placement USING (
  (SELECT equity_internal.sees_whole('placement'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.run_standing USING (
  (SELECT equity_internal.sees_whole('run_standing'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.award USING (
  (SELECT equity_internal.sees_whole('award'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.refill_move USING (
  (SELECT equity_internal.sees_whole('refill_move'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.award_event USING (
  (SELECT equity_internal.sees_whole('award_event'))
  OR award_id IN (SELECT equity_internal.own_awards()));
CREATE POLICY equity_rows ON equity.term_result USING (
  (SELECT equity_internal.sees_whole('term_result'))
  OR award_id IN (SELECT equity_internal.own_awards()));
CREATE POLICY equity_rows ON equity.renewal USING (
  (SELECT equity_internal.sees_whole('renewal'))
  OR award_id IN (SELECT equity_internal.own_awards()));
CREATE POLICY equity_rows ON equity.payment USING (
  (SELECT equity_internal.sees_whole('payment'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.applicant_disability USING (
  (SELECT equity_internal.sees_whole('applicant_disability'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.adjustment USING (
  (SELECT equity_internal.sees_whole('adjustment'))
  OR applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.mentor USING (
  (SELECT equity_internal.sees_whole('mentor'))
  OR institution_id = ANY ((SELECT equity_internal.own_institutions())::bigint[]));
CREATE POLICY equity_rows ON equity.mentor_assignment USING (
  (SELECT equity_internal.sees_whole('mentor_assignment'))
  OR award_id IN (SELECT equity_internal.own_awards()));
CREATE POLICY equity_rows ON equity.care_record USING (
  (SELECT equity_internal.sees_whole('care_record'))
  OR award_id IN (SELECT equity_internal.own_awards()));
CREATE POLICY equity_rows ON equity.outcome USING (
  (SELECT equity_internal.sees_whole('outcome'))
  OR award_id IN (SELECT equity_internal.own_awards()));
CREATE POLICY equity_rows ON equity.run_ranking USING ((SELECT equity_internal.sees_whole('run_ranking')));
CREATE POLICY equity_rows ON equity.published_list USING (
  (SELECT equity_internal.sees_whole('published_list'))
  OR institution_id = ANY ((SELECT equity_internal.own_institutions())::bigint[]));
CREATE POLICY equity_rows ON equity.import_reject USING (
  (SELECT equity_internal.sees_whole('import_reject'))
  OR applicant_id IN (SELECT equity_internal.own_applicants())
  OR (batch, kind) IN (SELECT o.batch, o.kind FROM equity_internal.own_batches() AS o));
CREATE POLICY equity_rows ON equity.duplicate_candidate USING (
  (SELECT equity_internal.sees_whole('duplicate_candidate'))
  OR applicant_id IN (SELECT equity_internal.own_applicants())
     AND other_applicant_id IN (SELECT equity_internal.own_applicants()));
CREATE POLICY equity_rows ON equity.digest_source USING ((SELECT equity_internal.sees_whole('digest_source')));
CREATE POLICY equity_rows ON equity.region USING ((SELECT equity_internal.sees_whole('region')));
CREATE POLICY equity_rows ON equity.province USING ((SELECT equity_internal.sees_whole('province')));
CREATE POLICY equity_rows ON equity.region_province USING ((SELECT equity_internal.sees_whole('region_province')));
CREATE POLICY equity_rows ON equity.programme USING ((SELECT equity_internal.sees_whole('programme')));
CREATE POLICY equity_rows ON equity.grant_type USING ((SELECT equity_internal.sees_whole('grant_type')));
CREATE POLICY equity_rows ON equity.rate USING ((SELECT equity_internal.sees_whole('rate')));
CREATE POLICY equity_rows ON equity.institution USING ((SELECT equity_internal.sees_whole('institution')));
CREATE POLICY equity_rows ON equity.field_of_study USING ((SELECT equity_internal.sees_whole('field_of_study')));
CREATE POLICY equity_rows ON equity.need_group USING ((SELECT equity_internal.sees_whole('need_group')));
CREATE POLICY equity_rows ON equity.scorecard_version USING ((SELECT equity_internal.sees_whole('scorecard_version')));
CREATE POLICY equity_rows ON equity.criterion USING ((SELECT equity_internal.sees_whole('criterion')));
CREATE POLICY equity_rows ON equity.round USING ((SELECT equity_internal.sees_whole('round')));
CREATE POLICY equity_rows ON equity.round_programme USING ((SELECT equity_internal.sees_whole('round_programme')));
CREATE POLICY equity_rows ON equity.seat_pool USING ((SELECT equity_internal.sees_whole('seat_pool')));
CREATE POLICY equity_rows ON equity.seat_cap USING ((SELECT equity_internal.sees_whole('seat_cap')));
CREATE POLICY equity_rows ON equity.pool_reserve USING ((SELECT equity_internal.sees_whole('pool_reserve')));
CREATE POLICY equity_rows ON equity.seat_rule USING ((SELECT equity_internal.sees_whole('seat_rule')));
CREATE POLICY equity_rows ON equity.allocation_run USING ((SELECT equity_internal.sees_whole('allocation_run')));
CREATE POLICY equity_rows ON equity.run_input USING ((SELECT equity_internal.sees_whole('run_input')));
CREATE POLICY equity_rows ON equity.access_grant USING ((SELECT equity_internal.sees_whole('access_grant')));
CREATE POLICY equity_rows ON equity.reason USING ((SELECT equity_internal.sees_whole('reason')));
CREATE POLICY equity_rows ON equity.reference_population USING ((SELECT equity_internal.sees_whole('reference_population')));
CREATE POLICY equity_rows ON equity.import_batch USING ((SELECT equity_internal.sees_whole('import_batch')));
CREATE POLICY equity_rows ON equity.import_column USING ((SELECT equity_internal.sees_whole('import_column')));
CREATE POLICY equity_rows ON equity.kept_seed USING ((SELECT equity_internal.sees_whole('kept_seed')));
CREATE POLICY equity_rows ON equity.job_run USING ((SELECT equity_internal.sees_whole('job_run')));
CREATE POLICY equity_rows ON equity.award_transition USING ((SELECT equity_internal.sees_whole('award_transition')));
CREATE POLICY equity_rows ON equity.academic_term USING ((SELECT equity_internal.sees_whole('academic_term')));
CREATE POLICY equity_rows ON equity.programme_policy USING ((SELECT equity_internal.sees_whole('programme_policy')));
CREATE POLICY equity_rows ON equity.rate_item USING ((SELECT equity_internal.sees_whole('rate_item')));
CREATE POLICY equity_rows ON equity.payment_rule USING ((SELECT equity_internal.sees_whole('payment_rule')));
CREATE POLICY equity_rows ON equity.payment_batch USING ((SELECT equity_internal.sees_whole('payment_batch')));
CREATE POLICY equity_rows ON equity.audit_event USING ((SELECT equity_internal.sees_whole('audit_event')));
CREATE POLICY equity_rows ON equity.audit_checkpoint USING ((SELECT equity_internal.sees_whole('audit_checkpoint')));
CREATE POLICY equity_rows ON equity.audit_lock USING ((SELECT equity_internal.sees_whole('audit_lock')));
CREATE POLICY equity_rows ON equity.body USING ((SELECT equity_internal.sees_whole('body')));
CREATE POLICY equity_rows ON equity.programme_body USING ((SELECT equity_internal.sees_whole('programme_body')));
CREATE POLICY equity_rows ON equity.body_report USING ((SELECT equity_internal.sees_whole('body_report')));
CREATE POLICY equity_rows ON equity.support_centre USING ((SELECT equity_internal.sees_whole('support_centre')));
CREATE POLICY equity_rows ON equity.centre_institution USING ((SELECT equity_internal.sees_whole('centre_institution')));
CREATE POLICY equity_rows ON equity.disability_type USING ((SELECT equity_internal.sees_whole('disability_type')));
CREATE POLICY equity_rows ON equity.quality_indicator USING ((SELECT equity_internal.sees_whole('quality_indicator')));
CREATE POLICY equity_rows ON equity.quality_assessment USING ((SELECT equity_internal.sees_whole('quality_assessment')));
CREATE POLICY equity_rows ON equity.recognition USING ((SELECT equity_internal.sees_whole('recognition')));

-- Whoever owns the tables is not subject to their row security. Where an ordinary role has installed the
-- extension it is, and PostgreSQL then lets it neither dump them nor COPY into them without further ado: so
-- there the first officer brings row security into force, and elsewhere the installation.
CREATE FUNCTION equity_internal.enforce_row_security() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  personal regclass;
BEGIN
  FOR personal IN
    SELECT c.oid
      FROM pg_class AS c
     WHERE c.oid = ANY ('{equity.applicant, equity.applicant_identity, equity.applicant_group, equity.application,
                          equity.choice, equity.household, equity.household_member, equity.dwelling,
                          equity.assessment, equity.placement, equity.run_standing, equity.run_ranking, equity.published_list,
                          equity.digest_source, equity.award, equity.award_event, equity.refill_move,
                          equity.term_result, equity.renewal, equity.payment,
                                                    equity.import_reject, equity.duplicate_candidate, equity.applicant_disability,
                          equity.adjustment, equity.mentor, equity.mentor_assignment, equity.care_record,
                          equity.outcome}'::regclass[])
       AND NOT c.relrowsecurity
     ORDER BY c.oid::regclass::text COLLATE "C"
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', personal);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.enforce_row_security() IS
  'Brings row security into force on the tables of which a row tells of a person.';

DO $$
BEGIN
  PERFORM equity_internal.enforce_row_security()
     FROM pg_extension AS x
     JOIN pg_class AS c ON c.oid = 'equity.access_grant'::regclass
    WHERE x.extname = 'equity'
      AND x.extowner = c.relowner;
END;
$$;

-- A restored dump brings officers too. With the rights of the owner, which alone may do it; it does nothing else.
CREATE FUNCTION equity_internal.guard_rows() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM equity.access_grant AS g WHERE g.level = 'officer') THEN
    PERFORM equity_internal.enforce_row_security();
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.guard_rows() IS
  'Trigger of equity.access_grant: with the first officer row security comes into force.';

CREATE TRIGGER access_grant_guards_rows
  AFTER INSERT OR UPDATE ON equity.access_grant
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.guard_rows();

-- Also where rows are replayed (session_replication_role = replica).
ALTER TABLE equity.access_grant ENABLE ALWAYS TRIGGER access_grant_guards_rows;
