-- What 1.3 changes of what 1.2 froze.

-- The life of an award: more statuses, and what its events tell of it.
ALTER TABLE equity.award
  ADD COLUMN status_since timestamptz,
  ADD COLUMN seat_freed boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT award_status_known,
  ADD CONSTRAINT award_status_known CHECK (equity_internal.row_keeps(
    status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
               'suspended', 'graduated', 'discontinued', 'terminated'), 'award', 'award_status_known', applicant_id));

CREATE OR REPLACE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.award
  FOR EACH ROW WHEN (NEW.award_id IS NULL OR NEW.applicant_id IS NULL OR NEW.programme_code IS NULL OR NEW.academic_year IS NULL
                     OR NEW.status IS NULL OR NEW.seat_freed IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

ALTER TABLE equity.award_event
  ADD COLUMN from_institution_id bigint,
  ADD COLUMN to_institution_id bigint,
  ADD COLUMN from_field_code text,
  ADD COLUMN to_field_code text,
  ADD CONSTRAINT award_event_from_institution_fkey FOREIGN KEY (from_institution_id)
    REFERENCES equity.institution (institution_id),
  ADD CONSTRAINT award_event_to_institution_fkey FOREIGN KEY (to_institution_id)
    REFERENCES equity.institution (institution_id),
  ADD CONSTRAINT award_event_from_field_fkey FOREIGN KEY (from_field_code)
    REFERENCES equity.field_of_study (field_code),
  ADD CONSTRAINT award_event_to_field_fkey FOREIGN KEY (to_field_code)
    REFERENCES equity.field_of_study (field_code),
  DROP CONSTRAINT award_event_from_status_known,
  ADD CONSTRAINT award_event_from_status_known CHECK (
    from_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                    'suspended', 'graduated', 'discontinued', 'terminated')),
  DROP CONSTRAINT award_event_to_status_known,
  ADD CONSTRAINT award_event_to_status_known CHECK (
    to_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                  'suspended', 'graduated', 'discontinued', 'terminated'));

