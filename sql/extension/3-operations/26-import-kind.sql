-- What can be loaded: kinds of rows, their fields, and how a cell is read. A kind is added here, by a row of
-- import_kind and one of import_field for each of its fields; all others go by these rows. What a kind does
-- beyond reading, comparing and writing the columns of its table stands in equity_internal.judge_kind and
-- equity_internal.write_kind.

-- The key of a row in its table, and whether it is about a person, or an award, which is found by its number or by
-- its person. An officer loads what is about the own ones.
CREATE VIEW equity_internal.import_kind (kind, target, key_columns, about) WITH (security_invoker = true) AS
  VALUES ('institution', 'institution', ARRAY['institution_code'], NULL),
         ('applicant', 'applicant', ARRAY['applicant_id'], 'person'),
         ('application', 'application', ARRAY['applicant_id', 'round_id'], 'person'),
         ('household_member', 'household_member', ARRAY['applicant_id', 'round_id', 'member_number'], 'person'),
         ('choice', 'choice', ARRAY['applicant_id', 'round_id', 'choice'], 'person'),
         ('applicant_group', 'applicant_group', ARRAY['applicant_id', 'group_code'], 'person'),
         ('term_result', 'term_result', ARRAY['award_id', 'term_id'], 'award'),
         ('outcome', 'outcome', ARRAY['award_id', 'followed_on'], 'award'),
         ('care_record', 'care_record', ARRAY['award_id', 'cared_on', 'kind'], 'award'),
         ('payment', 'payment', ARRAY['payment_id'], NULL);

COMMENT ON VIEW equity_internal.import_kind IS 'Kinds of rows that equity.load_rows loads.';
COMMENT ON COLUMN equity_internal.import_kind.kind IS 'The kind.';
COMMENT ON COLUMN equity_internal.import_kind.target IS 'The table of schema equity that its rows go to.';
COMMENT ON COLUMN equity_internal.import_kind.key_columns IS 'The columns of that table that tell one row from another.';
COMMENT ON COLUMN equity_internal.import_kind.about IS 'person or award: whom a row is about; NULL where it is about nobody, or is its own way to somebody.';

-- In an expression %1$s is the cell: a text in normal form, which is not NULL; %2$L is the words of the field as a JSON object.
-- A cell that is read as NULL is wrong, for the reason given. plain is for a column of the source that has the type already.
CREATE VIEW equity_internal.import_reader (reader, type, expression, plain, reason_code) WITH (security_invoker = true) AS
  VALUES ('text', 'text', '%1$s', '%1$s', NULL),
         ('identity', 'text', 'CASE WHEN equity.citizen_id_valid(%1$s) THEN equity.citizen_id_normal(%1$s) ELSE equity.g_code_normal(%1$s) END', NULL, 'ROW_IDENTITY'),
         ('g_code', 'text', 'equity.g_code_normal(%1$s)', NULL, 'ROW_G_CODE'),
         ('passport', 'text', $$substring(upper(translate(%1$s, ' -', '')) FROM '^[A-Z0-9]{3,20}$')$$, NULL, 'ROW_PASSPORT'),
         ('date', 'date', 'equity.try_date_be(%1$s)',
          $$CASE WHEN %1$s::timestamp BETWEEN '1857-01-01' AND '2157-12-31' THEN %1$s::date END$$, 'ROW_DATE'),
         ('moment', 'timestamptz', 'equity_internal.read_moment(%1$s)',
          $$CASE WHEN isfinite(%1$s::timestamptz) THEN %1$s::timestamptz END$$, 'ROW_DATE'),
         ('amount', 'numeric', 'equity_internal.read_number(%1$s, 0, 9999999999.99, 2)', NULL, 'ROW_AMOUNT'),
         ('land', 'numeric', 'equity_internal.read_number(%1$s, 0, 999999.99, 2)', NULL, 'ROW_AMOUNT'),
         ('gpa', 'numeric', 'equity_internal.read_number(%1$s, 0, 4, 2)', NULL, 'ROW_GPA'),
         ('count', 'numeric', $$equity_internal.read_number(regexp_replace(%1$s, ' ?(คน|คัน)$', ''), 1, 32767, 0)$$, NULL, 'ROW_COUNT'),
         ('count0', 'numeric', $$equity_internal.read_number(regexp_replace(%1$s, ' ?(คน|คัน)$', ''), 0, 32767, 0)$$, NULL, 'ROW_COUNT'),
         ('year', 'numeric', $$equity_internal.read_number(regexp_replace(%1$s, '^(ปี )?(พ[.]ศ[.])? ?', ''), 2400, 2700, 0)$$, NULL, 'ROW_YEAR'),
         ('number', 'bigint', 'equity_internal.read_number(%1$s, 1, 999999999999999999, 0)::bigint', NULL, 'ROW_COUNT'),
         ('credits', 'numeric', 'equity_internal.read_number(%1$s, 0, 9999.9, 1)', NULL, 'ROW_CREDITS'),
         ('percent', 'numeric', $$equity_internal.read_number(regexp_replace(%1$s, ' ?%%$', ''), 0, 100, 2)$$, NULL, 'ROW_PERCENT'),
         ('term', 'text', 'equity_internal.read_term(%1$s)', NULL, 'ROW_TERM'),
         ('code', 'text', $$substring(%1$s FROM '^[A-Za-z][A-Za-z0-9_]*$')$$, NULL, 'ROW_CODE'),
         ('boolean', 'boolean', 'equity.try_boolean(%1$s)', NULL, 'ROW_YES_NO'),
         ('province', 'text', 'equity.province_code_of(%1$s)', NULL, 'ROW_PROVINCE'),
         ('institution_code', 'text', $$substring(translate(%1$s, ' -', '') FROM '^[0-9]{10}$')$$, NULL, 'ROW_INSTITUTION_CODE'),
         ('word', 'text', '%2$L::jsonb ->> lower(%1$s)', NULL, 'ROW_WORD'),
         ('institution', 'bigint', $$(%2$L::jsonb ->> translate(%1$s, ' -', ''))::bigint$$, NULL, 'ROW_INSTITUTION'),
         ('round', 'bigint', '(%2$L::jsonb ->> lower(%1$s))::bigint', NULL, 'ROW_ROUND'),
         ('group', 'text', '%2$L::jsonb ->> lower(%1$s)', NULL, 'ROW_GROUP'),
         ('programme', 'text', '%2$L::jsonb ->> lower(%1$s)', NULL, 'ROW_PROGRAMME'),
         ('answer', 'jsonb', 'equity_internal.read_answer(%1$s)', NULL, NULL);

