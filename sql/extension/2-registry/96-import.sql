-- What loading files leaves behind: how a load went, what was wrong with which line, the headings by
-- which columns are found, and persons who may be one and the same.

CREATE TABLE equity.import_batch (
  batch text NOT NULL,
  kind text NOT NULL,
  dry_run boolean NOT NULL,
  rows_read bigint NOT NULL,
  inserted bigint NOT NULL,
  updated bigint NOT NULL,
  unchanged bigint NOT NULL,
  rejected bigint NOT NULL,
  warnings bigint NOT NULL,
  ignored_columns text[] NOT NULL,
  loaded_at timestamptz NOT NULL,
  loaded_by text NOT NULL,
  institution_ids bigint[] NOT NULL DEFAULT '{}',
  CONSTRAINT import_batch_pkey PRIMARY KEY (batch, kind),
  CONSTRAINT import_batch_not_empty CHECK (batch <> ''),
  CONSTRAINT import_batch_counts_add_up CHECK (rows_read = inserted + updated + unchanged + rejected)
);

SELECT pg_catalog.pg_extension_config_dump('equity.import_batch', '');

COMMENT ON TABLE equity.import_batch IS
  'The newest load of each batch and kind (equity.load_rows), with its counts. Earlier loads of the same batch are in the audit trail.';
COMMENT ON COLUMN equity.import_batch.batch IS
  'Name of the batch (ชุดข้อมูล): what the caller gave, else made of kind and time.';
COMMENT ON COLUMN equity.import_batch.kind IS
  'What was loaded, for example applicant.';
COMMENT ON COLUMN equity.import_batch.dry_run IS
  'True when it was a trial: the registry was left as it was.';
COMMENT ON COLUMN equity.import_batch.rows_read IS
  'Rows of the source; always the sum of the four counts that follow.';
COMMENT ON COLUMN equity.import_batch.inserted IS
  'Rows that were new.';
COMMENT ON COLUMN equity.import_batch.updated IS
  'Rows that changed something.';
COMMENT ON COLUMN equity.import_batch.unchanged IS
  'Rows that say what the registry says already, or what an earlier line of the source says.';
COMMENT ON COLUMN equity.import_batch.rejected IS
  'Rows that were not loaded; equity.import_reject tells why.';
COMMENT ON COLUMN equity.import_batch.warnings IS
  'Remarks on rows that were loaded nevertheless.';
COMMENT ON COLUMN equity.import_batch.ignored_columns IS
  'Headings of the source that no field is known by.';
COMMENT ON COLUMN equity.import_batch.loaded_at IS
  'When it was loaded.';
COMMENT ON COLUMN equity.import_batch.loaded_by IS
  'Database role that logged in (session_user).';
COMMENT ON COLUMN equity.import_batch.institution_ids IS
  'Of an officer''s load the institutions (สถานศึกษา) of that officer, whose officers see what was rejected; empty for the loads of others.';