CREATE TABLE equity.award_transition (
  from_status text NOT NULL,
  event text NOT NULL,
  to_status text NOT NULL,
  needs_note boolean NOT NULL DEFAULT false,
  frees_seat boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT award_transition_pkey PRIMARY KEY (from_status, event, to_status),
  CONSTRAINT award_transition_event_is_code CHECK (event ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT award_transition_from_status_known CHECK (
    from_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                    'suspended', 'graduated', 'discontinued', 'terminated')),
  CONSTRAINT award_transition_to_status_known CHECK (
    to_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                  'suspended', 'graduated', 'discontinued', 'terminated')),
  CONSTRAINT award_transition_ended_frees_seat CHECK (
    to_status NOT IN ('declined', 'expired', 'withdrawn') OR frees_seat),
  CONSTRAINT award_transition_seat_of_ended CHECK (
    NOT frees_seat OR to_status IN ('declined', 'expired', 'withdrawn', 'discontinued', 'terminated'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.award_transition', 'WHERE NOT shipped');

INSERT INTO equity.award_transition (from_status, event, to_status, needs_note, frees_seat, shipped) VALUES
  -- the offer
  ('offered', 'accepted', 'accepted', false, false, true),
  ('offered', 'declined', 'declined', false, true, true),
  ('offered', 'expired', 'expired', false, true, true),
  ('offered', 'withdrawn', 'withdrawn', true, true, true),
  ('offered', 'moved', 'offered', false, false, true),
  ('accepted', 'decided', 'accepted', false, false, true),
  ('accepted', 'moved', 'accepted', false, false, true),
  ('accepted', 'withdrawn', 'withdrawn', true, true, true),
  -- the study
  ('accepted', 'enrolled', 'studying', false, false, true),
  ('studying', 'transferred', 'studying', true, false, true),
  ('studying', 'warned', 'studying', false, false, true),
  ('studying', 'put_on_probation', 'studying', false, false, true),
  ('studying', 'suspended', 'suspended', true, false, true),
  ('suspended', 'resumed', 'studying', false, false, true),
  ('suspended', 'transferred', 'suspended', true, false, true),
  ('studying', 'graduated', 'graduated', false, false, true),
  ('studying', 'left', 'discontinued', true, false, true),
  ('suspended', 'left', 'discontinued', true, false, true),
  ('studying', 'terminated', 'terminated', true, false, true),
  ('suspended', 'terminated', 'terminated', true, false, true),
  ('discontinued', 'resumed', 'studying', true, false, true),
  -- money given back
  ('studying', 'refunded', 'studying', true, false, true),
  ('suspended', 'refunded', 'suspended', true, false, true),
  ('graduated', 'refunded', 'graduated', true, false, true),
  ('discontinued', 'refunded', 'discontinued', true, false, true),
  ('terminated', 'refunded', 'terminated', true, false, true),
  -- what was recorded by mistake is taken back
  ('studying', 'corrected', 'studying', true, false, true),
  ('studying', 'corrected', 'accepted', true, false, true),
  ('studying', 'corrected', 'suspended', true, false, true),
  ('studying', 'corrected', 'discontinued', true, false, true),
  ('suspended', 'corrected', 'studying', true, false, true),
  ('graduated', 'corrected', 'studying', true, false, true),
  ('discontinued', 'corrected', 'studying', true, false, true),
  ('discontinued', 'corrected', 'suspended', true, false, true),
  ('terminated', 'corrected', 'studying', true, false, true),
  ('terminated', 'corrected', 'suspended', true, false, true);

CREATE TABLE equity.academic_term (
  term_id bigint GENERATED BY DEFAULT AS IDENTITY,
  affiliation text NOT NULL,
  academic_year smallint NOT NULL,
  term smallint NOT NULL,
  opens date NOT NULL,
  closes date NOT NULL,
  CONSTRAINT academic_term_pkey PRIMARY KEY (term_id),
  CONSTRAINT academic_term_unique UNIQUE (affiliation, academic_year, term),
  CONSTRAINT academic_term_affiliation_known
    CHECK (affiliation IN ('ovec', 'community_college', 'mhesi', 'other')),
  CONSTRAINT academic_term_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT academic_term_term_in_range CHECK (term BETWEEN 1 AND 4),
  CONSTRAINT academic_term_opens_before_it_closes CHECK (opens < closes),
  CONSTRAINT academic_term_days_are_days CHECK (pg_catalog.isfinite(opens) AND pg_catalog.isfinite(closes))
);

SELECT pg_catalog.pg_extension_config_dump('equity.academic_term', '');

SELECT pg_catalog.pg_extension_config_dump('equity.academic_term_term_id_seq', '');

CREATE TABLE equity.term_result (
  award_id bigint NOT NULL,
  term_id bigint NOT NULL,
  enrolled boolean NOT NULL,
  gpa numeric(3,2),
  credits_attempted numeric(5,1),
  credits_earned numeric(5,1),
  attendance numeric(5,2),
  conduct numeric(5,2),
  field_changed boolean NOT NULL DEFAULT false,
  source text,
  recorded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT term_result_pkey PRIMARY KEY (award_id, term_id),
  CONSTRAINT term_result_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT term_result_term_fkey FOREIGN KEY (term_id)
    REFERENCES equity.academic_term (term_id),
  CONSTRAINT term_result_gpa_in_range
    CHECK (equity_internal.row_keeps(gpa BETWEEN 0 AND 4, 'term_result', 'term_result_gpa_in_range', NULL)),
  CONSTRAINT term_result_credits_not_negative
    CHECK (equity_internal.row_keeps(credits_attempted >= 0 AND credits_earned >= 0, 'term_result', 'term_result_credits_not_negative', NULL)),
  CONSTRAINT term_result_earned_were_attempted
    CHECK (equity_internal.row_keeps(credits_earned <= credits_attempted, 'term_result', 'term_result_earned_were_attempted', NULL)),
  CONSTRAINT term_result_attendance_in_range
    CHECK (equity_internal.row_keeps(attendance BETWEEN 0 AND 100, 'term_result', 'term_result_attendance_in_range', NULL)),
  CONSTRAINT term_result_conduct_in_range
    CHECK (equity_internal.row_keeps(conduct BETWEEN 0 AND 100, 'term_result', 'term_result_conduct_in_range', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.term_result
  FOR EACH ROW WHEN (NEW.award_id IS NULL OR NEW.term_id IS NULL OR NEW.enrolled IS NULL
                     OR NEW.field_changed IS NULL OR NEW.recorded_at IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.term_result', '');

CREATE INDEX term_result_by_term ON equity.term_result (term_id, award_id);

CREATE TABLE equity.programme_policy (
  policy_id bigint GENERATED BY DEFAULT AS IDENTITY,
  programme_code text,
  purpose text NOT NULL,
  from_year smallint NOT NULL,
  card_code text NOT NULL,
  card_version integer NOT NULL,
  CONSTRAINT programme_policy_pkey PRIMARY KEY (policy_id),
  CONSTRAINT programme_policy_once UNIQUE NULLS NOT DISTINCT (programme_code, purpose, from_year),
  CONSTRAINT programme_policy_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT programme_policy_card_fkey FOREIGN KEY (card_code, card_version)
    REFERENCES equity.scorecard_version (card_code, version),
  CONSTRAINT programme_policy_purpose_known CHECK (purpose IN ('renewal', 'watch', 'recognition')),
  CONSTRAINT programme_policy_from_year_be CHECK (from_year BETWEEN 2400 AND 2700)
);

SELECT pg_catalog.pg_extension_config_dump('equity.programme_policy', '');

SELECT pg_catalog.pg_extension_config_dump('equity.programme_policy_policy_id_seq', '');

CREATE TABLE equity.renewal (
  award_id bigint NOT NULL,
  term_id bigint NOT NULL,
  outcome text NOT NULL,
  score numeric NOT NULL,
  reasons text[] NOT NULL DEFAULT '{}',
  card_code text NOT NULL,
  card_version integer NOT NULL,
  card_digest text NOT NULL,
  event_number bigint,
  decided_at timestamptz NOT NULL,
  CONSTRAINT renewal_pkey PRIMARY KEY (award_id, term_id),
  CONSTRAINT renewal_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT renewal_term_fkey FOREIGN KEY (term_id)
    REFERENCES equity.academic_term (term_id),
  CONSTRAINT renewal_outcome_known
    CHECK (equity_internal.row_keeps(outcome IN ('continue', 'warn', 'probation', 'suspend', 'terminate'), 'renewal', 'renewal_outcome_known', NULL)),
  CONSTRAINT renewal_card_digest_is_sha256
    CHECK (equity_internal.row_keeps(card_digest ~ '^[0-9a-f]{64}$', 'renewal', 'renewal_card_digest_is_sha256', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.renewal
  FOR EACH ROW WHEN (NEW.award_id IS NULL OR NEW.term_id IS NULL OR NEW.outcome IS NULL OR NEW.score IS NULL
                     OR NEW.reasons IS NULL OR NEW.card_code IS NULL OR NEW.card_version IS NULL
                     OR NEW.card_digest IS NULL OR NEW.decided_at IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.renewal', '');

CREATE INDEX renewal_by_term ON equity.renewal (term_id, award_id);

CREATE TABLE equity.rate_item (
  rate_item_id bigint GENERATED BY DEFAULT AS IDENTITY,
  programme_code text NOT NULL,
  item text NOT NULL,
  level text,
  period text NOT NULL,
  amount numeric(12,2) NOT NULL,
  valid_from date NOT NULL,
  combinable boolean NOT NULL DEFAULT false,
  confirmed boolean NOT NULL DEFAULT false,
  source text,
  CONSTRAINT rate_item_pkey PRIMARY KEY (rate_item_id),
  CONSTRAINT rate_item_once UNIQUE NULLS NOT DISTINCT (programme_code, item, level, valid_from),
  CONSTRAINT rate_item_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT rate_item_item_is_code CHECK (item ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT rate_item_level_is_code CHECK (level ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT rate_item_period_known CHECK (period IN ('month', 'term', 'once')),
  CONSTRAINT rate_item_amount_not_negative CHECK (amount >= 0),
  CONSTRAINT rate_item_valid_from_is_day CHECK (pg_catalog.isfinite(valid_from)),
  CONSTRAINT rate_item_confirmed_has_source CHECK (NOT confirmed OR source IS NOT NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.rate_item', '');

SELECT pg_catalog.pg_extension_config_dump('equity.rate_item_rate_item_id_seq', '');

CREATE TABLE equity.payment_rule (
  rule_id bigint GENERATED BY DEFAULT AS IDENTITY,
  programme_code text,
  from_year smallint NOT NULL,
  settlement text NOT NULL,
  earned_percent numeric(5,2),
  audit_from numeric(14,2),
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT payment_rule_pkey PRIMARY KEY (rule_id),
  CONSTRAINT payment_rule_once UNIQUE NULLS NOT DISTINCT (programme_code, from_year),
  CONSTRAINT payment_rule_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT payment_rule_from_year_be CHECK (from_year BETWEEN 2400 AND 2700),
  CONSTRAINT payment_rule_settlement_known CHECK (settlement IN ('days', 'months_begun', 'none')),
  CONSTRAINT payment_rule_earned_percent_in_range CHECK (earned_percent > 0 AND earned_percent <= 100),
  CONSTRAINT payment_rule_audit_from_not_negative CHECK (audit_from >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.payment_rule', 'WHERE NOT shipped');

SELECT pg_catalog.pg_extension_config_dump('equity.payment_rule_rule_id_seq', '');

INSERT INTO equity.payment_rule (rule_id, programme_code, from_year, settlement, earned_percent, audit_from, shipped)
VALUES (0, NULL, 2400, 'days', NULL, 500000, true);

CREATE TABLE equity.payment_batch (
  batch_id bigint GENERATED BY DEFAULT AS IDENTITY,
  term_id bigint NOT NULL,
  institution_id bigint NOT NULL,
  programme_code text NOT NULL,
  status text NOT NULL DEFAULT 'open',
  payments bigint NOT NULL,
  total numeric(14,2) NOT NULL,
  needs_auditor boolean NOT NULL,
  digest text,
  opened_at timestamptz NOT NULL,
  opened_by text NOT NULL,
  approved_at timestamptz,
  approved_by text,
  paid_at timestamptz,
  paid_by text,
  reference text,
  CONSTRAINT payment_batch_pkey PRIMARY KEY (batch_id),
  CONSTRAINT payment_batch_term_fkey FOREIGN KEY (term_id)
    REFERENCES equity.academic_term (term_id),
  CONSTRAINT payment_batch_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT payment_batch_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT payment_batch_status_known CHECK (status IN ('open', 'approved', 'paid', 'cancelled')),
  CONSTRAINT payment_batch_total_not_negative CHECK (total >= 0 AND payments >= 0),
  CONSTRAINT payment_batch_approved_by_another CHECK (approved_by <> opened_by),
  CONSTRAINT payment_batch_approved_has_digest
    CHECK ((status IN ('approved', 'paid')) = (approved_by IS NOT NULL AND approved_at IS NOT NULL AND digest IS NOT NULL)),
  CONSTRAINT payment_batch_paid_has_reference
    CHECK ((status = 'paid') = (paid_at IS NOT NULL AND paid_by IS NOT NULL AND reference IS NOT NULL)),
  CONSTRAINT payment_batch_reference_not_empty CHECK (reference <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.payment_batch', '');

SELECT pg_catalog.pg_extension_config_dump('equity.payment_batch_batch_id_seq', '');

CREATE INDEX payment_batch_by_term ON equity.payment_batch (term_id, institution_id, programme_code);

CREATE TABLE equity.payment (
  payment_id bigint GENERATED BY DEFAULT AS IDENTITY,
  applicant_id bigint NOT NULL,
  award_id bigint NOT NULL,
  term_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_id bigint NOT NULL,
  kind text NOT NULL DEFAULT 'grant',
  item text NOT NULL,
  period text NOT NULL,
  part smallint NOT NULL DEFAULT 1,
  starts date NOT NULL,
  ends date NOT NULL,
  full_amount numeric(12,2) NOT NULL,
  amount numeric(12,2) NOT NULL,
  combinable boolean NOT NULL DEFAULT false,
  due_on date NOT NULL,
  status text NOT NULL DEFAULT 'planned',
  batch_id bigint,
  paid_at timestamptz,
  returned_at timestamptz,
  return_reason text,
  planned_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT payment_pkey PRIMARY KEY (payment_id),
  CONSTRAINT payment_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT payment_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT payment_term_fkey FOREIGN KEY (term_id)
    REFERENCES equity.academic_term (term_id),
  CONSTRAINT payment_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT payment_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT payment_batch_fkey FOREIGN KEY (batch_id)
    REFERENCES equity.payment_batch (batch_id),
  CONSTRAINT payment_kind_known
    CHECK (equity_internal.row_keeps(kind IN ('grant', 'refund'), 'payment', 'payment_kind_known', applicant_id)),
  CONSTRAINT payment_item_is_code
    CHECK (equity_internal.row_keeps(item ~ '^[a-z][a-z0-9_]*$', 'payment', 'payment_item_is_code', applicant_id)),
  CONSTRAINT payment_period_not_empty
    CHECK (equity_internal.row_keeps(period <> '', 'payment', 'payment_period_not_empty', applicant_id)),
  CONSTRAINT payment_part_positive
    CHECK (equity_internal.row_keeps(part >= 1, 'payment', 'payment_part_positive', applicant_id)),
  CONSTRAINT payment_days_in_order
    CHECK (equity_internal.row_keeps(starts <= ends, 'payment', 'payment_days_in_order', applicant_id)),
  CONSTRAINT payment_amount_not_negative
    CHECK (equity_internal.row_keeps(amount >= 0, 'payment', 'payment_amount_not_negative', applicant_id)),
  CONSTRAINT payment_amount_not_above_full
    CHECK (equity_internal.row_keeps(amount <= full_amount, 'payment', 'payment_amount_not_above_full', applicant_id)),
  CONSTRAINT payment_status_known
    CHECK (equity_internal.row_keeps(status IN ('planned', 'batched', 'paid', 'returned', 'cancelled'), 'payment', 'payment_status_known', applicant_id)),
  CONSTRAINT payment_batched_has_batch
    CHECK (equity_internal.row_keeps(status NOT IN ('batched', 'returned') OR batch_id IS NOT NULL OR kind = 'refund', 'payment', 'payment_batched_has_batch', applicant_id)),
  CONSTRAINT payment_paid_has_time
    CHECK (equity_internal.row_keeps((status IN ('paid', 'returned')) = (paid_at IS NOT NULL), 'payment', 'payment_paid_has_time', applicant_id)),
  CONSTRAINT payment_returned_has_reason
    CHECK (equity_internal.row_keeps((status = 'returned') = (returned_at IS NOT NULL AND return_reason IS NOT NULL), 'payment', 'payment_returned_has_reason', applicant_id)),
  CONSTRAINT payment_return_reason_not_empty
    CHECK (equity_internal.row_keeps(return_reason <> '', 'payment', 'payment_return_reason_not_empty', applicant_id))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.payment
  FOR EACH ROW WHEN (NEW.payment_id IS NULL OR NEW.applicant_id IS NULL OR NEW.award_id IS NULL
                     OR NEW.term_id IS NULL OR NEW.programme_code IS NULL OR NEW.institution_id IS NULL
                     OR NEW.kind IS NULL OR NEW.item IS NULL OR NEW.period IS NULL OR NEW.part IS NULL
                     OR NEW.starts IS NULL OR NEW.ends IS NULL OR NEW.full_amount IS NULL OR NEW.amount IS NULL
                     OR NEW.combinable IS NULL OR NEW.due_on IS NULL OR NEW.status IS NULL
                     OR NEW.planned_at IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.payment', '');

SELECT pg_catalog.pg_extension_config_dump('equity.payment_payment_id_seq', '');

CREATE UNIQUE INDEX payment_never_twice ON equity.payment (award_id, item, period, kind, part)
  WHERE status <> 'cancelled' AND status <> 'returned';

CREATE UNIQUE INDEX payment_never_twice_a_person ON equity.payment (applicant_id, item, period)
  WHERE kind = 'grant' AND part = 1 AND NOT combinable AND status <> 'cancelled' AND status <> 'returned';

CREATE INDEX payment_by_term ON equity.payment (term_id, institution_id, programme_code);

CREATE INDEX payment_by_batch ON equity.payment (batch_id) WHERE batch_id IS NOT NULL;

-- Sentences of renewals. A site may have codes of its own of these names.
ALTER TABLE equity.reason DISABLE TRIGGER reason_reference_row;
INSERT INTO equity.reason (reason_code, text_th, text_en, advice_th, advice_en, shipped) VALUES
  ('PACE_BELOW', 'หน่วยกิตที่สอบได้ต่ำกว่าเกณฑ์', 'Fewer credits earned than the limit asks',
   'ปรึกษาครูที่ปรึกษาเรื่องแผนการเรียน', 'Talk to the responsible teacher about a plan of study', true),
  ('TERMS_ABOVE', 'ใช้ระยะเวลาศึกษานานเกินเกณฑ์', 'Longer in study than the limit', NULL, NULL, true),
  ('ATTENDANCE_BELOW', 'เวลาเรียนต่ำกว่าเกณฑ์', 'Attendance below the limit',
   'ปรึกษาครูที่ปรึกษาเรื่องการเข้าเรียน', 'Talk to the responsible teacher about attendance', true),
  ('NOT_ENROLLED', 'ไม่ได้ลงทะเบียนเรียนในภาคเรียนนี้', 'Not enrolled in the term',
   'ตรวจสอบการลงทะเบียนกับสถานศึกษา', 'Check the enrolment with the institution', true),
  ('RENEWAL', 'ผลการต่อทุน', 'Renewal', NULL, NULL, true),
  ('RENEWAL continue', 'ได้รับการต่อทุน', 'The award continues', NULL, NULL, true),
  ('RENEWAL warn', 'ได้รับการต่อทุนโดยมีการตักเตือน', 'The award continues, with a warning',
   'ดูเกณฑ์ข้อที่ไม่ผ่าน และปรึกษาครูที่ปรึกษา', 'See the rules that are not met, and talk to the responsible teacher', true),
  ('RENEWAL probation', 'ได้รับการต่อทุนโดยอยู่ในทัณฑ์บน', 'The award continues, on probation',
   'ทำตามแผนการเรียนที่ตกลงไว้', 'Keep to the plan that was agreed', true),
  ('RENEWAL suspend', 'พักทุน', 'The award is suspended',
   'ยื่นอุทธรณ์หรือปรึกษาสถานศึกษาเรื่องการกลับมารับทุน', 'Appeal, or talk to the institution about coming back', true),
  ('RENEWAL terminate', 'ยุติทุน', 'The award is terminated', 'ยื่นอุทธรณ์ได้', 'An appeal is possible', true),
  ('RENEWAL undetermined', 'ยังตัดสินการต่อทุนไม่ได้ เพราะข้อมูลไม่ครบ', 'The renewal is undecided, because information is missing',
   'ให้สถานศึกษารายงานผลการเรียน', 'Let the institution report the result', true),
  ('RENEWAL not decided', 'ยังไม่ได้ตัดสิน ผลนี้คำนวณจากข้อมูลปัจจุบัน', 'Not decided yet: this is computed from the facts of now', NULL, NULL, true),
  ('RENEWAL changed', 'ข้อมูลเปลี่ยนไปหลังการตัดสิน ผลจากข้อมูลปัจจุบันต่างออกไป', 'The facts have changed since it was decided, and would have another outcome', NULL, NULL, true)
ON CONFLICT DO NOTHING;
ALTER TABLE equity.reason ENABLE TRIGGER reason_reference_row;

REVOKE ALL ON equity.award_transition, equity.academic_term, equity.term_result, equity.programme_policy, equity.renewal,
  equity.rate_item, equity.payment_rule, equity.payment_batch, equity.payment FROM PUBLIC;
REVOKE ALL ON SEQUENCE equity.academic_term_term_id_seq, equity.programme_policy_policy_id_seq, equity.rate_item_rate_item_id_seq,
  equity.payment_rule_rule_id_seq, equity.payment_batch_batch_id_seq, equity.payment_payment_id_seq FROM PUBLIC;

-- RE-CREATE
SELECT equity_internal.check_keys_at_once('equity.award_event');
SELECT equity_internal.check_keys_at_once('equity.term_result');
SELECT equity_internal.check_keys_at_once('equity.renewal');
SELECT equity_internal.check_keys_at_once('equity.payment');
DO $$
DECLARE
  delegate regprocedure;
BEGIN
  FOR delegate IN
    SELECT p.oid
      FROM pg_proc AS p
     WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
       AND p.prosecdef
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', delegate);
  END LOOP;
  PERFORM equity_internal.renew_access();
  PERFORM equity_internal.enforce_row_security()
     FROM pg_extension AS x
     JOIN pg_class AS c ON c.oid = 'equity.access_grant'::regclass
    WHERE x.extname = 'equity'
      AND x.extowner = c.relowner
       OR EXISTS (SELECT FROM equity.access_grant AS g WHERE g.level = 'officer');
END;
$$;
