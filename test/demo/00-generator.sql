-- The demonstration, part 0: says what is real and what is not, and makes the generator.
--
-- Nothing here is random: each drawn number is equity.lottery() of a named stream and a row's
-- number, and all arithmetic is on integers. The data are therefore the same on every machine,
-- and so are the digests at the end.

\pset format unaligned
\pset tuples_only on

CREATE SCHEMA demo;
COMMENT ON SCHEMA demo
  IS 'Working tables of the demonstration: distributions and drawn numbers. No part of the extension.';

-- 0 <= draw < size, every number as likely as the others. A row that needs several numbers of one
-- stream numbers them itself.
CREATE FUNCTION demo.draw(stream text, n bigint, size bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN equity.lottery('equity demonstration/' || stream, n) % size;

-- A distribution of answers: an answer is taken when a number drawn from 0 to 9,999 is from low up
-- to, not including, high.
CREATE TABLE demo.answer (
  question text NOT NULL,
  low integer NOT NULL,
  high integer NOT NULL,
  code text,
  PRIMARY KEY (question, low)
);

CREATE FUNCTION demo.distribution(question text, codes text[], percent integer[]) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  INSERT INTO demo.answer (question, low, high, code)
  SELECT distribution.question,
         100 * (sum(a.percent) OVER in_order - a.percent),
         100 * sum(a.percent) OVER in_order,
         a.code
    FROM unnest(codes, percent) WITH ORDINALITY AS a (code, percent, position)
  WINDOW in_order AS (ORDER BY a.position);
END;

-- Names: two syllables, and a family name that says "example".

CREATE FUNCTION demo.given_name(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (ARRAY['สม', 'วิ', 'ธน', 'กิตติ', 'พร', 'มาลี', 'จิร', 'ณัฐ', 'ปิย', 'สุ', 'ชล', 'อร'])[
           1 + demo.draw('given name', 2 * n, 12)]
         || (ARRAY['ชัย', 'ดา', 'พล', 'วรรณ', 'ทิพย์', 'ศักดิ์', 'นันท์', 'รัตน์', 'พงษ์', 'กานต์', 'ภา',
                   'วัฒน์'])[1 + demo.draw('given name', 2 * n + 1, 12)];

CREATE FUNCTION demo.family_name(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 'ตัวอย่าง'
         || (ARRAY['ศรี', 'บุญ', 'ทอง', 'แก้ว', 'วงศ์', 'คำ', 'จันทร์', 'สุข'])[
           1 + demo.draw('family name', 2 * n, 8)]
         || (ARRAY['ดี', 'งาม', 'มั่น', 'เจริญ', 'ใส', 'ชื่น', 'สกุล', 'ไพร'])[
           1 + demo.draw('family name', 2 * n + 1, 8)];

CREATE FUNCTION demo.title(sex text, birth_date date) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN birth_date > date '2008-05-16'
         THEN CASE sex WHEN 'male' THEN 'ด.ช.' ELSE 'ด.ญ.' END
         ELSE CASE sex WHEN 'male' THEN 'นาย' ELSE 'น.ส.' END
       END;

-- Thirteen digits with a right check digit. They begin with 9, a kind that nobody is given, and
-- differ for each n, because the factor has no divisor in common with 10^11.
CREATE FUNCTION demo.citizen_id(n bigint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT b.body || (11 - sum((14 - i) * substr(b.body, i, 1)::integer) % 11) % 10
    FROM (SELECT '9' || lpad((n * 76543210987 % 100000000000)::text, 11, '0') AS body) AS b
   CROSS JOIN generate_series(1, 12) AS i
   GROUP BY b.body;
END;

CREATE FUNCTION demo.g_code(n bigint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'G' || lpad((n * 76543210987 % 100000000000)::text, 12, '9');

-- What the demonstration shows of a person.

CREATE FUNCTION demo.masked(identity equity.applicant_identity) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN concat((identity).title, left((identity).given_name, 1), '*** ตัวอย่าง***  ',
              left((identity).identity, 1), '-XXXX-XXXXX-', substr((identity).identity, 11, 2), '-X');

-- How the demonstration speaks: a line of 100 columns, a number of thousands, a step with its time.

CREATE FUNCTION demo.rule(mark text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN repeat(mark, 100);

CREATE FUNCTION demo.number(n numeric) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(trim(to_char(n, 'FM999,999,990')), '–');

CREATE TABLE demo.step (
  number integer PRIMARY KEY,
  seconds numeric NOT NULL
);

CREATE FUNCTION demo.done(number integer, took interval, name_th text, name_en text, VARIADIC lines text[])
  RETURNS text
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  INSERT INTO demo.step (number, seconds) VALUES
    (done.number, extract(epoch FROM took))
  RETURNING format('%s. %s s  %s / %s%s', lpad(done.number::text, 2), lpad(round(seconds, 2)::text, 6),
                   name_th, name_en,
                   (SELECT string_agg(E'\n              ' || l.line, '' ORDER BY l.position)
                      FROM unnest(lines) WITH ORDINALITY AS l (line, position)));
END;

-- The demonstration stops when one of its own figures is not what it says.
CREATE FUNCTION demo.expect(promise text, kept boolean) RETURNS void
  LANGUAGE plpgsql STABLE
AS $$
BEGIN
  IF kept IS NOT TRUE THEN
    RAISE EXCEPTION 'the demonstration is wrong: %', promise;
  END IF;
END;
$$;

\qecho
SELECT demo.rule('=');
\qecho '  equity: การสาธิตรอบการให้ทุน ปีการศึกษา 2566'
\qecho '          a scholarship round of academic year 2566 (2023), demonstrated'
SELECT demo.rule('=');
\qecho '  ข้อมูลจำลองทั้งหมด: บุคคล สถานศึกษา คำตอบ คะแนน และผลการจัดสรร'
\qecho '  ข้อมูลจริงมีเพียง: จังหวัด ชื่อโครงการ และตัวเลขของโครงการที่เผยแพร่แล้ว พร้อมแหล่งที่มา'
\qecho '  GENERATED: all people, institutions, answers, scores and results.'
\qecho '  REAL: only the provinces, the programmes and their published figures, with their source:'
SELECT DISTINCT '        ' || g.published_source FROM equity.programme AS g;
\qecho
\qecho '  ขั้นตอน  เวลา / step and time'
