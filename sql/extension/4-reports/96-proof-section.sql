-- The section on proof: what anybody checks, with nothing but SELECT and openssl.

CREATE FUNCTION equity_internal.shell_quoted(content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '''' || replace(content, '''', E'''\\''''') || '''';

COMMENT ON FUNCTION equity_internal.shell_quoted(text) IS
  'A text as one word of a POSIX shell.';

CREATE FUNCTION equity_internal.proof_statements(proof equity.run_proof, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat_ws(chr(10),
  equity_internal.said(lang, '-- ไม่มีแถว: ตรวจไม่พบข้อผิดพลาด', '-- no rows: nothing was found'),
  format('SELECT * FROM equity.run_violations(%s);', (proof).run_id),
  equity_internal.said(lang, '-- จัดสรรซ้ำแล้วได้ผลเดียวกันทุกไบต์', '-- allocated again, the result is the same byte for byte'),
  format('SELECT equity.replay_run(%s) = %L;', (proof).run_id, (proof).placements_digest));

COMMENT ON FUNCTION equity_internal.proof_statements(equity.run_proof, text) IS
  'The statements that check a run.';

CREATE FUNCTION equity_internal.proof_commands(proof equity.run_proof, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat_ws(chr(10),
  equity_internal.said(lang, '# ค่าผูกมัดที่ประกาศก่อนปิดรับสมัคร', '# the commitment, published before applications closed'),
  'printf %s ' || equity_internal.shell_quoted((proof).seed) || ' | openssl dgst -sha256',
  CASE (proof).tie_break
    WHEN 'lottery' THEN equity_internal.said(lang, '# เลขสลากของผู้สมัคร: 63 บิตแรก เลขน้อยมาก่อน', '# the lottery number of an applicant: the first 63 bits, the smaller wins')
                        || chr(10) || 'printf %s APPLICANT_ID | openssl dgst -sha256 -hmac ' || equity_internal.shell_quoted((proof).seed)
    WHEN 'lottery_per_pool' THEN equity_internal.said(lang, '# เลขสลากของผู้สมัครในกลุ่มที่นั่ง: 63 บิตแรก เลขน้อยมาก่อน', '# the lottery number of an applicant in a pool: the first 63 bits, the smaller wins')
                                 || chr(10) || 'printf %s APPLICANT_ID/POOL_ID | openssl dgst -sha256 -hmac ' || equity_internal.shell_quoted((proof).seed)
  END,
  equity_internal.said(lang, '# ค่าแฮชของกลุ่มที่นั่ง', '# the digest of the seat pools'),
  'psql -XAtc "SELECT concat_ws('','', pool_id, seats, coalesce(min_seats::text, ''''), coalesce(cap_id::text, ''''), to_json(programme_code),'
  || ' institution_id, to_json(field_code), to_json(grant_type)) FROM equity.seat_pool WHERE round_id = ' || (proof).round_id
  || ' ORDER BY pool_id" | openssl dgst -sha256');

COMMENT ON FUNCTION equity_internal.proof_commands(equity.run_proof, text) IS
  'The commands of a shell that redo digests of a run.';

-- A seed may have line ends: a text that is shown as it is keeps them.
CREATE FUNCTION equity_internal.code_html(content text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<pre tabindex="0">' || string_agg(equity_internal.html(l.line), chr(10) ORDER BY l.n) || '</pre>' || chr(10)
    FROM string_to_table(content, chr(10)) WITH ORDINALITY AS l (line, n);
END;

COMMENT ON FUNCTION equity_internal.code_html(text) IS
  'Lines of code as HTML.';

CREATE FUNCTION equity_internal.proof_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('proof', equity_internal.said(lang, 'หลักฐาน', 'Proof'),
           string_agg(
             equity_internal.paragraph(
               CASE
                 WHEN p.violations = 0 THEN equity_internal.said(lang,
                   'ตรวจสอบผลด้วยโปรแกรมที่ไม่ใช้รหัสร่วมกับโปรแกรมจัดสรรแล้ว ไม่พบข้อผิดพลาด: ไม่มีผู้ถูกข้าม ไม่มีที่นั่งเสียเปล่า ไม่เกินที่นั่ง คะแนนคำนวณซ้ำได้',
                   'A program that shares no code with the allocator has checked the result and found nothing: nobody was passed over, no seat is wasted, no limit broken, every score recomputes.')
                 WHEN p.violations > 0 THEN equity_internal.said(lang,
                   'การตรวจสอบพบข้อผิดพลาด ' || equity_internal.number_text(p.violations) || ' รายการ',
                   'The check has found ' || equity_internal.number_text(p.violations) || ' violations.')
                 ELSE equity_internal.said(lang, 'ผลนี้ยังไม่ได้ตรวจสอบ', 'This result has not been checked yet.')
               END)
             || equity_internal.table_html(
                  equity_internal.said(lang, 'สิ่งที่ใช้ตัดสิน และค่าแฮช sha256', 'What decided, and the sha256 digests'),
                  equity_internal.heads_html(equity_internal.said(lang, ARRAY['สิ่งที่', 'ค่า'], ARRAY['What', 'Value'])),
                  (SELECT string_agg(equity_internal.row_html(equity_internal.said(lang, d.thai, d.english),
                                                              '<td class="text"><code>' || equity_internal.html(d.value) || '</code></td>'), '' ORDER BY d.n)
                     FROM (VALUES (1, 'ครั้งที่จัดสรร', 'Allocation run', p.run_id::text),
                                  (2, 'วิธีจัดสรร', 'Mechanism', p.mechanism),
                                  (3, 'การตัดสินเมื่อคะแนนเท่ากัน', 'Ties are broken by', concat_ws(', ', p.tie_field, p.tie_break)),
                                  (4, 'ค่าผูกมัดของเมล็ดสุ่ม', 'Commitment to the seed', p.seed_commitment),
                                  (5, 'เมล็ดสุ่ม', 'Seed', p.seed),
                                  (6, 'เกณฑ์', 'Scorecards', p.cards_digest),
                                  (7, 'โควตา', 'Quotas', p.quotas_digest),
                                  (8, 'กลุ่มที่นั่ง', 'Seat pools', p.pools_digest),
                                  (9, 'ที่นั่งสงวน', 'Reserved seats', p.reserves_digest),
                                  (10, 'เพดาน', 'Ceilings', p.caps_digest),
                                  (11, 'คำขอและคะแนน', 'Choices and scores', p.applications_digest),
                                  (12, 'ผู้ถือที่นั่งเดิม', 'Seats held before', p.standing_digest),
                                  (13, 'ผลการจัดสรร', 'Placements', p.placements_digest),
                                  (14, 'รุ่นของโปรแกรม', 'Version of equity', p.equity_version)) AS d (n, thai, english, value)
                    WHERE d.value <> ''))
             || '<h3>' || equity_internal.said(lang, 'ตรวจสอบด้วยตนเอง', 'Check it yourself') || '</h3>'
             || equity_internal.code_html(equity_internal.proof_statements(p, lang)) || equity_internal.code_html(equity_internal.proof_commands(p, lang)), ''),
           equity_internal.said(lang, 'ยังไม่มีผลการจัดสรรให้ตรวจสอบ', 'There is no allocation to check yet.'), 'equity.run_proof', lang)
    FROM equity.run_proof AS p
   WHERE p.round_id = proof_section.round_id
     AND p.is_current;
END;

COMMENT ON FUNCTION equity_internal.proof_section(bigint, text) IS
  'What proves the current run of a round, and how to redo it.';