COMMENT ON VIEW equity_internal.import_reader IS 'How a cell is read.';
COMMENT ON COLUMN equity_internal.import_reader.reader IS 'Name of the reader.';
COMMENT ON COLUMN equity_internal.import_reader.type IS 'Type of what it reads.';
COMMENT ON COLUMN equity_internal.import_reader.expression IS 'SQL that reads it, for format().';
COMMENT ON COLUMN equity_internal.import_reader.plain IS 'SQL that reads a date or time of the source; NULL where the expression does.';
COMMENT ON COLUMN equity_internal.import_reader.reason_code IS 'What is wrong with a cell that cannot be read; NULL where every cell can.';

-- role: person (who it is), award (which award of the person, and whose term), key, required, kept (a blank leaves what is there),
-- optional (a blank empties it), own (for the kind to judge), and line, source, name, choice, answer, which have ways
-- of their own.
-- fallback: what a new row has where nothing is given, over the row as r.
-- mask: id, shown (a code), shape, name, hidden (sensitive).
CREATE VIEW equity_internal.import_field (kind, field, column_name, reader, words, target, role, fallback, mask) WITH (security_invoker = true) AS
  SELECT k.kind, 'line', 'line', 'text', NULL, NULL, 'line', NULL, 'shown'
    FROM equity_internal.import_kind AS k
  UNION ALL
  SELECT k.kind, f.*
    FROM equity_internal.import_kind AS k
   CROSS JOIN (VALUES ('citizen_id', 'citizen_id', 'identity', NULL, NULL, 'person', NULL, 'id'),
                      ('g_code', 'g_code', 'g_code', NULL, NULL, 'person', NULL, 'id'),
                      ('passport', 'passport', 'passport', NULL, NULL, 'person', NULL, 'id'),
                      ('applicant_key', 'applicant_key', 'text', NULL, NULL, 'person', NULL, 'shape'),
                      ('source', 'source', 'text', NULL, NULL, 'source', NULL, 'shape')) AS f
   WHERE k.about IS NOT NULL
     AND NOT (k.kind = 'applicant' AND f.column1 = 'applicant_key')
  UNION ALL
  SELECT k.kind, f.*
    FROM equity_internal.import_kind AS k
   CROSS JOIN (VALUES ('award_id', 'award_id', 'number', NULL, NULL, 'award', NULL, 'shown'),
                      ('programme', 'programme_code', 'programme', 'programme', NULL, 'award', NULL, 'shown'),
                      ('round', 'round_id', 'round', 'round', NULL, 'award', NULL, 'shown'),
                      ('entry_year', 'entry_year', 'year', NULL, NULL, 'award', NULL, 'shown')) AS f
   WHERE k.about = 'award'
  UNION ALL
  SELECT k.kind, 'round', 'round_id', 'round', 'round', k.target, 'key', NULL, 'shown'
    FROM equity_internal.import_kind AS k
   WHERE 'round_id' = ANY (k.key_columns)
  UNION ALL
  VALUES ('institution', 'institution_code', 'institution_code', 'institution_code', NULL, 'institution', 'key', NULL, 'shown'),
         ('institution', 'name_th', 'name_th', 'text', NULL, 'institution', 'required', NULL, 'shape'),
         ('institution', 'name_en', 'name_en', 'text', NULL, 'institution', 'optional', NULL, 'shape'),
         ('institution', 'province_code', 'province_code', 'province', NULL, 'institution', 'required', NULL, 'shown'),
         ('institution', 'kind', 'kind', 'word', 'institution_kind', 'institution', 'required', NULL, 'shown'),
         ('institution', 'ownership', 'ownership', 'word', 'ownership', 'institution', 'required', NULL, 'shown'),
         ('institution', 'affiliation', 'affiliation', 'word', 'affiliation', 'institution', 'required', NULL, 'shown'),

         ('applicant', 'source_key', 'source_key', 'text', NULL, 'applicant', 'kept', NULL, 'shape'),
         ('applicant', 'full_name', 'full_name', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'title', 'title', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'given_name', 'given_name', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'family_name', 'family_name', 'text', NULL, NULL, 'name', NULL, 'name'),
         ('applicant', 'birth_date', 'birth_date', 'date', NULL, 'applicant', 'optional', NULL, 'shape'),
         ('applicant', 'sex', 'sex', 'word', 'sex', 'applicant', 'optional', NULL, 'shape'),
         ('applicant', 'province_code', 'province_code', 'province', NULL, 'applicant', 'optional', NULL, 'shape'),
         -- with a fallback, so that an officer's new persons have one whatever the source has
         ('applicant', 'intake_institution', 'intake_institution_id', 'institution', 'institution', 'applicant', 'kept', 'NULL', 'shown'),

         ('application', 'source_key', 'source_key', 'text', NULL, 'application', 'kept', NULL, 'shape'),
         ('application', 'status', 'status', 'word', 'application_status', 'application', 'kept',
          $$CASE WHEN r.submitted_at IS NULL THEN 'draft' ELSE 'submitted' END$$, 'shown'),
         ('application', 'submitted_at', 'submitted_at', 'moment', NULL, 'application', 'kept', NULL, 'shape'),
         ('application', 'education_level', 'education_level', 'text', NULL, 'application', 'optional', NULL, 'shown'),
         ('application', 'gpa', 'gpa', 'gpa', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'graduated_year', 'graduated_year', 'year', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'welfare_card', 'welfare_card', 'boolean', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'disability_registered', 'disability_registered', 'boolean', NULL, 'application', 'optional', NULL, 'hidden'),
         ('application', 'verified_need', 'verified_need', 'boolean', NULL, 'application', 'optional', NULL, 'shape'),
         ('application', 'answers.*', 'answers', 'answer', NULL, 'application', 'answer', NULL, 'hidden'),
         ('application', 'household_size', 'household_size', 'count', NULL, 'household', 'optional', NULL, 'shape'),
         ('application', 'monthly_income', 'monthly_income', 'amount', NULL, 'household', 'optional', NULL, 'shape'),
         ('application', 'tenure', 'tenure', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'floor', 'floor', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'wall', 'wall', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'roof', 'roof', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'toilet', 'toilet', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'drinking_water', 'drinking_water', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'electricity', 'electricity', 'text', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'farm_land_rai', 'farm_land_rai', 'land', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'vehicles', 'vehicles', 'count0', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'refrigerator', 'refrigerator', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'air_conditioner', 'air_conditioner', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'washing_machine', 'washing_machine', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'television', 'television', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'computer', 'computer', 'boolean', NULL, 'dwelling', 'optional', NULL, 'shape'),
         ('application', 'choice#', 'choices', 'text', NULL, NULL, 'choice', NULL, 'shown'),

         ('household_member', 'member_number', 'member_number', 'count', NULL, 'household_member', 'key', NULL, 'shown'),
         ('household_member', 'relation', 'relation', 'word', 'relation', 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'birth_year', 'birth_year', 'year', NULL, 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'monthly_income', 'monthly_income', 'amount', NULL, 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'disabled', 'disabled', 'boolean', NULL, 'household_member', 'optional', NULL, 'hidden'),
         ('household_member', 'chronically_ill', 'chronically_ill', 'boolean', NULL, 'household_member', 'optional', NULL, 'hidden'),
         ('household_member', 'elderly', 'elderly', 'boolean', NULL, 'household_member', 'optional', NULL, 'shape'),
         ('household_member', 'without_income', 'without_income', 'boolean', NULL, 'household_member', 'optional', NULL, 'shape'),

         ('choice', 'choice', 'choice', 'count', NULL, 'choice', 'key', NULL, 'shown'),
         ('choice', 'pool', 'pool_id', 'text', NULL, 'choice', 'required', NULL, 'shown'),

         ('applicant_group', 'group_code', 'group_code', 'group', 'group', 'applicant_group', 'key', NULL, 'hidden'),
         ('applicant_group', 'verified', 'verified', 'boolean', NULL, 'applicant_group', 'kept', 'false', 'shape'),
         ('applicant_group', 'verified_by', 'verified_by', 'text', NULL, 'applicant_group', 'optional', NULL, 'shape'),
         ('applicant_group', 'evidence', 'evidence', 'text', NULL, 'applicant_group', 'optional', NULL, 'hidden'),

         ('term_result', 'term', 'term_id', 'term', NULL, 'term_result', 'key', NULL, 'shown'),
         ('term_result', 'affiliation', 'affiliation', 'word', 'affiliation', NULL, 'award', NULL, 'shown'),
         ('term_result', 'enrolled', 'enrolled', 'boolean', NULL, 'term_result', 'required', NULL, 'shape'),
         ('term_result', 'gpa', 'gpa', 'gpa', NULL, 'term_result', 'optional', NULL, 'shape'),
         ('term_result', 'credits_attempted', 'credits_attempted', 'credits', NULL, 'term_result', 'optional', NULL, 'shape'),
         ('term_result', 'credits_earned', 'credits_earned', 'credits', NULL, 'term_result', 'optional', NULL, 'shape'),
         ('term_result', 'attendance', 'attendance', 'percent', NULL, 'term_result', 'optional', NULL, 'shape'),
         ('term_result', 'conduct', 'conduct', 'percent', NULL, 'term_result', 'optional', NULL, 'shape'),
         ('term_result', 'field_changed', 'field_changed', 'boolean', NULL, 'term_result', 'kept', 'false', 'shape'),
         ('term_result', 'origin', 'origin', 'text', NULL, NULL, 'kept', NULL, 'shape'),

         ('outcome', 'followed_on', 'followed_on', 'date', NULL, 'outcome', 'key', NULL, 'shape'),
         ('outcome', 'origin', 'origin', 'text', NULL, NULL, 'required', NULL, 'shape'),
         ('outcome', 'employed', 'employed', 'boolean', NULL, 'outcome', 'required', NULL, 'shape'),
         ('outcome', 'self_employed', 'self_employed', 'boolean', NULL, 'outcome', 'optional', NULL, 'shape'),
         ('outcome', 'further_study', 'further_study', 'boolean', NULL, 'outcome', 'required', NULL, 'shape'),
         ('outcome', 'monthly_income', 'monthly_income', 'amount', NULL, 'outcome', 'optional', NULL, 'shape'),
         ('outcome', 'in_field', 'in_field', 'boolean', NULL, 'outcome', 'optional', NULL, 'shape'),

         ('care_record', 'cared_on', 'cared_on', 'date', NULL, 'care_record', 'key', NULL, 'shape'),
         ('care_record', 'kind', 'kind', 'word', 'care', 'care_record', 'key', NULL, 'shown'),
         -- with a fallback, so that what the kind makes of it is written
         ('care_record', 'mentor', 'mentor_id', 'text', NULL, 'care_record', 'kept', 'NULL', 'shape'),
         ('care_record', 'concern', 'concern', 'code', NULL, 'care_record', 'optional', NULL, 'shown'),
         ('care_record', 'result', 'result', 'word', 'care_result', 'care_record', 'kept', '''open''', 'shown'),
         ('care_record', 'next_on', 'next_on', 'date', NULL, 'care_record', 'optional', NULL, 'shape'),
         ('care_record', 'note', 'note', 'text', NULL, 'care_record', 'optional', NULL, 'hidden'),

         ('payment', 'payment_id', 'payment_id', 'number', NULL, 'payment', 'key', NULL, 'shown'),
         ('payment', 'result', 'result', 'word', 'payment_result', NULL, 'key', NULL, 'shown'),
         ('payment', 'amount', 'amount', 'amount', NULL, NULL, 'own', NULL, 'shape'),
         ('payment', 'reference', 'reference', 'text', NULL, NULL, 'own', NULL, 'shape'),
         ('payment', 'reason', 'reason', 'text', NULL, NULL, 'own', NULL, 'hidden'),
         ('payment', 'at', 'at', 'moment', NULL, NULL, 'own', NULL, 'shape');

