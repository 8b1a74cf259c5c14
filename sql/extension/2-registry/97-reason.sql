-- What applicants are told: sentences by code, in Thai and English. Codes that scorecards name as
-- reasons, outcomes of the allocation, and the other words of a letter. No figure of any programme
-- is in them: limits and scores come from the card and the run.

--- Shipped rows may be reworded.
CREATE TABLE equity.reason (
  reason_code text NOT NULL,
  text_th text NOT NULL,
  text_en text NOT NULL,
  advice_th text,
  advice_en text,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT reason_pkey PRIMARY KEY (reason_code),
  CONSTRAINT reason_code_not_empty CHECK (reason_code <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.reason', 'WHERE NOT shipped');

COMMENT ON TABLE equity.reason IS
  'Sentences for applicants (เหตุผล), by code: reasons that a criterion names, outcomes, and the words of which equity.explain_application() makes a letter. A word in braces, for example {cutoff}, is replaced by the figure of the case.';
COMMENT ON COLUMN equity.reason.reason_code IS
  'Code of the reason: what equity.criterion.reason or a scorecard names, or a code of a letter.';
COMMENT ON COLUMN equity.reason.text_th IS
  'The sentence in Thai (ข้อความ). May hold {value}, {low}, {high}, {first}, {second}, {score}, {points}, {place}, {asked}, {seats}, {cutoff}, {distance}, {choice}, {pool} or {programme} where they make sense.';
COMMENT ON COLUMN equity.reason.text_en IS
  'The sentence in English, with the same words in braces.';
COMMENT ON COLUMN equity.reason.advice_th IS
  'What the applicant can do, in Thai (คำแนะนำ); NULL for nothing.';
COMMENT ON COLUMN equity.reason.advice_en IS
  'What the applicant can do, in English; NULL for nothing.';
COMMENT ON COLUMN equity.reason.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

-- What is told of own tables too has its words there.
INSERT INTO equity.reason (reason_code, text_th, text_en, advice_th, advice_en, shipped) VALUES
  -- reasons of criteria
  ('GPA_BELOW', 'เกรดเฉลี่ยสะสมต่ำกว่าเกณฑ์', 'Grade point average below the limit',
   'ตรวจสอบเกรดเฉลี่ยสะสมกับใบแสดงผลการเรียน', 'Check the grade point average against the transcript', true),
  ('INCOME_ABOVE', 'รายได้เฉลี่ยต่อคนต่อเดือนสูงกว่าเกณฑ์', 'Income per head and month above the limit',
   'ตรวจสอบรายได้และจำนวนสมาชิกในครัวเรือนที่แจ้งไว้', 'Check the income and the number of household members stated', true),
  ('AGE_ABOVE', 'อายุเกินเกณฑ์', 'Age above the limit', 'ตรวจสอบวันเกิดที่แจ้งไว้', 'Check the date of birth stated', true),
  ('AGE_BELOW', 'อายุต่ำกว่าเกณฑ์', 'Age below the limit', 'ตรวจสอบวันเกิดที่แจ้งไว้', 'Check the date of birth stated', true),
  ('GRADUATED_EARLIER', 'สำเร็จการศึกษามานานเกินเกณฑ์', 'Finished school longer ago than the limit',
   'ตรวจสอบปีที่สำเร็จการศึกษาที่แจ้งไว้', 'Check the year of graduation stated', true),
  ('LEVEL_OTHER', 'ระดับการศึกษาไม่ตรงตามเกณฑ์', 'Level of study is not one of those admitted',
   'ตรวจสอบระดับการศึกษาที่แจ้งไว้', 'Check the level of study stated', true),
  ('PROVINCE_OTHER', 'ภูมิลำเนาอยู่นอกพื้นที่ของโครงการ', 'Home province is outside the area of the programme', NULL, NULL, true),
  ('NO_GROUP', 'ไม่พบข้อมูลว่าอยู่ในกลุ่มผู้ด้อยโอกาสตามประกาศ', 'Not recorded in a disadvantaged group of the announcement',
   'หากอยู่ในกลุ่มดังกล่าว ให้ยื่นหลักฐานเพิ่มเติม', 'If this is wrong, hand in the evidence', true),
  ('NO_WELFARE_CARD', 'ไม่พบข้อมูลบัตรสวัสดิการแห่งรัฐ', 'No state welfare card recorded',
   'หากมีบัตร ให้ยื่นสำเนาบัตร', 'If there is a card, hand in a copy', true),
  ('NO_REGISTRATION', 'ไม่พบข้อมูลการจดทะเบียนคนพิการ', 'No registration of a disability recorded',
   'หากจดทะเบียนแล้ว ให้ยื่นสำเนาบัตร', 'If there is a registration, hand in a copy of the card', true),
  ('FAILED', 'ไม่ผ่านเกณฑ์ข้อนี้', 'This rule is not met', NULL, NULL, true),
  ('MISSING', 'ไม่มีข้อมูลข้อนี้', 'No information on this was given',
   'ยื่นข้อมูลหรือหลักฐานเพิ่มเติม', 'Give the information or hand in the evidence', true),
  ('PASSED', 'ผ่านเกณฑ์ข้อนี้', 'This rule is met', NULL, NULL, true),
  ('ALTERNATIVE', 'ไม่เข้าเกณฑ์ข้อนี้ แต่ผ่านเกณฑ์ข้ออื่นในกลุ่มเดียวกัน', 'Not met, but an alternative to this rule is', NULL, NULL, true),
  ('WITHHELD', 'ข้อมูลอ่อนไหว ไม่แสดง', 'Sensitive, not shown', NULL, NULL, true),
  -- the application
  ('APPLICATION', 'ใบสมัคร', 'Application', NULL, NULL, true),
  ('SUBMITTED', 'ยื่นใบสมัครแล้ว', 'The application was submitted', NULL, NULL, true),
  ('NOT_SUBMITTED', 'ยังไม่ได้ยื่นใบสมัคร จึงไม่ได้รับการพิจารณา', 'The application was not submitted, so it is not considered',
   'ยื่นใบสมัครก่อนปิดรับสมัคร', 'Submit it before the round closes', true),
  ('LATE', 'ยื่นใบสมัครหลังปิดรับสมัคร จึงไม่ได้รับการพิจารณา', 'The application came after the round closed, so it is not considered', NULL, NULL, true),
  ('WITHDRAWN', 'ถอนใบสมัครแล้ว จึงไม่ได้รับการพิจารณา', 'The application was withdrawn, so it is not considered', NULL, NULL, true),
  ('NO_CHOICE', 'ไม่ได้เลือกสถานศึกษาและสาขาวิชา จึงไม่ได้รับการพิจารณา', 'No place was chosen, so the application is not considered',
   'เลือกสถานศึกษาและสาขาวิชาก่อนปิดรับสมัคร', 'Choose a place before the round closes', true),
  -- the assessment
  ('ELIGIBILITY', 'คุณสมบัติ', 'Eligibility', NULL, NULL, true),
  ('ELIGIBLE', 'มีคุณสมบัติครบตามเกณฑ์', 'All rules of eligibility are met', NULL, NULL, true),
  ('INELIGIBLE', 'คุณสมบัติไม่ครบตามเกณฑ์', 'The rules of eligibility are not met',
   'ดูเกณฑ์ข้อที่ไม่ผ่าน', 'See the rules that are not met', true),
  ('UNDETERMINED', 'ยังตัดสินไม่ได้ เพราะข้อมูลไม่ครบ', 'Undecided, because information is missing',
   'ดูข้อที่ไม่มีข้อมูลและยื่นเพิ่มเติม', 'See which information is missing and give it', true),
  ('SCORE', 'คะแนนรวม', 'Total score', NULL, NULL, true),
  ('FACTS_CHANGED', 'ข้อมูลเปลี่ยนไปหลังการให้คะแนน คะแนนที่ใช้พิจารณาคือ {score}', 'The facts have changed since they were scored; the score that counts is {score}', NULL, NULL, true),
  ('NOT_ASSESSED', 'ยังไม่ได้ให้คะแนน ผลนี้คำนวณจากข้อมูลปัจจุบัน', 'Not scored yet: this is computed from the facts of now', NULL, NULL, true),
  ('ASSESSED_LATER', 'ยังไม่ได้ให้คะแนน', 'Not scored yet', NULL, NULL, true),
  ('NO_CARD', 'ยังไม่ได้กำหนดเกณฑ์การให้คะแนน', 'The rules are not fixed yet', NULL, NULL, true),
  -- the choices
  ('CHOICE', equity_internal.placement_sentence('CHOICE', 'th'), equity_internal.placement_sentence('CHOICE', 'en'), NULL, NULL, true),
  ('PLACE', equity_internal.placement_sentence('PLACE', 'th'), equity_internal.placement_sentence('PLACE', 'en'), NULL, NULL, true),
  ('PLACE_ALONE', equity_internal.placement_sentence('PLACE_ALONE', 'th'), equity_internal.placement_sentence('PLACE_ALONE', 'en'), NULL, NULL, true),
  ('ADMITTED', equity_internal.placement_sentence('ADMITTED', 'th'), equity_internal.placement_sentence('ADMITTED', 'en'), NULL, NULL, true),
  ('BETTER_CHOICE', equity_internal.placement_sentence('BETTER_CHOICE', 'th'), equity_internal.placement_sentence('BETTER_CHOICE', 'en'), NULL, NULL, true),
  ('OTHERS_BEFORE', equity_internal.placement_sentence('OTHERS_BEFORE', 'th'), equity_internal.placement_sentence('OTHERS_BEFORE', 'en'), NULL, NULL, true),
  ('BELOW_CUTOFF', equity_internal.placement_sentence('BELOW_CUTOFF', 'th'), equity_internal.placement_sentence('BELOW_CUTOFF', 'en'), NULL, NULL, true),
  ('TIE_LOST', equity_internal.placement_sentence('TIE_LOST', 'th'), equity_internal.placement_sentence('TIE_LOST', 'en'), NULL, NULL, true),
  ('TIE_VALUE_LOST', equity_internal.placement_sentence('TIE_VALUE_LOST', 'th'), equity_internal.placement_sentence('TIE_VALUE_LOST', 'en'), NULL, NULL, true),
  ('LOTTERY_LOST', equity_internal.placement_sentence('LOTTERY_LOST', 'th'), equity_internal.placement_sentence('LOTTERY_LOST', 'en'), NULL, NULL, true),
  ('TIES_REFUSED', equity_internal.placement_sentence('TIES_REFUSED', 'th'), equity_internal.placement_sentence('TIES_REFUSED', 'en'), NULL, NULL, true),
  ('TIER_AFTER', equity_internal.placement_sentence('TIER_AFTER', 'th'), equity_internal.placement_sentence('TIER_AFTER', 'en'), NULL, NULL, true),
  ('SEATS_KEPT', equity_internal.placement_sentence('SEATS_KEPT', 'th'), equity_internal.placement_sentence('SEATS_KEPT', 'en'), NULL, NULL, true),
  ('CEILING_REACHED', equity_internal.placement_sentence('CEILING_REACHED', 'th'), equity_internal.placement_sentence('CEILING_REACHED', 'en'), NULL, NULL, true),
  ('CEILING_BELOW', equity_internal.placement_sentence('CEILING_BELOW', 'th'), equity_internal.placement_sentence('CEILING_BELOW', 'en'), NULL, NULL, true),
  ('POOL_CLOSED', equity_internal.placement_sentence('POOL_CLOSED', 'th'), equity_internal.placement_sentence('POOL_CLOSED', 'en'), NULL, NULL, true),
  ('FROZEN', 'ไม่ได้ขอเลื่อนอันดับ เพราะยืนยันรับที่นั่งเดิมไว้แล้ว', 'Not asked for any more: the seat held was accepted for good', NULL, NULL, true),
  ('TAKES_NO_PART', 'ไม่มีส่วนในการจัดสรรแล้ว เพราะสละสิทธิ์ หมดเวลายืนยัน หรือถูกถอนสิทธิ์',
   'Takes no further part: the award was declined, not accepted in time, or withdrawn', NULL, NULL, true),
  ('ADMITTED_SEAT', equity_internal.placement_sentence('ADMITTED_SEAT', 'th'), equity_internal.placement_sentence('ADMITTED_SEAT', 'en'), NULL, NULL, true),
  ('QUEUE', equity_internal.placement_sentence('QUEUE', 'th'), equity_internal.placement_sentence('QUEUE', 'en'), NULL, NULL, true),
  ('QUEUE_PLACE', equity_internal.placement_sentence('QUEUE_PLACE', 'th'), equity_internal.placement_sentence('QUEUE_PLACE', 'en'), NULL, NULL, true),
  ('COUNTED_MEMBER', equity_internal.placement_sentence('COUNTED_MEMBER', 'th'), equity_internal.placement_sentence('COUNTED_MEMBER', 'en'), NULL, NULL, true),
  ('COUNTED_AFTER', equity_internal.placement_sentence('COUNTED_AFTER', 'th'), equity_internal.placement_sentence('COUNTED_AFTER', 'en'), NULL, NULL, true),
  ('SEAT open', equity_internal.placement_sentence('SEAT open', 'th'), equity_internal.placement_sentence('SEAT open', 'en'), NULL, NULL, true),
  ('SEAT welfare_card', 'ผู้มีบัตรสวัสดิการแห่งรัฐ', 'holders of a state welfare card', NULL, NULL, true),
  ('SEAT disability_registered', 'ผู้จดทะเบียนคนพิการ', 'persons with a registered disability', NULL, NULL, true),
  ('SEAT female', 'เพศหญิง', 'women', NULL, NULL, true),
  ('SEAT male', 'เพศชาย', 'men', NULL, NULL, true),
  ('SEAT province', 'ภูมิลำเนา {province}', 'home province {province}', NULL, NULL, true),
  ('NO_SEAT', equity_internal.placement_sentence('NO_SEAT', 'th'), equity_internal.placement_sentence('NO_SEAT', 'en'), NULL, NULL, true),
  ('NOT_ADMITTED', 'ไม่ได้รับการจัดสรร', 'Not admitted', NULL, NULL, true),
  ('NOT_CONSIDERED', 'ไม่ได้รับการพิจารณาในอันดับนี้ เพราะคุณสมบัติไม่ครบหรือข้อมูลไม่ครบ',
   'Not considered here, because a rule is not met or information is missing', NULL, NULL, true),
  ('NOT_ALLOCATED', 'ยังไม่ได้จัดสรรทุน', 'Seats are not allocated yet', NULL, NULL, true),
  -- the result
  ('RESULT', equity_internal.placement_sentence('RESULT', 'th'), equity_internal.placement_sentence('RESULT', 'en'), NULL, NULL, true),
  ('PROVISIONAL', 'ผลนี้ยังไม่ได้ประกาศและอาจเปลี่ยนแปลง', 'This result is not published and may change', NULL, NULL, true),
  ('CHOSEN', equity_internal.placement_sentence('CHOSEN', 'th'), equity_internal.placement_sentence('CHOSEN', 'en'), NULL, NULL, true),
  ('NONE_CHOSEN', equity_internal.placement_sentence('NONE_CHOSEN', 'th'), equity_internal.placement_sentence('NONE_CHOSEN', 'en'), NULL, NULL, true),
  ('AWARD offered', 'รอการยืนยันรับทุนภายใน {until}', 'The award is on offer until {until}', 'ยืนยันหรือสละสิทธิ์ก่อนหมดเวลา', 'Accept or decline it in time', true),
  ('AWARD accepted', 'ยืนยันรับทุนแล้ว', 'The award is accepted', NULL, NULL, true),
  ('AWARD declined', 'สละสิทธิ์แล้ว', 'The award was declined', NULL, NULL, true),
  ('AWARD expired', 'ไม่ได้ยืนยันภายในเวลาที่กำหนด', 'The offer was not accepted in time', NULL, NULL, true),
  ('AWARD withdrawn', 'ถอนทุนแล้ว', 'The award was withdrawn', NULL, NULL, true),
  -- words of rules and values
  ('OP =', '{value}', '{value}', NULL, NULL, true),
  ('OP <>', 'ไม่ใช่ {value}', 'other than {value}', NULL, NULL, true),
  ('OP <', 'น้อยกว่า {value}', 'less than {value}', NULL, NULL, true),
  ('OP <=', 'ไม่เกิน {value}', 'at most {value}', NULL, NULL, true),
  ('OP >', 'มากกว่า {value}', 'more than {value}', NULL, NULL, true),
  ('OP >=', 'ตั้งแต่ {value} ขึ้นไป', 'at least {value}', NULL, NULL, true),
  ('OP between', 'ตั้งแต่ {low} ถึง {high}', 'from {low} to {high}', NULL, NULL, true),
  ('OP in', 'เป็นหนึ่งใน {value}', 'one of {value}', NULL, NULL, true),
  ('OP notin', 'ไม่ใช่ข้อใดใน {value}', 'none of {value}', NULL, NULL, true),
  ('OP isnull', 'ไม่ได้ระบุ', 'not stated', NULL, NULL, true),
  ('OP notnull', 'ระบุไว้', 'stated', NULL, NULL, true),
  ('OP overlaps', 'อยู่ในอย่างน้อยหนึ่งข้อของ {value}', 'at least one of {value}', NULL, NULL, true),
  ('OP contains', 'มีครบทุกข้อใน {value}', 'all of {value}', NULL, NULL, true),
  ('OP disjoint', 'ไม่มีข้อใดใน {value}', 'none of {value}', NULL, NULL, true),
  ('RANGE all', 'ทุกค่า', 'any number', NULL, NULL, true),
  ('RANGE below', 'น้อยกว่า {high}', 'less than {high}', NULL, NULL, true),
  ('RANGE within', 'ตั้งแต่ {low} แต่น้อยกว่า {high}', 'from {low} to less than {high}', NULL, NULL, true),
  ('RANGE from', 'ตั้งแต่ {low} ขึ้นไป', '{low} or more', NULL, NULL, true),
  ('RANGE up to', 'ไม่เกิน {high}', '{high} or less', NULL, NULL, true),
  ('RANGE within upper', 'มากกว่า {low} แต่ไม่เกิน {high}', 'more than {low} up to {high}', NULL, NULL, true),
  ('RANGE above', 'มากกว่า {low}', 'more than {low}', NULL, NULL, true),
  ('RULE points', '{value} ได้ {points} คะแนน', '{value}: {points} points', NULL, NULL, true),
  ('RULE otherwise', 'นอกนั้นได้ {points} คะแนน', 'otherwise: {points} points', NULL, NULL, true),
  ('RULE linear', '{value}; ระหว่างนั้นคิดตามสัดส่วน', '{value}; in between in proportion', NULL, NULL, true),
  ('RULE const', 'ทุกคนได้ {points} คะแนน', '{points} points for everybody', NULL, NULL, true),
  ('RULE coef', 'หน่วยละ {points} คะแนน', '{points} points for each unit', NULL, NULL, true),
  ('RULE coef minimum', 'นับอย่างน้อย {low} หน่วย', 'at least {low} units count', NULL, NULL, true),
  ('RULE coef maximum', 'นับไม่เกิน {high} หน่วย', 'at most {high} units count', NULL, NULL, true),
  ('RULE section', 'คะแนนรวมของ {value}', 'sum of {value}', NULL, NULL, true),
  ('RULE section minimum', 'ไม่ต่ำกว่า {low} คะแนน', 'at least {low} points', NULL, NULL, true),
  ('RULE section maximum', 'ไม่เกิน {high} คะแนน', 'at most {high} points', NULL, NULL, true),
  ('RULE ratio', '{first} หารด้วย {second}', '{first} divided by {second}', NULL, NULL, true),
  ('RULE sum', 'ผลรวมของ {value}', 'sum of {value}', NULL, NULL, true),
  ('RULE min', 'ค่าต่ำสุดของ {value}', 'least of {value}', NULL, NULL, true),
  ('RULE max', 'ค่าสูงสุดของ {value}', 'greatest of {value}', NULL, NULL, true),
  ('RULE count_true', 'จำนวนข้อที่ใช่ใน {value}', 'how many of {value} hold', NULL, NULL, true),
  ('RULE age_years', 'อายุเต็มปีนับจาก{value}', 'completed years since {value}', NULL, NULL, true),
  ('RULE age_years_thai', 'อายุเต็มปีนับจาก{value} โดยนับวันเกิดเป็นวันแรก', 'completed years since {value}, the first day counted', NULL, NULL, true),
  ('true', 'ใช่', 'yes', NULL, NULL, true),
  ('false', 'ไม่ใช่', 'no', NULL, NULL, true),
  -- renewals; an upgrade adds rows at the end
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
  ('RENEWAL changed', 'ข้อมูลเปลี่ยนไปหลังการตัดสิน ผลจากข้อมูลปัจจุบันต่างออกไป', 'The facts have changed since it was decided, and would have another outcome', NULL, NULL, true),
  ('AWARD offered, open', 'รอการยืนยันรับทุน', 'The award is on offer', 'ยืนยันหรือสละสิทธิ์', 'Accept or decline it', true),
  ('RISK', 'ระดับความเสี่ยงที่จะออกกลางคัน', 'Risk of leaving', NULL, NULL, true),
  ('RISK undetermined', 'ยังประเมินความเสี่ยงไม่ได้ เพราะข้อมูลไม่ครบ', 'The risk is unknown, because information is missing',
   'ให้สถานศึกษารายงานผลการเรียน', 'Let the institution report the result', true),
  ('LEVEL', 'ระดับการยกย่องสถานศึกษา', 'Level of recognition', NULL, NULL, true),
  ('LEVEL none', 'ไม่ได้รับการยกย่อง เพราะไม่ผ่านเกณฑ์', 'Not recognised, because a rule is not met', 'ดูเกณฑ์ข้อที่ไม่ผ่าน', 'See the rules that are not met', true),
  ('LEVEL undetermined', 'ยังตัดสินไม่ได้ เพราะข้อมูลไม่ครบ', 'Undecided, because information is missing', NULL, NULL, true);

CREATE TRIGGER reason_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.reason
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.reason ENABLE ALWAYS TRIGGER reason_reference_row;

CREATE TRIGGER reason_reference_truncate
  BEFORE TRUNCATE ON equity.reason
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE FUNCTION equity.reason_text(reason_code text, lang text, figures jsonb DEFAULT '{}') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.fill_sentence(CASE reason_text.lang WHEN 'en' THEN r.text_en ELSE r.text_th END, figures, reason_text.lang)
    FROM equity.reason AS r
   WHERE r.reason_code = reason_text.reason_code;
END;

COMMENT ON FUNCTION equity.reason_text(text, text, jsonb) IS
  'The sentence of a reason code in English (en) or otherwise Thai, its words in braces replaced by the figures, a JSON object from word to value (null: a dash). NULL for a code that does not exist. Reads the registry.';

CREATE FUNCTION equity.reason_advice(reason_code text, lang text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE reason_advice.lang WHEN 'en' THEN r.advice_en ELSE r.advice_th END
    FROM equity.reason AS r
   WHERE r.reason_code = reason_advice.reason_code;
END;

COMMENT ON FUNCTION equity.reason_advice(text, text) IS
  'The advice of a reason code in English (en) or otherwise Thai; NULL when there is none. Reads the registry.';

-- A view, because reports read it with the rights of their owners; one row, which a query makes once.
CREATE VIEW equity_internal.reason_dictionary AS
  SELECT coalesce(pg_catalog.jsonb_object_agg(r.reason_code, r.text_th), '{}') AS words_th,
         coalesce(pg_catalog.jsonb_object_agg(r.reason_code, r.text_en), '{}') AS words_en
    FROM equity.reason AS r;

COMMENT ON VIEW equity_internal.reason_dictionary IS
  'The sentences of all reason codes.';
COMMENT ON COLUMN equity_internal.reason_dictionary.words_th IS 'A JSON object from code to Thai sentence.';
COMMENT ON COLUMN equity_internal.reason_dictionary.words_en IS 'The same in English.';

CREATE FUNCTION equity_internal.reason_words(reasons text[], words jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(coalesce(words ->> u.code, u.code), '; ' ORDER BY u.place)
    FROM unnest(reasons) WITH ORDINALITY AS u (code, place);
END;

COMMENT ON FUNCTION equity_internal.reason_words(text[], jsonb) IS
  'Reason codes in words, by a dictionary of equity_internal.reason_dictionary, one after the other; a code without words stands for itself. NULL for no reasons.';
