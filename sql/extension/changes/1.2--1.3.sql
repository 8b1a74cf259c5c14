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
  ('studying', 'deceased', 'discontinued', false, false, true),
  ('suspended', 'deceased', 'discontinued', false, false, true),
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

-- Care after the award, and what came of it: bodies, centres, quality, special needs, teachers, outcomes.

CREATE TABLE equity.body (
  body_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT body_pkey PRIMARY KEY (body_code),
  CONSTRAINT body_code_is_code CHECK (body_code ~ '^[a-z][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.body', 'WHERE NOT shipped');

INSERT INTO equity.body (body_code, name_th, name_en, shipped) VALUES
  ('ovec', 'สำนักงานคณะกรรมการการอาชีวศึกษา (สอศ.)', 'Office of the Vocational Education Commission (OVEC)', true),
  ('eef', 'กองทุนเพื่อความเสมอภาคทางการศึกษา (กสศ.)', 'Equitable Education Fund (EEF)', true),
  ('mhesi', 'กระทรวงการอุดมศึกษา วิทยาศาสตร์ วิจัยและนวัตกรรม (อว.)',
   'Ministry of Higher Education, Science, Research and Innovation (MHESI)', true);

CREATE TABLE equity.programme_body (
  programme_code text NOT NULL,
  body_code text NOT NULL,
  role text NOT NULL,
  report_days smallint,
  confirmed boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT programme_body_pkey PRIMARY KEY (programme_code, body_code, role),
  CONSTRAINT programme_body_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT programme_body_body_fkey FOREIGN KEY (body_code)
    REFERENCES equity.body (body_code),
  CONSTRAINT programme_body_role_known CHECK (role IN ('funds', 'approves', 'reports')),
  CONSTRAINT programme_body_report_days_not_negative CHECK (report_days >= 0),
  CONSTRAINT programme_body_report_days_of_reports CHECK (report_days IS NULL OR role = 'reports')
);

SELECT pg_catalog.pg_extension_config_dump('equity.programme_body', 'WHERE NOT shipped');

INSERT INTO equity.programme_body (programme_code, body_code, role, shipped)
SELECT g.programme_code, b.body_code, b.role, true
  FROM (VALUES ('full_potential'), ('innovation_general'), ('innovation_innovation'), ('innovation_special'))
         AS g (programme_code)
 CROSS JOIN (VALUES ('eef', 'funds'), ('eef', 'approves'), ('ovec', 'reports')) AS b (body_code, role)
UNION ALL
VALUES ('full_potential', 'mhesi', 'reports', true);

CREATE TABLE equity.support_centre (
  centre_id bigint GENERATED BY DEFAULT AS IDENTITY,
  centre_code text NOT NULL,
  name_th text NOT NULL,
  name_en text,
  province_code text,
  institution_id bigint,
  CONSTRAINT support_centre_pkey PRIMARY KEY (centre_id),
  CONSTRAINT support_centre_code_unique UNIQUE (centre_code),
  CONSTRAINT support_centre_province_fkey FOREIGN KEY (province_code)
    REFERENCES equity.province (province_code),
  CONSTRAINT support_centre_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT support_centre_code_not_empty CHECK (centre_code <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.support_centre', '');

SELECT pg_catalog.pg_extension_config_dump('equity.support_centre_centre_id_seq', '');

CREATE TABLE equity.centre_institution (
  centre_id bigint NOT NULL,
  institution_id bigint NOT NULL,
  valid_from date NOT NULL DEFAULT CURRENT_DATE,
  valid_to date,
  CONSTRAINT centre_institution_pkey PRIMARY KEY (centre_id, institution_id, valid_from),
  CONSTRAINT centre_institution_centre_fkey FOREIGN KEY (centre_id)
    REFERENCES equity.support_centre (centre_id),
  CONSTRAINT centre_institution_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT centre_institution_period_in_order CHECK (valid_from < valid_to)
);

SELECT pg_catalog.pg_extension_config_dump('equity.centre_institution', '');

CREATE UNIQUE INDEX centre_institution_once_at_a_time
  ON equity.centre_institution (institution_id, centre_id) WHERE valid_to IS NULL;

CREATE TABLE equity.quality_indicator (
  indicator_code text NOT NULL,
  area text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  worst numeric NOT NULL,
  best numeric NOT NULL,
  weight numeric NOT NULL DEFAULT 1,
  confirmed boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT quality_indicator_pkey PRIMARY KEY (indicator_code),
  CONSTRAINT quality_indicator_code_is_code CHECK (indicator_code ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT quality_indicator_area_known CHECK (area IN ('curriculum', 'wellbeing', 'employment')),
  CONSTRAINT quality_indicator_weight_not_negative CHECK (weight >= 0 AND weight < 1000000),
  CONSTRAINT quality_indicator_range CHECK (
    worst <> best AND abs(worst) < 1000000000 AND abs(best) < 1000000000)
);

SELECT pg_catalog.pg_extension_config_dump('equity.quality_indicator', 'WHERE NOT shipped');

INSERT INTO equity.quality_indicator (indicator_code, area, name_th, name_en, worst, best, weight, shipped) VALUES
  ('courses_with_firms', 'curriculum', 'สัดส่วนหลักสูตรที่ทำร่วมกับสถานประกอบการ (ร้อยละ)',
   'Courses made with firms (percent)', 0, 100, 2, true),
  ('courses_job_guaranteed', 'curriculum', 'สัดส่วนหลักสูตรที่รับประกันการมีงานทำ (ร้อยละ)',
   'Courses made for firms with a job guaranteed (percent)', 0, 50, 1, true),
  ('weeks_in_firms', 'curriculum', 'การเรียนรู้ในสถานประกอบการต่อปี (สัปดาห์)',
   'Work-integrated learning in a year (weeks)', 0, 18, 1, true),
  ('dormitory_places', 'wellbeing', 'ที่พักในสถานศึกษาต่อผู้รับทุน 100 คน',
   'Dormitory places for a hundred scholars', 0, 100, 1, true),
  ('scholars_per_teacher', 'wellbeing', 'ผู้รับทุนต่อครูผู้ดูแล 1 คน',
   'Scholars for each responsible teacher', 40, 10, 2, true),
  ('rent_subsidised', 'wellbeing', 'ผู้รับทุนที่ได้รับการช่วยเหลือค่าที่พักหรือการเดินทาง (ร้อยละ)',
   'Scholars who are helped with rent or travel (percent)', 0, 100, 1, true),
  ('partner_firms', 'employment', 'สถานประกอบการที่ร่วมมือในสองปีล่าสุดต่อผู้รับทุน 100 คน',
   'Partner firms of the last two years for a hundred scholars', 0, 20, 1, true),
  ('certified_trainers', 'employment', 'ครูฝึกในสถานประกอบการที่ผ่านการรับรองต่อผู้รับทุน 100 คน',
   'Certified trainers at the workplace for a hundred scholars', 0, 10, 1, true),
  ('hired_by_partners', 'employment', 'ผู้สำเร็จการศึกษาที่สถานประกอบการคู่ความร่วมมือรับเข้าทำงาน (ร้อยละ)',
   'Graduates hired by partner firms (percent)', 0, 60, 2, true);

CREATE TABLE equity.quality_assessment (
  institution_id bigint NOT NULL,
  academic_year smallint NOT NULL,
  indicator_code text NOT NULL,
  value numeric NOT NULL,
  source text NOT NULL,
  assessed_on date NOT NULL DEFAULT CURRENT_DATE,
  CONSTRAINT quality_assessment_pkey PRIMARY KEY (institution_id, academic_year, indicator_code),
  CONSTRAINT quality_assessment_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT quality_assessment_indicator_fkey FOREIGN KEY (indicator_code)
    REFERENCES equity.quality_indicator (indicator_code),
  CONSTRAINT quality_assessment_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT quality_assessment_value_is_number CHECK (abs(value) < 1000000000),
  CONSTRAINT quality_assessment_source_not_empty CHECK (source <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.quality_assessment', '');

CREATE TABLE equity.recognition (
  institution_id bigint NOT NULL,
  academic_year smallint NOT NULL,
  recognized_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  card_code text NOT NULL,
  card_version integer NOT NULL,
  card_digest text NOT NULL,
  eligible boolean,
  score numeric,
  level text,
  reasons text[] NOT NULL,
  facts jsonb NOT NULL,
  recognized_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT recognition_pkey PRIMARY KEY (institution_id, academic_year, recognized_at),
  CONSTRAINT recognition_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT recognition_card_fkey FOREIGN KEY (card_code, card_version)
    REFERENCES equity.scorecard_version (card_code, version),
  CONSTRAINT recognition_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT recognition_card_digest_is_sha256 CHECK (card_digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT recognition_facts_are_row CHECK (pg_catalog.jsonb_typeof(facts) = 'object')
);

SELECT pg_catalog.pg_extension_config_dump('equity.recognition', '');

CREATE TABLE equity.disability_type (
  disability_code text NOT NULL,
  scheme text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT disability_type_pkey PRIMARY KEY (disability_code),
  CONSTRAINT disability_type_scheme_known CHECK (scheme IN ('education', 'card')),
  CONSTRAINT disability_type_code_tells_scheme
    CHECK (disability_code ~ '^(education|card)_[a-z][a-z0-9_]*$' AND pg_catalog.starts_with(disability_code, scheme))
);

SELECT pg_catalog.pg_extension_config_dump('equity.disability_type', 'WHERE NOT shipped');

INSERT INTO equity.disability_type (disability_code, scheme, name_th, name_en, shipped) VALUES
  ('education_seeing', 'education', 'บกพร่องทางการเห็น', 'Seeing', true),
  ('education_hearing', 'education', 'บกพร่องทางการได้ยิน', 'Hearing', true),
  ('education_intellect', 'education', 'บกพร่องทางสติปัญญา', 'Intellect', true),
  ('education_body', 'education', 'บกพร่องทางร่างกาย หรือการเคลื่อนไหว หรือสุขภาพ', 'Body, movement or health', true),
  ('education_learning', 'education', 'มีปัญหาทางการเรียนรู้', 'Learning', true),
  ('education_speech', 'education', 'บกพร่องทางการพูดและภาษา', 'Speech and language', true),
  ('education_behaviour', 'education', 'มีปัญหาทางพฤติกรรมหรืออารมณ์', 'Behaviour or emotion', true),
  ('education_autism', 'education', 'ออทิสติก', 'Autism', true),
  ('education_multiple', 'education', 'พิการซ้อน', 'Multiple', true),
  ('card_seeing', 'card', 'ความพิการทางการเห็น', 'Seeing', true),
  ('card_hearing', 'card', 'ความพิการทางการได้ยินหรือสื่อความหมาย', 'Hearing or communication', true),
  ('card_movement', 'card', 'ความพิการทางการเคลื่อนไหวหรือทางร่างกาย', 'Movement or body', true),
  ('card_mind', 'card', 'ความพิการทางจิตใจหรือพฤติกรรม', 'Mind or behaviour', true),
  ('card_intellect', 'card', 'ความพิการทางสติปัญญา', 'Intellect', true),
  ('card_learning', 'card', 'ความพิการทางการเรียนรู้', 'Learning', true),
  ('card_autism', 'card', 'ความพิการทางออทิสติก', 'Autism', true);

CREATE TABLE equity.applicant_disability (
  applicant_id bigint NOT NULL,
  disability_code text NOT NULL,
  verified boolean NOT NULL DEFAULT false,
  verified_at timestamptz,
  verified_by text,
  evidence text,
  CONSTRAINT applicant_disability_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT applicant_disability_type_fkey FOREIGN KEY (disability_code)
    REFERENCES equity.disability_type (disability_code)
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.applicant_disability
  FOR EACH ROW WHEN (NEW.applicant_id IS NULL OR NEW.disability_code IS NULL OR NEW.verified IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.applicant_disability', '');

CREATE UNIQUE INDEX applicant_disability_once
  ON equity.applicant_disability (applicant_id, (disability_code::equity_internal.unprinted));

ALTER TABLE equity.applicant_disability
  ADD CONSTRAINT applicant_disability_pkey PRIMARY KEY (applicant_id, disability_code);

CREATE TABLE equity.adjustment (
  adjustment_id bigint GENERATED BY DEFAULT AS IDENTITY,
  applicant_id bigint NOT NULL,
  kind text NOT NULL,
  asked_on date NOT NULL,
  institution_id bigint,
  centre_id bigint,
  given_on date,
  refused_on date,
  ended_on date,
  note text,
  CONSTRAINT adjustment_pkey PRIMARY KEY (adjustment_id),
  CONSTRAINT adjustment_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT adjustment_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT adjustment_centre_fkey FOREIGN KEY (centre_id)
    REFERENCES equity.support_centre (centre_id),
  CONSTRAINT adjustment_kind_is_code
    CHECK (equity_internal.row_keeps(kind ~ '^[a-z][a-z0-9_]*$', 'adjustment', 'adjustment_kind_is_code', applicant_id)),
  CONSTRAINT adjustment_given_or_refused
    CHECK (equity_internal.row_keeps(given_on IS NULL OR refused_on IS NULL, 'adjustment', 'adjustment_given_or_refused', applicant_id)),
  CONSTRAINT adjustment_days_in_order
    CHECK (equity_internal.row_keeps(asked_on <= given_on AND asked_on <= refused_on AND given_on <= ended_on, 'adjustment', 'adjustment_days_in_order', applicant_id)),
  CONSTRAINT adjustment_ended_was_given
    CHECK (equity_internal.row_keeps(ended_on IS NULL OR given_on IS NOT NULL, 'adjustment', 'adjustment_ended_was_given', applicant_id))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.adjustment
  FOR EACH ROW WHEN (NEW.adjustment_id IS NULL OR NEW.applicant_id IS NULL OR NEW.kind IS NULL OR NEW.asked_on IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.adjustment', '');

SELECT pg_catalog.pg_extension_config_dump('equity.adjustment_adjustment_id_seq', '');

CREATE INDEX adjustment_by_applicant ON equity.adjustment (applicant_id);

CREATE TABLE equity.mentor (
  mentor_id bigint GENERATED BY DEFAULT AS IDENTITY,
  institution_id bigint NOT NULL,
  title text,
  given_name text NOT NULL,
  family_name text,
  position_th text,
  source text,
  source_key text,
  CONSTRAINT mentor_pkey PRIMARY KEY (mentor_id),
  CONSTRAINT mentor_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT mentor_source_has_key
    CHECK (equity_internal.row_keeps((source IS NULL) = (source_key IS NULL), 'mentor', 'mentor_source_has_key', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.mentor
  FOR EACH ROW WHEN (NEW.mentor_id IS NULL OR NEW.institution_id IS NULL OR NEW.given_name IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.mentor', '');

SELECT pg_catalog.pg_extension_config_dump('equity.mentor_mentor_id_seq', '');

CREATE UNIQUE INDEX mentor_source_key_once
  ON equity.mentor (source, (source_key::equity_internal.unprinted));

CREATE TABLE equity.mentor_assignment (
  award_id bigint NOT NULL,
  mentor_id bigint NOT NULL,
  valid_from date NOT NULL DEFAULT CURRENT_DATE,
  valid_to date,
  CONSTRAINT mentor_assignment_pkey PRIMARY KEY (award_id, mentor_id, valid_from),
  CONSTRAINT mentor_assignment_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT mentor_assignment_mentor_fkey FOREIGN KEY (mentor_id)
    REFERENCES equity.mentor (mentor_id),
  CONSTRAINT mentor_assignment_period_in_order
    CHECK (equity_internal.row_keeps(valid_from < valid_to, 'mentor_assignment', 'mentor_assignment_period_in_order', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.mentor_assignment
  FOR EACH ROW WHEN (NEW.award_id IS NULL OR NEW.mentor_id IS NULL OR NEW.valid_from IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.mentor_assignment', '');

CREATE UNIQUE INDEX mentor_assignment_one_at_a_time
  ON equity.mentor_assignment (award_id) WHERE valid_to IS NULL;

CREATE INDEX mentor_assignment_by_mentor ON equity.mentor_assignment (mentor_id);

CREATE TABLE equity.care_record (
  care_id bigint GENERATED BY DEFAULT AS IDENTITY,
  award_id bigint NOT NULL,
  mentor_id bigint,
  cared_on date NOT NULL,
  kind text NOT NULL,
  concern text,
  result text NOT NULL DEFAULT 'open',
  next_on date,
  note text,
  recorded_by text NOT NULL DEFAULT SESSION_USER,
  recorded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT care_record_pkey PRIMARY KEY (care_id),
  CONSTRAINT care_record_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT care_record_mentor_fkey FOREIGN KEY (mentor_id)
    REFERENCES equity.mentor (mentor_id),
  CONSTRAINT care_record_kind_known
    CHECK (equity_internal.row_keeps(kind IN ('home_visit', 'workplace_visit', 'meeting', 'call', 'referral', 'other'), 'care_record', 'care_record_kind_known', NULL)),
  CONSTRAINT care_record_concern_is_code
    CHECK (equity_internal.row_keeps(concern ~ '^[A-Za-z][A-Za-z0-9_]*$', 'care_record', 'care_record_concern_is_code', NULL)),
  CONSTRAINT care_record_result_known
    CHECK (equity_internal.row_keeps(result IN ('open', 'stays', 'returned', 'referred', 'not_reached', 'left'), 'care_record', 'care_record_result_known', NULL)),
  CONSTRAINT care_record_next_after
    CHECK (equity_internal.row_keeps(cared_on <= next_on, 'care_record', 'care_record_next_after', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.care_record
  FOR EACH ROW WHEN (NEW.care_id IS NULL OR NEW.award_id IS NULL OR NEW.cared_on IS NULL OR NEW.kind IS NULL
                     OR NEW.result IS NULL OR NEW.recorded_by IS NULL OR NEW.recorded_at IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.care_record', '');

SELECT pg_catalog.pg_extension_config_dump('equity.care_record_care_id_seq', '');

CREATE INDEX care_record_by_award ON equity.care_record (award_id, cared_on);

CREATE INDEX care_record_by_mentor ON equity.care_record (mentor_id, cared_on) WHERE mentor_id IS NOT NULL;

CREATE TABLE equity.outcome (
  award_id bigint NOT NULL,
  followed_on date NOT NULL,
  source text NOT NULL,
  employed boolean NOT NULL,
  self_employed boolean,
  further_study boolean NOT NULL,
  monthly_income numeric(12,2),
  in_field boolean,
  recorded_by text NOT NULL DEFAULT SESSION_USER,
  recorded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT outcome_pkey PRIMARY KEY (award_id, followed_on),
  CONSTRAINT outcome_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT outcome_source_not_empty
    CHECK (equity_internal.row_keeps(source <> '', 'outcome', 'outcome_source_not_empty', NULL)),
  CONSTRAINT outcome_self_employed_is_employed
    CHECK (equity_internal.row_keeps(employed OR NOT self_employed, 'outcome', 'outcome_self_employed_is_employed', NULL)),
  CONSTRAINT outcome_income_not_negative
    CHECK (equity_internal.row_keeps(monthly_income >= 0, 'outcome', 'outcome_income_not_negative', NULL)),
  CONSTRAINT outcome_income_of_work
    CHECK (equity_internal.row_keeps(employed OR monthly_income IS NULL, 'outcome', 'outcome_income_of_work', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.outcome
  FOR EACH ROW WHEN (NEW.award_id IS NULL OR NEW.followed_on IS NULL OR NEW.source IS NULL OR NEW.employed IS NULL
                     OR NEW.further_study IS NULL OR NEW.recorded_by IS NULL OR NEW.recorded_at IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.outcome', '');

CREATE INDEX award_event_transferred ON equity.award_event (award_id) WHERE event = 'transferred';

CREATE INDEX award_event_deceased ON equity.award_event (award_id) WHERE event = 'deceased';

CREATE TABLE equity.body_report (
  programme_code text NOT NULL,
  body_code text NOT NULL,
  term_id bigint NOT NULL,
  kind text NOT NULL,
  delivered_on date NOT NULL,
  audited boolean NOT NULL DEFAULT false,
  reference text,
  CONSTRAINT body_report_pkey PRIMARY KEY (programme_code, body_code, term_id, kind),
  CONSTRAINT body_report_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT body_report_body_fkey FOREIGN KEY (body_code)
    REFERENCES equity.body (body_code),
  CONSTRAINT body_report_term_fkey FOREIGN KEY (term_id)
    REFERENCES equity.academic_term (term_id),
  CONSTRAINT body_report_kind_known CHECK (kind IN ('progress', 'scholars', 'finance')),
  CONSTRAINT body_report_audited_is_finance CHECK (kind = 'finance' OR NOT audited)
);

SELECT pg_catalog.pg_extension_config_dump('equity.body_report', '');

REVOKE ALL ON equity.body, equity.programme_body, equity.support_centre, equity.centre_institution,
  equity.quality_indicator, equity.quality_assessment, equity.recognition, equity.disability_type,
  equity.applicant_disability, equity.adjustment, equity.mentor, equity.mentor_assignment, equity.care_record,
  equity.outcome, equity.body_report FROM PUBLIC;
REVOKE ALL ON SEQUENCE equity.support_centre_centre_id_seq, equity.adjustment_adjustment_id_seq,
  equity.mentor_mentor_id_seq, equity.care_record_care_id_seq FROM PUBLIC;

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