COMMENT ON VIEW equity_internal.import_field IS 'Fields of the kinds of rows that equity.load_rows loads.';
COMMENT ON COLUMN equity_internal.import_field.kind IS 'The kind.';
COMMENT ON COLUMN equity_internal.import_field.field IS 'Name of the field: that of a column of the source. # stands for a number, * for a name.';
COMMENT ON COLUMN equity_internal.import_field.column_name IS 'The column of the table that it goes to.';
COMMENT ON COLUMN equity_internal.import_field.reader IS 'How its cells are read (equity_internal.import_reader).';
COMMENT ON COLUMN equity_internal.import_field.words IS 'The words that it may have (equity_internal.import_words); NULL where it is not one of a list.';
COMMENT ON COLUMN equity_internal.import_field.target IS 'The table that it goes to; NULL where the kind has its own way.';
COMMENT ON COLUMN equity_internal.import_field.role IS 'What it is to the row: line, person, award, key, required, kept, optional, own, source, name, choice or answer.';
COMMENT ON COLUMN equity_internal.import_field.fallback IS 'SQL of what a new row has when nothing is given, over the row as r; NULL for nothing.';
COMMENT ON COLUMN equity_internal.import_field.mask IS 'How a value is masked in equity.import_reject: id, shown, shape, name or hidden.';