CREATE TABLE equity.import_reject (
  batch text NOT NULL,
  kind text NOT NULL,
  line bigint NOT NULL,
  field text NOT NULL,
  reason_code text NOT NULL,
  severity text NOT NULL,
  masked_value text,
  reason_th text NOT NULL,
  reason_en text NOT NULL,
  applicant_id bigint,
  CONSTRAINT import_reject_pkey PRIMARY KEY (batch, kind, line, field, reason_code),
  CONSTRAINT import_reject_batch_fkey FOREIGN KEY (batch, kind)
    REFERENCES equity.import_batch (batch, kind) ON DELETE CASCADE,
  CONSTRAINT import_reject_severity_known CHECK (severity IN ('error', 'warning'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.import_reject', '');

CREATE INDEX import_reject_by_applicant ON equity.import_reject (applicant_id) WHERE applicant_id IS NOT NULL;

COMMENT ON TABLE equity.import_reject IS
  'What was wrong with which line of a batch (แถวที่ไม่ผ่าน), one row for each finding, as the newest load of the batch left it. Values are masked, but a line leads to a person: grant it as other personal data.';
COMMENT ON COLUMN equity.import_reject.batch IS
  'The batch (equity.import_batch).';
COMMENT ON COLUMN equity.import_reject.kind IS
  'What was loaded.';
COMMENT ON COLUMN equity.import_reject.line IS
  'The line (บรรทัด): the column line of the source, or else the number of the row in its order, from 1.';
COMMENT ON COLUMN equity.import_reject.field IS
  'The field concerned; of several the first.';
COMMENT ON COLUMN equity.import_reject.reason_code IS
  'Code of the reason, for example ROW_DATE.';
COMMENT ON COLUMN equity.import_reject.severity IS
  'error: the row was not loaded; warning: it was.';
COMMENT ON COLUMN equity.import_reject.masked_value IS
  'What was read, masked: the shape of a text with 9 for a digit and x for a letter, the end of an identity, nothing of a sensitive answer. NULL when nothing stood there.';
COMMENT ON COLUMN equity.import_reject.reason_th IS
  'The reason in Thai (เหตุผล).';
COMMENT ON COLUMN equity.import_reject.reason_en IS
  'The reason in English.';
COMMENT ON COLUMN equity.import_reject.applicant_id IS
  'The person of the line, when known. No foreign key: it is a remark.';

--- A site adds rows of its own. Headings are compared without case, blanks, invisible characters and the signs . _ - / ( ) : * " ',
--- and as far as the 63 bytes go that PostgreSQL keeps of a column's name. `#` at the end of a heading stands for
--- a number, as in `choice#`.
CREATE TABLE equity.import_column (
  kind text NOT NULL,
  heading text NOT NULL,
  field text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT import_column_pkey PRIMARY KEY (kind, heading),
  CONSTRAINT import_column_heading_not_empty CHECK (heading <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.import_column', 'WHERE NOT shipped');

COMMENT ON TABLE equity.import_column IS
  'Headings (หัวคอลัมน์) by which equity.load_rows finds the fields of a kind, beside the names of the fields themselves.';
COMMENT ON COLUMN equity.import_column.kind IS
  'The kind of rows, for example applicant; * for every kind that has the field.';
COMMENT ON COLUMN equity.import_column.heading IS
  'The heading as files have it, for example วันเกิด.';
COMMENT ON COLUMN equity.import_column.field IS
  'The field, for example birth_date.';
COMMENT ON COLUMN equity.import_column.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.import_column (kind, heading, field, shipped)
SELECT h.kind, w.heading, h.field, true
  FROM (VALUES
    ('*', 'line', ARRAY['บรรทัด', 'บรรทัดที่']),
    ('*', 'citizen_id', ARRAY['เลขประจำตัวประชาชน', 'เลขบัตรประชาชน', 'เลขที่บัตรประชาชน', 'เลขบัตรประจำตัวประชาชน',
      'เลขประจำตัว 13 หลัก', 'บัตรประชาชน', 'รหัสประชาชน', 'cid', 'national id']),
    ('*', 'g_code', ARRAY['รหัส G', 'เลขรหัส G']),
    ('*', 'passport', ARRAY['หนังสือเดินทาง', 'เลขที่หนังสือเดินทาง']),
    ('*', 'source', ARRAY['ระบบต้นทาง', 'แหล่งข้อมูล']),
    ('*', 'applicant_key', ARRAY['รหัสผู้สมัคร', 'รหัสนักเรียน', 'รหัสนักศึกษา', 'รหัสประจำตัวนักเรียน']),
    ('*', 'round', ARRAY['รอบ', 'รหัสรอบ', 'รอบการรับสมัคร', 'round_code']),
    ('*', 'province_code', ARRAY['จังหวัด', 'รหัสจังหวัด', 'province']),
    ('applicant', 'source_key', ARRAY['รหัสผู้สมัคร', 'รหัสนักเรียน', 'รหัสนักศึกษา', 'รหัสประจำตัวนักเรียน']),
    ('applicant', 'full_name', ARRAY['ชื่อ-นามสกุล', 'ชื่อ-สกุล', 'ชื่อและนามสกุล', 'ชื่อผู้สมัคร', 'name']),
    ('applicant', 'title', ARRAY['คำนำหน้า', 'คำนำหน้าชื่อ', 'คำนำหน้านาม']),
    ('applicant', 'given_name', ARRAY['ชื่อ', 'ชื่อตัว', 'first name']),
    ('applicant', 'family_name', ARRAY['นามสกุล', 'สกุล', 'surname', 'last name']),
    ('applicant', 'birth_date', ARRAY['วันเกิด', 'วันเดือนปีเกิด', 'ว/ด/ป เกิด', 'date of birth']),
    ('applicant', 'sex', ARRAY['เพศ', 'gender']),
    ('applicant', 'intake_institution', ARRAY['สถานศึกษาที่รับสมัคร', 'รหัสสถานศึกษาที่รับสมัคร']),
    ('applicant', 'province_code', ARRAY['ภูมิลำเนา', 'จังหวัดภูมิลำเนา']),
    ('application', 'source_key', ARRAY['เลขที่ใบสมัคร', 'รหัสใบสมัคร']),
    ('application', 'status', ARRAY['สถานะ', 'สถานะใบสมัคร']),
    ('application', 'submitted_at', ARRAY['วันที่ยื่น', 'วันที่สมัคร', 'วันที่ยื่นใบสมัคร', 'วันเวลาที่สมัคร', 'ประทับเวลา', 'timestamp']),
    ('application', 'education_level', ARRAY['ระดับการศึกษา', 'ระดับชั้น']),
    ('application', 'gpa', ARRAY['เกรดเฉลี่ย', 'เกรดเฉลี่ยสะสม', 'ผลการเรียนเฉลี่ย', 'gpax']),
    ('application', 'graduated_year', ARRAY['ปีที่จบ', 'ปีที่จบการศึกษา', 'ปีที่สำเร็จการศึกษา']),
    ('application', 'welfare_card', ARRAY['บัตรสวัสดิการแห่งรัฐ', 'บัตรสวัสดิการ']),
    ('application', 'disability_registered', ARRAY['บัตรประจำตัวคนพิการ', 'บัตรคนพิการ']),
    ('application', 'verified_need', ARRAY['ผลการตรวจสอบความยากจน']),
    ('application', 'household_size', ARRAY['จำนวนสมาชิกในครัวเรือน', 'จำนวนสมาชิก', 'สมาชิกในครัวเรือน', 'สมาชิก']),
    ('application', 'monthly_income', ARRAY['รายได้ครัวเรือนต่อเดือน', 'รายได้ครัวเรือน', 'รายได้ต่อเดือน', 'รายได้']),
    ('application', 'tenure', ARRAY['การอยู่อาศัย']),
    ('application', 'floor', ARRAY['พื้นบ้าน']),
    ('application', 'wall', ARRAY['ฝาบ้าน']),
    ('application', 'roof', ARRAY['หลังคา']),
    ('application', 'toilet', ARRAY['ส้วม']),
    ('application', 'drinking_water', ARRAY['แหล่งน้ำดื่ม']),
    ('application', 'electricity', ARRAY['ไฟฟ้า']),
    ('application', 'farm_land_rai', ARRAY['ที่ดินทำการเกษตร']),
    ('application', 'vehicles', ARRAY['ยานพาหนะ', 'ยานพาหนะที่ใช้งานได้']),
    ('application', 'refrigerator', ARRAY['ตู้เย็น']),
    ('application', 'air_conditioner', ARRAY['เครื่องปรับอากาศ', 'แอร์']),
    ('application', 'washing_machine', ARRAY['เครื่องซักผ้า']),
    ('application', 'television', ARRAY['โทรทัศน์', 'โทรทัศน์จอแบน']),
    ('application', 'computer', ARRAY['คอมพิวเตอร์']),
    ('application', 'choice#', ARRAY['อันดับ#', 'อันดับที่#', 'ลำดับที่#', 'ตัวเลือกที่#', 'เลือกอันดับ#']),
    ('household_member', 'member_number', ARRAY['ลำดับ', 'ลำดับที่', 'คนที่', 'สมาชิกคนที่']),
    ('household_member', 'relation', ARRAY['ความสัมพันธ์', 'เกี่ยวข้องเป็น']),
    ('household_member', 'birth_year', ARRAY['ปีเกิด']),
    ('household_member', 'monthly_income', ARRAY['รายได้', 'รายได้ต่อเดือน']),
    ('household_member', 'disabled', ARRAY['พิการ']),
    ('household_member', 'chronically_ill', ARRAY['เจ็บป่วยเรื้อรัง', 'ป่วยเรื้อรัง']),
    ('household_member', 'elderly', ARRAY['ผู้สูงอายุ']),
    ('household_member', 'without_income', ARRAY['ไม่มีรายได้', 'ว่างงาน']),
    ('choice', 'choice', ARRAY['อันดับ', 'อันดับที่', 'ลำดับที่']),
    ('choice', 'pool', ARRAY['กลุ่มที่นั่ง', 'สถานศึกษา/สาขา']),
    ('institution', 'institution_code', ARRAY['รหัสสถานศึกษา', 'รหัสวิทยาลัย']),
    ('institution', 'name_th', ARRAY['ชื่อสถานศึกษา', 'สถานศึกษา', 'ชื่อวิทยาลัย', 'วิทยาลัย']),
    ('institution', 'name_en', ARRAY['ชื่อภาษาอังกฤษ', 'ชื่อสถานศึกษาภาษาอังกฤษ']),
    ('institution', 'kind', ARRAY['ประเภท', 'ประเภทสถานศึกษา']),
    ('institution', 'ownership', ARRAY['รัฐ/เอกชน']),
    ('institution', 'affiliation', ARRAY['สังกัด']),
    ('applicant_group', 'group_code', ARRAY['กลุ่ม', 'กลุ่มผู้ด้อยโอกาส']),
    ('applicant_group', 'verified', ARRAY['ตรวจสอบแล้ว']),
    ('applicant_group', 'verified_by', ARRAY['ผู้ตรวจสอบ']),
    ('applicant_group', 'evidence', ARRAY['หลักฐาน']),
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
 CROSS JOIN LATERAL pg_catalog.unnest(h.headings) AS w (heading);

CREATE TRIGGER import_column_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.import_column
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.import_column ENABLE ALWAYS TRIGGER import_column_reference_row;

CREATE TRIGGER import_column_reference_truncate
  BEFORE TRUNCATE ON equity.import_column
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

--- A person decides by an UPDATE of decision, decided_by and note. Nothing is merged by itself: what is decided the
--- same stays two rows until somebody moves what hangs on one of them.
CREATE TABLE equity.duplicate_candidate (
  applicant_id bigint NOT NULL,
  other_applicant_id bigint NOT NULL,
  reason text NOT NULL,
  batch text NOT NULL,
  found_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  decision text,
  decided_by text,
  decided_at timestamptz,
  note text,
  CONSTRAINT duplicate_candidate_pkey PRIMARY KEY (applicant_id, other_applicant_id),
  CONSTRAINT duplicate_candidate_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT duplicate_candidate_other_fkey FOREIGN KEY (other_applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT duplicate_candidate_in_order CHECK (applicant_id < other_applicant_id),
  CONSTRAINT duplicate_candidate_reason_known CHECK (reason IN ('name_and_birth_date', 'identities')),
  CONSTRAINT duplicate_candidate_decision_known CHECK (decision IN ('same', 'different'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.duplicate_candidate', '');

CREATE INDEX duplicate_candidate_by_other ON equity.duplicate_candidate (other_applicant_id);

COMMENT ON TABLE equity.duplicate_candidate IS
  'Pairs of persons who may be one (ผู้สมัครที่อาจซ้ำกัน), found while loading: a person decides. Exact identities decide by themselves and never come here as long as they agree.';
COMMENT ON COLUMN equity.duplicate_candidate.applicant_id IS
  'The person with the smaller number.';
COMMENT ON COLUMN equity.duplicate_candidate.other_applicant_id IS
  'The person with the larger number.';
COMMENT ON COLUMN equity.duplicate_candidate.reason IS
  'name_and_birth_date: both are the same when written in one way; identities: one line of a file names identities of both.';
COMMENT ON COLUMN equity.duplicate_candidate.batch IS
  'The batch that they were found by first.';
COMMENT ON COLUMN equity.duplicate_candidate.found_at IS
  'When they were found first.';
COMMENT ON COLUMN equity.duplicate_candidate.decision IS
  'same or different; NULL while nobody has decided.';
COMMENT ON COLUMN equity.duplicate_candidate.decided_by IS
  'Who decided: role or office, not a person''s name.';
COMMENT ON COLUMN equity.duplicate_candidate.decided_at IS
  'When it was decided.';
COMMENT ON COLUMN equity.duplicate_candidate.note IS
  'Why, without personal data; NULL for nothing.';
