-- What 1.4 changes of what 1.3 froze.

CREATE TYPE equity.assessment_result AS (
  eligible boolean,
  score numeric,
  class text,
  reasons text[]
);

-- The cast is a function now (see the type), so the indexes are made anew; and so are two keys, for the older index is
-- looked at first.
CREATE FUNCTION equity_internal.unprinted(text) RETURNS equity_internal.unprinted
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'xmltotext';

DROP CAST (pg_catalog.text AS equity_internal.unprinted);

CREATE CAST (pg_catalog.text AS equity_internal.unprinted) WITH FUNCTION equity_internal.unprinted(text);

DROP INDEX equity.applicant_source_key_once;

CREATE UNIQUE INDEX applicant_source_key_once
  ON equity.applicant (source, (source_key::equity_internal.unprinted));

DROP INDEX equity.applicant_identity_one_current_owner;

CREATE UNIQUE INDEX applicant_identity_one_current_owner
  ON equity.applicant_identity (identity_kind, (identity::equity_internal.unprinted)) WHERE valid_to IS NULL;

ALTER TABLE equity.applicant_group DROP CONSTRAINT applicant_group_pkey;

DROP INDEX equity.applicant_group_once;

CREATE UNIQUE INDEX applicant_group_once
  ON equity.applicant_group (applicant_id, (group_code::equity_internal.unprinted));

ALTER TABLE equity.applicant_group ADD CONSTRAINT applicant_group_pkey PRIMARY KEY (applicant_id, group_code);

ALTER TABLE equity.applicant_disability DROP CONSTRAINT applicant_disability_pkey;

DROP INDEX equity.applicant_disability_once;

CREATE UNIQUE INDEX applicant_disability_once
  ON equity.applicant_disability (applicant_id, (disability_code::equity_internal.unprinted));

ALTER TABLE equity.applicant_disability
  ADD CONSTRAINT applicant_disability_pkey PRIMARY KEY (applicant_id, disability_code);

DROP INDEX equity.application_source_key_once;

CREATE UNIQUE INDEX application_source_key_once
  ON equity.application (source, (source_key::equity_internal.unprinted));

DROP INDEX equity.mentor_source_key_once;

CREATE UNIQUE INDEX mentor_source_key_once
  ON equity.mentor (source, (source_key::equity_internal.unprinted));