CREATE VIEW equity_internal.import_word (words, word, code) WITH (security_invoker = true) AS
  SELECT w.words, s.word, w.code
    FROM (VALUES
      ('sex', 'female', ARRAY['female', 'f', 'หญิง', 'ญ', 'ญ.', 'เพศหญิง', 'ด.ญ.', 'น.ส.', 'นางสาว', 'นาง']),
      ('sex', 'male', ARRAY['male', 'm', 'ชาย', 'ช', 'ช.', 'เพศชาย', 'ด.ช.', 'นาย']),
      ('sex', 'other', ARRAY['other', 'อื่นๆ', 'อื่น ๆ']),
      ('institution_kind', 'general', ARRAY['general', 'ทั่วไป', 'สถานศึกษาทั่วไป']),
      ('institution_kind', 'innovation', ARRAY['innovation', 'นวัตกรรม', 'สถานศึกษานวัตกรรม']),
      ('institution_kind', 'institute', ARRAY['institute', 'สถาบัน', 'สถาบันการอาชีวศึกษา']),
      ('ownership', 'state', ARRAY['state', 'รัฐ', 'รัฐบาล', 'ภาครัฐ', 'ของรัฐ']),
      ('ownership', 'private', ARRAY['private', 'เอกชน', 'ภาคเอกชน']),
      ('affiliation', 'ovec', ARRAY['ovec', 'สอศ.', 'สอศ', 'สำนักงานคณะกรรมการการอาชีวศึกษา']),
      ('affiliation', 'community_college', ARRAY['community_college', 'วิทยาลัยชุมชน']),
      ('affiliation', 'mhesi', ARRAY['mhesi', 'อว.', 'อว']),
      ('affiliation', 'other', ARRAY['other', 'อื่นๆ', 'อื่น ๆ']),
      ('application_status', 'draft', ARRAY['draft', 'ร่าง', 'ยังไม่ยื่น']),
      ('application_status', 'submitted', ARRAY['submitted', 'ยื่นแล้ว', 'ยื่น', 'ส่งแล้ว', 'สมัครแล้ว']),
      ('application_status', 'withdrawn', ARRAY['withdrawn', 'ถอนแล้ว', 'ถอน', 'ยกเลิก', 'สละสิทธิ์']),
      ('care', 'home_visit', ARRAY['home_visit', 'เยี่ยมบ้าน']),
      ('care', 'workplace_visit', ARRAY['workplace_visit', 'นิเทศสถานประกอบการ', 'เยี่ยมสถานประกอบการ']),
      ('care', 'meeting', ARRAY['meeting', 'พบพูดคุย', 'พูดคุย', 'ให้คำปรึกษา']),
      ('care', 'call', ARRAY['call', 'โทรศัพท์', 'โทร']),
      ('care', 'referral', ARRAY['referral', 'ส่งต่อ']),
      ('care', 'other', ARRAY['other', 'อื่นๆ', 'อื่น ๆ']),
      ('care_result', 'open', ARRAY['open', 'อยู่ระหว่างติดตาม', 'ติดตามต่อ']),
      ('care_result', 'stays', ARRAY['stays', 'เรียนต่อตามปกติ', 'เรียนต่อ']),
      ('care_result', 'returned', ARRAY['returned', 'กลับเข้าเรียน', 'กลับมาเรียน']),
      ('care_result', 'referred', ARRAY['referred', 'ส่งต่อหน่วยงาน', 'ส่งต่อ']),
      ('care_result', 'not_reached', ARRAY['not_reached', 'ติดต่อไม่ได้']),
      ('care_result', 'left', ARRAY['left', 'ออกจากการศึกษา', 'ออกกลางคัน']),
      ('payment_result', 'paid', ARRAY['paid', 'success', 'จ่ายแล้ว', 'โอนแล้ว', 'โอนสำเร็จ', 'สำเร็จ']),
      ('payment_result', 'returned', ARRAY['returned', 'failed', 'ตีกลับ', 'เงินตีกลับ', 'โอนไม่สำเร็จ', 'ไม่สำเร็จ']),
      ('relation', 'self', ARRAY['self', 'ตนเอง', 'ผู้สมัคร', 'นักเรียน', 'นักศึกษา']),
      ('relation', 'father', ARRAY['father', 'บิดา', 'พ่อ']),
      ('relation', 'mother', ARRAY['mother', 'มารดา', 'แม่']),
      ('relation', 'sibling', ARRAY['sibling', 'พี่', 'น้อง', 'พี่น้อง', 'พี่ชาย', 'พี่สาว', 'น้องชาย', 'น้องสาว']),
      ('relation', 'grandparent', ARRAY['grandparent', 'ปู่', 'ย่า', 'ตา', 'ยาย']),
      ('relation', 'spouse', ARRAY['spouse', 'สามี', 'ภรรยา', 'คู่สมรส']),
      ('relation', 'child', ARRAY['child', 'บุตร', 'ลูก']),
      ('relation', 'relative', ARRAY['relative', 'ญาติ', 'ลุง', 'ป้า', 'น้า', 'อา']),
      ('relation', 'other', ARRAY['other', 'อื่นๆ', 'อื่น ๆ'])) AS w (words, code, written)
   CROSS JOIN LATERAL unnest(w.written) AS s (word)
  UNION ALL
  SELECT 'round', r.round_code, r.round_id::text
    FROM equity.round AS r
  UNION ALL
  SELECT 'institution', i.institution_code, i.institution_id::text
    FROM equity.institution AS i
  UNION ALL
  SELECT 'group', n.word, g.group_code
    FROM equity.need_group AS g
   CROSS JOIN LATERAL (VALUES (g.group_code), (g.name_th), (g.name_en)) AS n (word)
  UNION ALL
  SELECT 'programme', n.word, p.programme_code
    FROM equity.programme AS p
   CROSS JOIN LATERAL (VALUES (p.programme_code), (p.name_th), (p.name_en)) AS n (word);

COMMENT ON VIEW equity_internal.import_word IS 'The words that stand for a code in a cell.';
COMMENT ON COLUMN equity_internal.import_word.words IS 'The list that a field names.';
COMMENT ON COLUMN equity_internal.import_word.word IS 'What the cell holds.';
COMMENT ON COLUMN equity_internal.import_word.code IS 'What it means.';

CREATE FUNCTION equity_internal.import_words(words text) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(jsonb_object_agg(lower(equity.thai_normal(w.word)), w.code ORDER BY w.code COLLATE "C"), '{}')
    FROM equity_internal.import_word AS w
   WHERE w.words = import_words.words;
END;

COMMENT ON FUNCTION equity_internal.import_words(text) IS
  'A list of words as a JSON object from the word, in lower case, to its code.';

CREATE VIEW equity_internal.import_reason (reason_code, severity, reason_th, reason_en) WITH (security_invoker = true) AS
  VALUES ('ROW_IDENTITY', 'error', 'เลขประจำตัวประชาชนหรือรหัส G ไม่ถูกต้อง', 'Neither a citizen id with a right check digit nor a G-code'),
         ('ROW_G_CODE', 'error', 'รหัส G ไม่ถูกต้อง', 'Not a G-code'),
         ('ROW_PASSPORT', 'error', 'เลขที่หนังสือเดินทางไม่ถูกต้อง', 'Not the number of a passport'),
         ('ROW_DATE', 'error', 'อ่านวันที่ไม่ได้ ให้เขียน วัน/เดือน/ปี พ.ศ. สี่หลัก', 'Not a date: day, month and year of the Buddhist era in four digits'),
         ('ROW_AMOUNT', 'error', 'ไม่ใช่จำนวนตั้งแต่ 0 ที่มีทศนิยมไม่เกิน 2 ตำแหน่ง', 'Not an amount of 0 or more with at most two decimals'),
         ('ROW_COUNT', 'error', 'ไม่ใช่จำนวนเต็มที่ใช้ได้', 'Not a whole number in range'),
         ('ROW_GPA', 'error', 'ไม่ใช่เกรดเฉลี่ย 0.00 ถึง 4.00', 'Not a grade point average of 0.00 to 4.00'),
         ('ROW_YEAR', 'error', 'ไม่ใช่ปี พ.ศ. สี่หลัก', 'Not a year of the Buddhist era in four digits'),
         ('ROW_YES_NO', 'error', 'ไม่ใช่คำตอบใช่หรือไม่ใช่', 'Neither yes nor no'),
         ('ROW_PROVINCE', 'error', 'ไม่พบจังหวัดนี้', 'Not the name or code of a province'),
         ('ROW_INSTITUTION_CODE', 'error', 'รหัสสถานศึกษาต้องเป็นตัวเลข 10 หลัก', 'The code of an institution has ten digits'),
         ('ROW_WORD', 'error', 'คำนี้ไม่อยู่ในรายการที่ใช้ได้', 'Not one of the words that this field may have'),
         ('ROW_INSTITUTION', 'error', 'ไม่พบสถานศึกษารหัสนี้', 'No institution has this code'),
         ('ROW_ROUND', 'error', 'ไม่พบรอบการรับสมัครนี้', 'No round has this code'),
         ('ROW_GROUP', 'error', 'ไม่พบกลุ่มนี้', 'No disadvantaged group has this code or name'),
         ('ROW_POOL', 'error', 'ไม่พบกลุ่มที่นั่งนี้ในรอบ', 'The round has no such seat pool'),
         ('ROW_POOL_SEVERAL', 'error', 'มีกลุ่มที่นั่งหลายกลุ่มตรงกับรหัสนี้ ให้เพิ่มประเภททุนหรือโครงการ', 'Several seat pools fit: add the grant type, or the programme'),
         ('ROW_CHOICE_TWICE', 'error', 'เลือกกลุ่มที่นั่งเดียวกันสองอันดับ', 'One seat pool would be chosen twice'),
         ('ROW_MISSING', 'error', 'ต้องมีข้อมูลช่องนี้', 'This must be given'),
         ('ROW_NO_PERSON', 'error', 'ไม่มีเลขประจำตัวหรือรหัสของบุคคล', 'Nothing says who the person is'),
         ('ROW_PERSON_UNKNOWN', 'error', 'ไม่พบบุคคลนี้ในทะเบียน', 'The registry has no such person'),
         ('ROW_PERSONS_DIFFER', 'error', 'เลขประจำตัวในแถวเป็นของบุคคลหลายคน', 'The identities belong to different persons'),
         ('ROW_NOT_OWN', 'error', 'บุคคลหรือสถานศึกษานี้ไม่ได้อยู่ในความดูแลของท่าน', 'The person or the institution is not one of yours'),
         ('ROW_IDENTITY_DIFFERS', 'error', 'บุคคลนี้มีเลขประจำตัวประเภทนี้อยู่แล้ว และไม่ตรงกัน', 'The person has another identity of this kind'),
         ('ROW_IDENTITY_REPLACED', 'warning', 'แทนที่เลขประจำตัวเดิมของบุคคลนี้', 'An earlier identity of this person was replaced'),
         ('ROW_CONTRADICTED', 'error', 'แถวอื่นให้ข้อมูลของรายการเดียวกันไม่ตรงกัน', 'Another line says otherwise of the same'),
         ('ROW_REPEATED', 'warning', 'ซ้ำกับแถวก่อนหน้าทุกช่อง', 'An earlier line says the same'),
         ('ROW_OTHER_SOURCE', 'error', 'มีใบสมัครของบุคคลนี้ในรอบนี้จากแหล่งอื่นหรือเลขที่อื่นแล้ว', 'The person has applied in this round under another number or source'),
         ('ROW_KNOWN_ELSEWHERE', 'warning', 'บุคคลนี้มีรหัสจากแหล่งอื่นอยู่แล้ว รหัสใหม่ไม่ถูกเก็บ', 'The person has a key of another source already; this one is not kept'),
         ('ROW_NAME_STRANGE', 'warning', 'ชื่อมีตัวเลขหรือเครื่องหมายที่ชื่อไม่ควรมี', 'The name holds digits or signs that no name has'),
         ('ROW_NAME_NOT_KEPT', 'warning', 'ไม่ได้เก็บชื่อ เพราะไม่มีเลขประจำตัว', 'The name is not kept, since there is no identity to keep it with'),
         ('ROW_ROUND_FIXED', 'error', 'รอบนี้ปิดรับสมัครแล้ว', 'The round takes no more changes'),
         ('ROW_NO_APPLICATION', 'error', 'บุคคลนี้ไม่มีใบสมัครในรอบนี้', 'The person has no application in this round'),
         ('ROW_NO_TIME', 'error', 'ใบสมัครที่ยื่นแล้วต้องมีวันที่ยื่น', 'What was submitted needs the time of it'),
         ('ROW_PROGRAMME', 'error', 'ไม่พบโครงการนี้', 'No programme has this code or name'),
         ('ROW_AWARD_UNKNOWN', 'error', 'ไม่พบทุนนี้ของบุคคลนี้', 'The person has no such award that was taken up'),
         ('ROW_AWARD_SEVERAL', 'error', 'บุคคลนี้มีทุนหลายทุนที่ตรงกัน ให้เพิ่มโครงการ รอบ ปีที่รับทุน หรือรหัสทุน',
          'Several awards of the person fit: add the programme, round, year of entry, or award_id'),
         ('ROW_AWARD_OVER', 'error', 'ทุนนี้สิ้นสุดก่อนวันเปิดภาคเรียน', 'The award was over when the term opened'),
         ('ROW_TERM', 'error', 'ไม่พบภาคเรียนนี้ของสังกัด ให้เขียน 1/2566', 'The affiliation has no such term: write it as 1/2566'),
         ('ROW_CREDITS', 'error', 'ไม่ใช่จำนวนหน่วยกิตที่มีทศนิยมไม่เกิน 1 ตำแหน่ง', 'Not a number of credits with at most one decimal'),
         ('ROW_PERCENT', 'error', 'ไม่ใช่ร้อยละ 0 ถึง 100', 'Not a percentage or a number of points, 0 to 100'),
         ('ROW_EARNED_ABOVE', 'error', 'หน่วยกิตที่ได้มากกว่าที่ลงทะเบียน', 'More credits were earned than attempted'),
         ('ROW_NOT_GRADUATED', 'error', 'ผู้รับทุนยังไม่สำเร็จการศึกษา', 'The scholar has not graduated'),
         ('ROW_NOT_EMPLOYED', 'error', 'ผู้ไม่มีงานทำมีข้อมูลนี้ไม่ได้', 'Only who has work has this'),
         ('ROW_CODE', 'error', 'ไม่ใช่รหัส (ตัวอักษรอังกฤษ ตัวเลข และ _)', 'Not a code: Latin letters, digits and _'),
         ('ROW_MENTOR', 'error', 'ไม่พบครูผู้ดูแลนี้ หรือพบหลายคน', 'Not exactly one teacher has this number or key'),
         ('ROW_NEXT_BEFORE', 'error', 'วันนัดถัดไปอยู่ก่อนวันที่ดูแล', 'The next day is before the day itself'),
         ('ROW_CARE_SEVERAL', 'error', 'ทะเบียนมีบันทึกประเภทนี้ในวันนี้หลายรายการ ให้แก้ในทะเบียน',
          'The registry has several such records of that day: correct them there'),
         ('ROW_PAYMENT', 'error', 'ไม่พบรายการจ่ายนี้', 'The registry has no such payment'),
         ('ROW_AMOUNT_DIFFERS', 'error', 'จำนวนเงินไม่ตรงกับรายการจ่าย', 'Not the amount of the payment'),
         ('ROW_REFUND', 'error', 'รายการนี้เป็นเงินเรียกคืน', 'This is a refund: equity.receive_refund records it'),
         ('ROW_NOT_APPROVED', 'error', 'รายการจ่ายไม่ได้อยู่ในงวดที่อนุมัติแล้ว', 'The payment is in no batch that is approved or paid'),
         ('ROW_BATCH_CHANGED', 'error', 'งวดเปลี่ยนไปหลังอนุมัติ ต้องอนุมัติใหม่', 'The batch has changed since it was approved: approve it again'),
         ('ROW_BATCH_PART', 'error', 'ต้องแจ้งทุกรายการของงวดด้วยเลขที่อ้างอิงเดียวกัน',
          'A batch is paid whole: report all its payments with one reference'),
         ('ROW_PAID_OTHERWISE', 'error', 'บันทึกไว้แล้วด้วยเลขที่อ้างอิงหรือเหตุผลอื่น', 'It is recorded already with another reference or reason'),
         ('ROW_FUTURE', 'error', 'วันเวลานี้ยังมาไม่ถึง', 'This time has not come yet'),
         ('ROW_BEFORE_PAID', 'error', 'วันที่ตีกลับอยู่ก่อนวันที่จ่าย', 'The payment was made later than it came back'),
         ('ROW_MEMBERS_DIFFER', 'warning', 'จำนวนสมาชิกในรายชื่อไม่ตรงกับที่แจ้งไว้', 'The members are not as many as declared'),
         ('ROW_INCOME_DIFFERS', 'warning', 'รายได้รวมของสมาชิกไม่ตรงกับที่แจ้งไว้', 'The incomes of the members do not make the income declared');