-- Lists as they were published.
CREATE TABLE equity.published_list (
  run_id bigint NOT NULL,
  institution_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_th text NOT NULL,
  programme_th text NOT NULL,
  entries integer NOT NULL,
  content text NOT NULL,
  digest text NOT NULL,
  published_at timestamptz NOT NULL,
  CONSTRAINT published_list_pkey PRIMARY KEY (run_id, institution_id, programme_code),
  CONSTRAINT published_list_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT published_list_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT published_list_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT published_list_entries_positive
    CHECK (equity_internal.row_keeps(entries >= 1, 'published_list', 'published_list_entries_positive', NULL)),
  CONSTRAINT published_list_digest_is_sha256
    CHECK (equity_internal.row_keeps(digest ~ '^[0-9a-f]{64}$', 'published_list', 'published_list_digest_is_sha256', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.published_list
  FOR EACH ROW WHEN (NEW.run_id IS NULL OR NEW.institution_id IS NULL OR NEW.programme_code IS NULL
                     OR NEW.institution_th IS NULL OR NEW.programme_th IS NULL OR NEW.entries IS NULL
                     OR NEW.content IS NULL OR NEW.digest IS NULL OR NEW.published_at IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.published_list', '');

ALTER TABLE equity.published_list ALTER COLUMN content SET STORAGE EXTERNAL;

REVOKE ALL ON equity.published_list FROM PUBLIC;

CREATE FUNCTION equity_internal.sums_part(state double precision[]) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sums_part';

CREATE FUNCTION equity_internal.theil_t_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_merge';

CREATE AGGREGATE equity.theil_t_part(x double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.theil_t_part(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.theil_t_merge(part bytea) (
  SFUNC = equity_internal.theil_t_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

CREATE FUNCTION equity_internal.theil_l_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_merge';

CREATE AGGREGATE equity.theil_l_part(x double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.theil_l_part(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.theil_l_merge(part bytea) (
  SFUNC = equity_internal.theil_l_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

CREATE FUNCTION equity_internal.atkinson_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_merge';

CREATE AGGREGATE equity.atkinson_part(x double precision, e double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.atkinson_part(x double precision, e double precision, weight double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.atkinson_merge(part bytea) (
  SFUNC = equity_internal.atkinson_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

CREATE FUNCTION equity_internal.fgt_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_merge';

CREATE AGGREGATE equity.fgt_part(x double precision, line double precision, alpha double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.fgt_part(x double precision, line double precision, alpha double precision, weight double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.fgt_merge(part bytea) (
  SFUNC = equity_internal.fgt_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

CREATE FUNCTION equity_internal.inclusion_error_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_merge';

CREATE AGGREGATE equity.inclusion_error_part(selected boolean, in_need boolean) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.inclusion_error_part(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.inclusion_error_merge(part bytea) (
  SFUNC = equity_internal.inclusion_error_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

CREATE FUNCTION equity_internal.exclusion_error_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_merge';

CREATE AGGREGATE equity.exclusion_error_part(selected boolean, in_need boolean) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.exclusion_error_part(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.exclusion_error_merge(part bytea) (
  SFUNC = equity_internal.exclusion_error_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

CREATE FUNCTION equity_internal.pmt_fit_part(state double precision[]) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_part';

CREATE FUNCTION equity_internal.pmt_fit_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_merge';

CREATE AGGREGATE equity.pmt_fit_part(y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.pmt_fit_part(y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.pmt_fit_merge(part bytea) (
  SFUNC = equity_internal.pmt_fit_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

CREATE FUNCTION equity_internal.pmt_robust_part(state double precision[]) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_part';

CREATE FUNCTION equity_internal.pmt_robust_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_merge';

CREATE AGGREGATE equity.pmt_robust_errors_part(model equity.pmt_model, y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.pmt_robust_errors_part(model equity.pmt_model, y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.pmt_robust_errors_part(model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_part,
  PARALLEL = SAFE
);

CREATE AGGREGATE equity.pmt_robust_errors_merge(part bytea) (
  SFUNC = equity_internal.pmt_robust_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

CREATE INDEX payment_returned ON equity.payment (award_id) WHERE status = 'returned';

-- Headings of new kinds of rows. A site may have one of them already.
ALTER TABLE equity.import_column DISABLE TRIGGER USER;   -- on the way from 1.0 there is none yet
INSERT INTO equity.import_column (kind, heading, field, shipped)
SELECT h.kind, w.heading, h.field, true
  FROM (VALUES
    ('*', 'award_id', ARRAY['รหัสทุน', 'เลขที่ทุน']),
    ('*', 'programme', ARRAY['โครงการ', 'รหัสโครงการ', 'ทุน', 'programme_code']),
    ('*', 'entry_year', ARRAY['ปีที่รับทุน', 'ปีที่เข้ารับทุน', 'ปีการศึกษาที่รับทุน']),
    ('*', 'origin', ARRAY['ที่มาของข้อมูล']),
    ('term_result', 'term', ARRAY['ภาคเรียน', 'ภาคเรียนที่', 'ภาคการศึกษา', 'เทอม']),
    ('term_result', 'affiliation', ARRAY['สังกัด']),
    ('term_result', 'enrolled', ARRAY['ลงทะเบียนเรียน', 'ลงทะเบียน', 'สถานะการลงทะเบียน']),
    ('term_result', 'gpa', ARRAY['เกรดเฉลี่ยภาค', 'เกรดเฉลี่ยภาคเรียน', 'เกรดเฉลี่ย', 'ผลการเรียนเฉลี่ย']),
    ('term_result', 'credits_attempted', ARRAY['หน่วยกิตที่ลงทะเบียน', 'หน่วยกิตลงทะเบียน']),
    ('term_result', 'credits_earned', ARRAY['หน่วยกิตที่ได้', 'หน่วยกิตที่สอบได้', 'หน่วยกิตได้']),
    ('term_result', 'attendance', ARRAY['ร้อยละการเข้าเรียน', 'การเข้าเรียน', 'เวลาเรียน']),
    ('term_result', 'conduct', ARRAY['คะแนนความประพฤติ', 'ความประพฤติ']),
    ('term_result', 'field_changed', ARRAY['เปลี่ยนสาขาวิชา', 'ย้ายสาขา']),
    ('outcome', 'followed_on', ARRAY['วันที่ติดตาม', 'วันที่ตอบ']),
    ('outcome', 'employed', ARRAY['มีงานทำ', 'การมีงานทำ']),
    ('outcome', 'self_employed', ARRAY['ประกอบอาชีพอิสระ', 'อาชีพอิสระ']),
    ('outcome', 'further_study', ARRAY['ศึกษาต่อ', 'เรียนต่อ']),
    ('outcome', 'monthly_income', ARRAY['รายได้', 'รายได้ต่อเดือน', 'เงินเดือน']),
    ('outcome', 'in_field', ARRAY['ทำงานตรงสาขา', 'ตรงสาขา']),
    ('outcome', 'origin', ARRAY['แหล่งข้อมูล', 'แบบสำรวจ']),
    ('care_record', 'cared_on', ARRAY['วันที่', 'วันที่ดูแล', 'วันที่เยี่ยม']),
    ('care_record', 'kind', ARRAY['ประเภท', 'วิธีการ', 'ประเภทการดูแล']),
    ('care_record', 'mentor', ARRAY['ครูผู้ดูแล', 'รหัสครู', 'ครูที่ปรึกษา']),
    ('care_record', 'concern', ARRAY['รหัสปัญหา', 'ปัญหา']),
    ('care_record', 'result', ARRAY['ผล', 'ผลการดูแล', 'ผลการติดตาม']),
    ('care_record', 'next_on', ARRAY['วันนัดถัดไป', 'นัดครั้งต่อไป']),
    ('care_record', 'note', ARRAY['บันทึก', 'รายละเอียด']),
    ('payment', 'payment_id', ARRAY['รหัสรายการจ่าย', 'เลขที่รายการ', 'รหัสการจ่าย']),
    ('payment', 'result', ARRAY['ผล', 'ผลการโอน', 'สถานะการโอน', 'สถานะ']),
    ('payment', 'amount', ARRAY['จำนวนเงิน', 'ยอดเงิน']),
    ('payment', 'reference', ARRAY['เลขที่อ้างอิง', 'เลขที่อ้างอิงการโอน', 'อ้างอิง']),
    ('payment', 'reason', ARRAY['เหตุผล', 'เหตุผลที่ตีกลับ', 'สาเหตุ']),
    ('payment', 'at', ARRAY['วันที่โอน', 'วันที่จ่าย', 'วันที่ทำรายการ'])
  ) AS h (kind, field, headings)
 CROSS JOIN LATERAL pg_catalog.unnest(h.headings) AS w (heading)
    ON CONFLICT DO NOTHING;
ALTER TABLE equity.import_column ENABLE TRIGGER USER;

-- What is told of an offer without an end, of a risk, and of a level of recognition. A site may have a code of its own of this name.
ALTER TABLE equity.reason DISABLE TRIGGER reason_reference_row;
INSERT INTO equity.reason (reason_code, text_th, text_en, advice_th, advice_en, shipped) VALUES
  ('AWARD offered, open', 'รอการยืนยันรับทุน', 'The award is on offer', 'ยืนยันหรือสละสิทธิ์', 'Accept or decline it', true),
  ('RISK', 'ระดับความเสี่ยงที่จะออกกลางคัน', 'Risk of leaving', NULL, NULL, true),
  ('RISK undetermined', 'ยังประเมินความเสี่ยงไม่ได้ เพราะข้อมูลไม่ครบ', 'The risk is unknown, because information is missing',
   'ให้สถานศึกษารายงานผลการเรียน', 'Let the institution report the result', true),
  ('LEVEL', 'ระดับการยกย่องสถานศึกษา', 'Level of recognition', NULL, NULL, true),
  ('LEVEL none', 'ไม่ได้รับการยกย่อง เพราะไม่ผ่านเกณฑ์', 'Not recognised, because a rule is not met', 'ดูเกณฑ์ข้อที่ไม่ผ่าน', 'See the rules that are not met', true),
  ('LEVEL undetermined', 'ยังตัดสินไม่ได้ เพราะข้อมูลไม่ครบ', 'Undecided, because information is missing', NULL, NULL, true)
ON CONFLICT DO NOTHING;
-- A reserved seat has one word, which is not that of a waiting list.
UPDATE equity.reason SET text_th = 'ได้รับการจัดสรรในที่นั่งสงวนสำหรับ {seat}' WHERE reason_code = 'ADMITTED_SEAT' AND shipped;
ALTER TABLE equity.reason ENABLE TRIGGER reason_reference_row;

-- A transfer of somebody who is suspended is taken back without the suspension. A site may have the row already.
ALTER TABLE equity.award_transition DISABLE TRIGGER USER;
INSERT INTO equity.award_transition (from_status, event, to_status, needs_note, frees_seat, shipped)
VALUES ('suspended', 'corrected', 'suspended', true, false, true)
ON CONFLICT DO NOTHING;
ALTER TABLE equity.award_transition ENABLE TRIGGER USER;

-- RE-CREATE
SELECT equity_internal.check_keys_at_once('equity.applicant_identity');
SELECT equity_internal.check_keys_at_once('equity.application');
SELECT equity_internal.check_keys_at_once('equity.choice');
SELECT equity_internal.check_keys_at_once('equity.household');
SELECT equity_internal.check_keys_at_once('equity.household_member');
SELECT equity_internal.check_keys_at_once('equity.dwelling');
DROP FUNCTION IF EXISTS equity_internal.run_reading(bigint);
DROP FUNCTION IF EXISTS equity_internal.entered_query(bigint);
DROP FUNCTION IF EXISTS equity_internal.require_letter_language(text);
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