COMMENT ON VIEW equity_internal.import_reason IS 'What can be wrong with a row that is loaded.';
COMMENT ON COLUMN equity_internal.import_reason.reason_code IS 'Code of the reason.';
COMMENT ON COLUMN equity_internal.import_reason.severity IS 'error: the row is not loaded; warning: it is.';
COMMENT ON COLUMN equity_internal.import_reason.reason_th IS 'The reason in Thai.';
COMMENT ON COLUMN equity_internal.import_reason.reason_en IS 'The reason in English.';

-- ---- readers ----

CREATE FUNCTION equity_internal.import_cell(given text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN nullif(nullif(nullif(nullif(equity.thai_normal(given), ''), '-'), '--'), '–');

COMMENT ON FUNCTION equity_internal.import_cell(text) IS
  'A cell of a file in its normal form (equity.thai_normal); NULL when it is blank or a dash.';

CREATE FUNCTION equity_internal.read_number(cell text, lowest numeric, highest numeric, decimals integer) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN equity.try_amount(cell) BETWEEN lowest AND highest AND scale(trim_scale(equity.try_amount(cell))) <= decimals
         THEN trim_scale(equity.try_amount(cell))
       END;

COMMENT ON FUNCTION equity_internal.read_number(text, numeric, numeric, integer) IS
  'The number that a cell holds, as equity.try_amount reads it; NULL unless it lies in a range and has at most so many decimals.';

CREATE FUNCTION equity_internal.read_moment(cell text) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN (equity.try_date_be(cell)
        + coalesce(replace(substring(cell FROM '[ ,T]((?:[01]?[0-9]|2[0-3])[:.][0-5][0-9](?:[:.][0-5][0-9])?)(?: ?น[.]?)?$'), '.', ':'), '00:00')::time)
       AT TIME ZONE 'Asia/Bangkok';

COMMENT ON FUNCTION equity_internal.read_moment(text) IS
  'The time that a cell names, in Thailand: a date as equity.try_date_be reads it, and the time of day behind it, or its beginning.';

CREATE FUNCTION equity_internal.read_term(cell text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(substring(cell FROM '(?:^|[^0-9])(2[4-7][0-9]{2}/[1-4])$'),
                substring(cell FROM '(?:^|[^0-9])[1-4]/(2[4-7][0-9]{2})$') || '/' || substring(cell FROM '([1-4])/[0-9]{4}$'));

COMMENT ON FUNCTION equity_internal.read_term(text) IS
  'The term that a cell names, as year/number: it may stand the other way round, as Thai offices write it, and after words; NULL when it is none.';

CREATE FUNCTION equity_internal.read_answer(cell text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN cell ~ '^-?(0|[1-9][0-9]*|[1-9][0-9]?[0-9]?(,[0-9]{3})+)([.][0-9]+)?$' THEN to_jsonb(equity.try_amount(cell))
         WHEN lower(cell) IN ('true', 'false') THEN to_jsonb(lower(cell)::boolean)
         ELSE to_jsonb(cell)
       END;

COMMENT ON FUNCTION equity_internal.read_answer(text) IS
  'A cell as an answer of equity.application.answers: a number, true or false, or a text. Digits that begin with 0 are a code.';

-- A title is cut from a name where a letter follows that a word can begin with: no vowel or tone of Thai.
CREATE FUNCTION equity_internal.split_name(full_name text, title text, given_name text, family_name text)
  RETURNS TABLE (person_title text, person_given text, person_family text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
  SELECT n.title,
         CASE WHEN split_name.given_name IS NULL AND split_name.family_name IS NULL THEN split_part(n.name, ' ', 1) ELSE n.name END,
         coalesce(split_name.family_name,
                  CASE WHEN split_name.given_name IS NULL THEN nullif(substr(n.name, strpos(n.name || ' ', ' ') + 1), '') END)
    FROM (SELECT coalesce(split_name.title, s.glued) AS title,
                 CASE WHEN s.glued IS NOT NULL AND coalesce(split_name.title, s.glued) = s.glued THEN s.rest
                      ELSE coalesce(split_name.given_name, split_name.full_name) END AS name
            FROM (SELECT m.glued, ltrim(substr(m.name, length(m.glued) + 1)) AS rest
                    FROM (SELECT w.name,
                                 substring(w.name FROM '^(?:นางสาว|นาย|นาง|เด็กชาย|เด็กหญิง|น[.]? ?ส[.]|ด[.]? ?ช[.]|ด[.]? ?ญ[.]|สามเณร|ว่าที่ ?ร้อยตรี|ว่าที่ ?ร[.]ต[.]'
                                                       '|(?:Mr|Mrs|Ms|Miss|Master)(?:[.]|(?= )))(?= ?[ก-ฮเ-ไA-Za-z])') AS glued
                            FROM (SELECT coalesce(split_name.given_name, split_name.full_name) AS name) AS w
                          OFFSET 0) AS m) AS s) AS n;     -- looked for once, not in each column
END;

COMMENT ON FUNCTION equity_internal.split_name(text, text, text, text) IS
  'Title, given name and family name of what a file has: a title that is glued to the name comes apart, unless another one is given, and of a full name the given name is what stands before the first blank.';

-- ---- masks ----

CREATE FUNCTION equity_internal.import_mask(mask text, given text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN given IS NULL THEN NULL
         WHEN mask = 'hidden' THEN '***'
         WHEN mask = 'id' OR equity.citizen_id_normal(given) IS NOT NULL OR equity.g_code_normal(given) IS NOT NULL THEN equity.citizen_id_mask(given)
         WHEN mask = 'name' THEN left(given, 1) || '***'
         WHEN mask = 'shown' AND given ~ '^[A-Za-z0-9/_.-]{1,60}$' THEN given
         ELSE regexp_replace(regexp_replace(left(given, 40), '[0-9]', '9', 'g'), '[^0-9 /.,:()+-]', 'x', 'g')
       END;

COMMENT ON FUNCTION equity_internal.import_mask(text, text) IS
  'What equity.import_reject shows of a value: by its field nothing, the end of an identity, the first letter of a name, a code as it is, or its shape.';
