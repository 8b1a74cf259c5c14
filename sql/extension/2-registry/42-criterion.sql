-- The rules of a scorecard as rows, one a line of a spreadsheet: what a clerk fills in, copies in and
-- out as CSV, and reads beside the announcement. equity.card_from_rows() makes the card of them,
-- equity.scorecard_rows() the rows of a card.
--
-- A criterion of kind band, linear or enum has a row for each range, point or value; any other has
-- one row. What such rows say of the whole criterion (field, missing, otherwise, reason) may stand on
-- one of them or on all, but must not differ. Lists (members, fields of a derive, values of a gate)
-- stand in one cell, so that a gate is one row whatever its op.

--- A column that the kind does not know must be empty: the error names criterion and column.
--- Once the version is sealed only labels, words of values and sensitive may change.
CREATE TABLE equity.criterion (
  card_code text NOT NULL,
  version integer NOT NULL,
  position integer NOT NULL,
  criterion text NOT NULL,
  kind text NOT NULL,
  field text,
  op text,
  value text,
  than text,
  low numeric,
  high numeric,
  upper boolean,
  points numeric,
  coef numeric,
  otherwise numeric,
  gate_group text,
  missing text,
  missing_points numeric,
  minimum numeric,
  maximum numeric,
  members text,
  fn text,
  reason text,
  label_th text,
  label_en text,
  value_th text,
  value_en text,
  legal_reference text,
  sensitive boolean NOT NULL DEFAULT false,
  CONSTRAINT criterion_pkey PRIMARY KEY (card_code, version, position),
  CONSTRAINT criterion_version_fkey FOREIGN KEY (card_code, version)
    REFERENCES equity.scorecard_version (card_code, version) ON DELETE CASCADE,
  CONSTRAINT criterion_not_empty CHECK (criterion <> ''),
  CONSTRAINT criterion_kind_known CHECK (
    kind IN ('gate', 'band', 'linear', 'enum', 'coef', 'const', 'section', 'derive', 'class')),
  CONSTRAINT criterion_enum_has_value CHECK (kind <> 'enum' OR value IS NOT NULL),
  CONSTRAINT criterion_missing_known CHECK (
    missing IN ('undetermined', 'reject', 'points', 'worst', 'best')),
  CONSTRAINT criterion_missing_points_have_policy CHECK (
    (missing IS NOT DISTINCT FROM 'points') = (missing_points IS NOT NULL)),
  CONSTRAINT criterion_class_is_a_range CHECK (
    kind <> 'class'
    OR pg_catalog.num_nonnulls(field, op, value, than, upper, points, coef, otherwise, gate_group, missing, minimum,
                               maximum, members, fn, reason) = 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.criterion', '');

COMMENT ON TABLE equity.criterion IS
  'Rules of scorecards as rows (เกณฑ์รายข้อ), one for each gate, range of a band, point of a linear, value of an enum, coef, const, section, derive or class. An empty cell is NULL.';
COMMENT ON COLUMN equity.criterion.card_code IS
  'Code of the scorecard (รหัสเกณฑ์).';
COMMENT ON COLUMN equity.criterion.version IS
  'Version of the scorecard.';
COMMENT ON COLUMN equity.criterion.position IS
  'Order of the rows (ลำดับ), any numbers, gaps allowed. Criteria are in the order of their first rows; a derive comes before what reads it.';
COMMENT ON COLUMN equity.criterion.criterion IS
  'Code of the criterion (รหัสข้อ), for example G1; the rows of one band, linear or enum share it. Of a class its name.';
COMMENT ON COLUMN equity.criterion.kind IS
  'gate (คุณสมบัติ), band (ช่วง), linear (เส้นตรง), enum (รายค่า), coef (สัมประสิทธิ์), const (ค่าคงที่), section (หมวด), derive (ค่าที่คำนวณ) or class (ระดับ).';
COMMENT ON COLUMN equity.criterion.field IS
  'Column that is read, or column.key.key in a jsonb column (ข้อมูลที่ใช้). Of a derive other than age_years and age_years_thai a list: names with commas between, or a JSON array of strings.';
COMMENT ON COLUMN equity.criterion.op IS
  'Of a gate: = <> < <= > >= between in notin isnull notnull overlaps contains disjoint.';
COMMENT ON COLUMN equity.criterion.value IS
  'Of a gate the value to compare with, for between, in, notin, overlaps, contains and disjoint a list: values with commas between, or a JSON array. Of an enum the value that gives the points, of a linear the number. 2.00 is a number, true a truth value, anything else a text; a text that looks like a number or holds a comma is put in double quotes, for example "10".';
COMMENT ON COLUMN equity.criterion.than IS
  'Of a gate that compares two fields: the other field (เทียบกับข้อมูล), instead of a value.';
COMMENT ON COLUMN equity.criterion.low IS
  'Low end (ตั้งแต่) of a band or class, included unless upper is true; NULL for no limit.';
COMMENT ON COLUMN equity.criterion.high IS
  'High end (ถึงก่อน) of a band or class, not included unless upper is true; NULL for no limit.';
COMMENT ON COLUMN equity.criterion.upper IS
  'Of a band: true when its ranges hold their high ends and not their low ends (มากกว่า … แต่ไม่เกิน …); NULL or false otherwise.';
COMMENT ON COLUMN equity.criterion.points IS
  'Points (คะแนน) of a range, point, value or const, at most as many decimals as the scale.';
COMMENT ON COLUMN equity.criterion.coef IS
  'Of a coef: the coefficient (สัมประสิทธิ์), at most 12 decimals.';
COMMENT ON COLUMN equity.criterion.otherwise IS
  'Points of a band or enum for a value that no row covers; NULL when there are none: then bands must cover all numbers, and a value that an enum does not list is missing.';
COMMENT ON COLUMN equity.criterion.gate_group IS
  'Of a gate: name of its group; one gate of a group must hold. NULL for a gate that must hold by itself.';
COMMENT ON COLUMN equity.criterion.missing IS
  'What happens without a value (กรณีไม่มีข้อมูล): undetermined (also NULL), reject, points, worst or best.';
COMMENT ON COLUMN equity.criterion.missing_points IS
  'Points without a value; given exactly when missing is points.';
COMMENT ON COLUMN equity.criterion.minimum IS
  'Lowest value of a coef that counts, or floor of a section; NULL for none.';
COMMENT ON COLUMN equity.criterion.maximum IS
  'Highest value of a coef that counts, or cap of a section; NULL for none.';
COMMENT ON COLUMN equity.criterion.members IS
  'Of a section: codes of its criteria with commas between, or a JSON array of strings.';
COMMENT ON COLUMN equity.criterion.fn IS
  'Of a derive: ratio, sum, min, max, count_true, age_years or age_years_thai.';
COMMENT ON COLUMN equity.criterion.reason IS
  'Reason code (equity.reason) when the criterion speaks against an applicant; NULL for the criterion''s own code.';
COMMENT ON COLUMN equity.criterion.label_th IS
  'Thai label of the criterion (ชื่อข้อ) or class; on any of its rows. No part of the card.';
COMMENT ON COLUMN equity.criterion.label_en IS
  'English label of the criterion or class; on any of its rows. No part of the card.';
COMMENT ON COLUMN equity.criterion.value_th IS
  'Thai words for the cell value of this row (คำอธิบายค่า): of an enum''s value, or of what a gate asks. No part of the card.';
COMMENT ON COLUMN equity.criterion.value_en IS
  'English words for the cell value of this row. No part of the card.';
COMMENT ON COLUMN equity.criterion.legal_reference IS
  'Where the rule was laid down (ข้ออ้างอิงในประกาศ), for example the clause of the announcement; NULL when not noted. No part of the card.';
COMMENT ON COLUMN equity.criterion.sensitive IS
  'True when what the criterion reads is sensitive personal data (ข้อมูลอ่อนไหว, PDPA section 26): disability, health, ethnicity. Explanations then show it only to who may read the column it comes from. No part of the card.';

-- What the constraints ask, said in words before they say it in their names

CREATE FUNCTION equity_internal.check_criterion() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  problem text;
  hint text;
BEGIN
  IF NEW.kind NOT IN ('gate', 'band', 'linear', 'enum', 'coef', 'const', 'section', 'derive', 'class') THEN
    problem := format('unrecognized kind "%s"', equity_internal.excerpt(NEW.kind));
    hint := 'Kinds are gate, band, linear, enum, coef, const, section, derive and class.';
  ELSIF NEW.kind = 'enum' AND NEW.value IS NULL THEN
    problem := 'a row of an enum needs a value';
    hint := 'Give one row for each value; points for all others stand in otherwise.';
  ELSIF NEW.missing NOT IN ('undetermined', 'reject', 'points', 'worst', 'best') THEN
    problem := format('unrecognized word "%s" in missing', equity_internal.excerpt(NEW.missing));
    hint := 'Words are undetermined, reject, points (the number stands in missing_points), worst and best.';
  ELSIF (NEW.missing IS NOT DISTINCT FROM 'points') <> (NEW.missing_points IS NOT NULL) THEN
    problem := 'missing_points belongs to missing = points, and to nothing else';
    hint := 'Write points in missing and the number in missing_points, or leave missing_points empty.';
  END IF;
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'check_violation',
      MESSAGE = format('criterion "%s" at position %s: %s', NEW.criterion, NEW.position, problem),
      DETAIL = format('Scorecard "%s" version %s.', NEW.card_code, NEW.version),
      HINT = hint;
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_criterion() IS
  'Trigger of equity.criterion: refuses with 23514 an unrecognized kind or word in missing, a row of an enum without value, and points for a missing value without their policy; it names criterion and position.';

CREATE TRIGGER criterion_checked
  BEFORE INSERT OR UPDATE ON equity.criterion
  FOR EACH ROW EXECUTE FUNCTION equity_internal.check_criterion();

-- Cells

--- Error 22023 for what is none of these; place says in the message where it stands.
CREATE FUNCTION equity_internal.read_word(word text, place text) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  bare text := btrim(word, E' \t\r\n');
BEGIN
  IF bare ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$' THEN
    RETURN bare::jsonb;
  ELSIF lower(bare) IN ('true', 'false') THEN      -- a spreadsheet writes TRUE
    RETURN lower(bare)::jsonb;
  ELSIF bare ~ '^["[]' THEN
    RETURN bare::jsonb;
  ELSIF bare = '' OR bare ~ '"' THEN
    RAISE invalid_text_representation;
  END IF;
  RETURN to_jsonb(bare);
EXCEPTION
  WHEN data_exception THEN
    RAISE EXCEPTION '%: a value cannot be read', place
      USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('The cell has: %s', equity_internal.excerpt(word)),
            HINT = 'Write a number, true, false or a plain text; a text with commas or quotes as a JSON string, a list of such texts as a JSON array.';
END;
$$;

COMMENT ON FUNCTION equity_internal.read_word(text, text) IS
  'The JSON value of one cell of a spreadsheet: number, truth value, JSON string or array, or otherwise plain text without the blanks around it.';

CREATE FUNCTION equity_internal.read_words(cell text, place text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN btrim(cell, E' \t\r\n') ~ '^[[]' THEN equity_internal.read_word(cell, place)
           ELSE (SELECT jsonb_agg(equity_internal.read_word(w.word, place) ORDER BY w.n)
                   FROM regexp_split_to_table(cell, ',') WITH ORDINALITY AS w (word, n))
         END;
END;

COMMENT ON FUNCTION equity_internal.read_words(text, text) IS
  'The JSON array of a cell that holds a list, values with commas between or a JSON array. Errors as equity_internal.read_word.';

CREATE FUNCTION equity_internal.read_names(cell text, place text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT jsonb_agg(CASE jsonb_typeof(w.word)
                     WHEN 'string' THEN w.word
                     ELSE to_jsonb(w.word #>> '{}')
                   END ORDER BY w.n)
    FROM jsonb_array_elements(equity_internal.read_words(cell, place)) WITH ORDINALITY AS w (word, n);
END;

COMMENT ON FUNCTION equity_internal.read_names(text, text) IS
  'As equity_internal.read_words, but each item is a text whatever it looks like.';

CREATE FUNCTION equity_internal.write_word(word jsonb, any_type boolean) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN jsonb_typeof(word) <> 'string' THEN word::text
           WHEN t.bare = '' OR t.bare ~ '[",]|^[[]' OR btrim(t.bare, E' \t\r\n') <> t.bare THEN word::text
           WHEN any_type AND equity_internal.read_word(t.bare, '') #>> '{}' = t.bare THEN t.bare
           WHEN equity_internal.read_word(t.bare, '') = word THEN t.bare
           ELSE word::text
         END
    FROM (SELECT word #>> '{}' AS bare) AS t;
END;

COMMENT ON FUNCTION equity_internal.write_word(jsonb, boolean) IS
  'The cell that equity_internal.read_word reads as a JSON value, in double quotes only where they are needed; with any_type it is enough that the text is the same.';

CREATE FUNCTION equity_internal.write_words(words jsonb, any_type boolean) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN bool_or(w.cell ~ ',') THEN words::text
           ELSE string_agg(w.cell, ', ' ORDER BY w.n)
         END
    FROM (SELECT equity_internal.write_word(e.word, any_type) AS cell, e.n
            FROM jsonb_array_elements(words) WITH ORDINALITY AS e (word, n)) AS w;
END;

COMMENT ON FUNCTION equity_internal.write_words(jsonb, boolean) IS
  'The cell that equity_internal.read_words, or with any_type equity_internal.read_names, reads as a JSON array.';

-- Rows to card

CREATE FUNCTION equity_internal.criterion_keys(line equity.criterion) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT jsonb_strip_nulls(jsonb_build_object(
           'code', (line).criterion,
           'kind', (line).kind,
           'field', CASE WHEN (line).kind <> 'derive' OR (line).fn IN ('age_years', 'age_years_thai')
                      THEN (line).field END,
           'fields', CASE WHEN (line).kind = 'derive' AND (line).fn NOT IN ('age_years', 'age_years_thai')
                       THEN equity_internal.read_names((line).field, p.place) END,
           'op', (line).op,
           'value', CASE
                      WHEN (line).kind IN ('enum', 'linear') THEN NULL
                      WHEN (line).op IN ('between', 'in', 'notin', 'overlaps', 'contains', 'disjoint')
                        THEN equity_internal.read_words((line).value, p.place)
                      ELSE equity_internal.read_word((line).value, p.place)
                    END,
           'than', (line).than,
           'upper', (line).upper,
           'low', CASE WHEN (line).kind <> 'band' THEN (line).low END,
           'high', CASE WHEN (line).kind <> 'band' THEN (line).high END,
           'points', CASE WHEN (line).kind NOT IN ('band', 'linear', 'enum') THEN (line).points END,
           'coef', (line).coef,
           'otherwise', (line).otherwise,
           'group', (line).gate_group,
           'missing', CASE (line).missing
                        WHEN 'points' THEN jsonb_build_object('points', (line).missing_points)
                        ELSE to_jsonb((line).missing)
                      END,
           'min', (line).minimum,
           'max', (line).maximum,
           'members', equity_internal.read_names((line).members, p.place),
           'fn', (line).fn,
           'reason', (line).reason))
    FROM (SELECT format('criterion "%s" at position %s', (line).criterion, (line).position) AS place) AS p;
END;

COMMENT ON FUNCTION equity_internal.criterion_keys(equity.criterion) IS
  'What a row says of its whole criterion, as the keys of the scorecard''s JSON. Errors as equity_internal.read_word.';

CREATE FUNCTION equity_internal.criterion_parts(card_code text, version integer)
  RETURNS TABLE (criterion text, kind text, "position" integer, parts jsonb)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.criterion,
         c.kind,
         min(c.position),
         CASE c.kind
           WHEN 'band' THEN jsonb_build_object('bands',
             jsonb_agg(jsonb_build_array(c.low, c.high, c.points) ORDER BY c.position))
           WHEN 'linear' THEN jsonb_build_object('points',
             jsonb_agg(jsonb_build_array(equity_internal.read_word(c.value, format('criterion "%s" at position %s', c.criterion, c.position)),
                                         c.points) ORDER BY c.position) FILTER (WHERE c.kind = 'linear'))
           WHEN 'enum' THEN jsonb_build_object('points',
             jsonb_object_agg(equity_internal.read_word(c.value, format('criterion "%s" at position %s', c.criterion, c.position)) #>> '{}',
                              c.points) FILTER (WHERE c.kind = 'enum'))
           ELSE '{}'
         END
    FROM equity.criterion AS c
   WHERE c.card_code = criterion_parts.card_code
     AND c.version = criterion_parts.version
     AND c.kind <> 'class'
   GROUP BY c.criterion, c.kind, CASE WHEN c.kind NOT IN ('band', 'linear', 'enum') THEN c.position END;
END;

COMMENT ON FUNCTION equity_internal.criterion_parts(text, integer) IS
  'Each criterion of a version with its ranges, points or values gathered from their rows, and the position of the first.';

CREATE FUNCTION equity_internal.criterion_conflicts(card_code text, version integer)
  RETURNS TABLE (criterion text, problem text, "values" text, hint text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.criterion,
         format('its rows differ in "%s"', k.key),
         string_agg(DISTINCT k.value::text, ', '),
         'What rows say of their whole criterion stands on one of them, or the same on several.'
    FROM equity.criterion AS c
   CROSS JOIN LATERAL jsonb_each(equity_internal.criterion_keys(c)) AS k
   WHERE c.card_code = criterion_conflicts.card_code
     AND c.version = criterion_conflicts.version
     AND c.kind IN ('band', 'linear', 'enum')
   GROUP BY c.criterion, c.kind, k.key
  HAVING count(DISTINCT k.value) > 1
  UNION ALL
  SELECT c.criterion,
         'duplicate value',
         min(c.value),
         'Keep one of the rows.'
    FROM equity.criterion AS c
   WHERE c.card_code = criterion_conflicts.card_code
     AND c.version = criterion_conflicts.version
     AND c.kind = 'enum'
   GROUP BY c.criterion, equity_internal.read_word(c.value, format('criterion "%s"', c.criterion)) #>> '{}'
  HAVING count(*) > 1
  UNION ALL
  SELECT k.criterion,
         'its rows differ in "kind"',
         string_agg(format('%s at position %s', k.kind, k."position"), ', ' ORDER BY k."position"),
         'All rows of a criterion have the same kind; another criterion has another code.'
    FROM (SELECT c.criterion, c.kind, min(c.position) AS "position"
            FROM equity.criterion AS c
           WHERE c.card_code = criterion_conflicts.card_code
             AND c.version = criterion_conflicts.version
             AND c.kind <> 'class'
           GROUP BY c.criterion, c.kind) AS k
   GROUP BY k.criterion
  HAVING count(*) > 1;
END;

COMMENT ON FUNCTION equity_internal.criterion_conflicts(text, integer) IS
  'Where the rows of one criterion of a version contradict each other, and what to do; no rows when they agree.';

CREATE FUNCTION equity_internal.kind_cells(kind text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_to_array(
           CASE kind
             WHEN 'gate' THEN 'field op value than gate_group missing missing_points reason'
             WHEN 'band' THEN 'field low high upper points otherwise missing missing_points reason'
             WHEN 'linear' THEN 'field value points missing missing_points reason'
             WHEN 'enum' THEN 'field value points otherwise missing missing_points reason'
             WHEN 'coef' THEN 'field coef minimum maximum missing missing_points reason'
             WHEN 'const' THEN 'points'
             WHEN 'section' THEN 'members minimum maximum'
             WHEN 'derive' THEN 'field fn'
             WHEN 'class' THEN 'low high'
           END, ' ');
END;

COMMENT ON FUNCTION equity_internal.kind_cells(text) IS
  'The columns of equity.criterion that a kind of criterion uses; all others but its labels are empty.';

CREATE FUNCTION equity_internal.stray_cells(card_code text, version integer)
  RETURNS TABLE ("position" integer, criterion text, kind text, cell text, value text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT c.position, c.criterion, c.kind, e.key, e.value
    FROM equity.criterion AS c
   CROSS JOIN LATERAL jsonb_each_text(to_jsonb(c)) AS e
   WHERE c.card_code = stray_cells.card_code
     AND c.version = stray_cells.version
     AND e.value IS NOT NULL
     AND e.key IN ('field', 'op', 'value', 'than', 'low', 'high', 'upper', 'points', 'coef', 'otherwise', 'gate_group',
                   'missing', 'missing_points', 'minimum', 'maximum', 'members', 'fn', 'reason')
     AND e.key <> ALL (equity_internal.kind_cells(c.kind));
END;

COMMENT ON FUNCTION equity_internal.stray_cells(text, integer) IS
  'The cells of a version''s rows that their kind does not use, and that should be empty.';

CREATE FUNCTION equity_internal.require_consistent_rows(head equity.scorecard_version) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  conflict record;
  stray record;
BEGIN
  SELECT c.* INTO conflict
    FROM equity_internal.criterion_conflicts(head.card_code, head.version) AS c
   ORDER BY c.criterion COLLATE "C", c.problem <> 'its rows differ in "kind"', c.problem COLLATE "C"
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('criterion "%s": %s', conflict.criterion, conflict.problem),
      DETAIL = format('Scorecard "%s" version %s has: %s.', head.card_code, head.version, left(conflict."values", 200)),
      HINT = conflict.hint;
  END IF;
  SELECT s.* INTO stray
    FROM equity_internal.stray_cells(head.card_code, head.version) AS s
   ORDER BY s.position, s.cell COLLATE "C"
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('criterion "%s" at position %s: kind %s has nothing in column "%s"',
                       stray.criterion, stray.position, stray.kind, stray.cell),
      DETAIL = format('Scorecard "%s" version %s; the cell has: %s', head.card_code, head.version, equity_internal.excerpt(stray.value)),
      HINT = format('Leave the cell empty. Kind %s uses the columns %s.',
                    stray.kind, array_to_string(equity_internal.kind_cells(stray.kind), ', '));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_consistent_rows(equity.scorecard_version) IS
  'Raises 22023 when rows of one criterion contradict each other, or a cell is filled that its kind does not use.';

--- Errors: P0002 no such version; 55000 it has no rows; 22023 rows of a criterion that
--- differ, a cell that its kind does not know or that cannot be read, and all that type
--- scorecard refuses, with the name of the criterion.
CREATE FUNCTION equity.card_from_rows(card_code text, version integer) RETURNS equity.scorecard
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  head equity.scorecard_version;
  written record;
  criteria jsonb;
  classes jsonb;
BEGIN
  SELECT v.* INTO head
    FROM equity.scorecard_version AS v
   WHERE v.card_code = card_from_rows.card_code
     AND v.version = card_from_rows.version;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('scorecard "%s" has no version %s', equity_internal.excerpt(card_from_rows.card_code), coalesce(card_from_rows.version::text, 'NULL')),
      HINT = 'The versions are in equity.scorecard_version.';
  END IF;
  SELECT h.* INTO written FROM equity.scorecard_header(head.card) AS h;
  PERFORM equity_internal.require_consistent_rows(head);
  SELECT jsonb_agg(k.keys || p.parts ORDER BY p.position) INTO criteria
    FROM equity_internal.criterion_parts(head.card_code, head.version) AS p
   CROSS JOIN LATERAL (SELECT jsonb_object_agg(e.key, e.value) AS keys
                         FROM equity.criterion AS c
                        CROSS JOIN LATERAL jsonb_each(equity_internal.criterion_keys(c)) AS e
                        WHERE c.card_code = head.card_code
                          AND c.version = head.version
                          AND c.criterion = p.criterion
                          AND c.kind = p.kind
                          AND (c.kind IN ('band', 'linear', 'enum') OR c.position = p.position)) AS k;
  IF criteria IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('scorecard "%s" version %s has no rows', head.card_code, head.version),
      HINT = 'Fill equity.criterion, for example by COPY or with equity.scorecard_rows(card).';
  END IF;

  SELECT jsonb_agg(jsonb_build_array(c.low, c.high, c.criterion) ORDER BY c.position) INTO classes
    FROM equity.criterion AS c
   WHERE c.card_code = head.card_code
     AND c.version = head.version
     AND c.kind = 'class';
  RETURN (jsonb_strip_nulls(jsonb_build_object('code', head.card_code, 'scale', coalesce(head.scale, written.scale),
                                               'rounding', coalesce(head.rounding, written.rounding), 'as_of', coalesce(head.as_of, written.as_of)))
          || jsonb_build_object('criteria', criteria)
          || CASE WHEN classes IS NULL THEN '{}' ELSE jsonb_build_object('classes', classes) END)::text::equity.scorecard;
END;
$$;

COMMENT ON FUNCTION equity.card_from_rows(text, integer) IS
  'The scorecard that the rows of a version in equity.criterion make, with scale, rounding and as_of of equity.scorecard_version (or where they are NULL, of its card, if it has one), whether sealed or not. Reads the registry.';

-- Card to rows

CREATE FUNCTION equity.scorecard_header(
  card equity.scorecard,
  OUT card_code text,
  OUT scale smallint,
  OUT rounding text,
  OUT as_of date
)
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT j.card ->> 'code',
         coalesce((j.card ->> 'scale')::smallint, 4::smallint),
         coalesce(j.card ->> 'rounding', 'half_up'),
         make_date(split_part(j.card ->> 'as_of', '-', 1)::integer,
                   split_part(j.card ->> 'as_of', '-', 2)::integer,
                   split_part(j.card ->> 'as_of', '-', 3)::integer)
    FROM (SELECT card::text::json AS card) AS j;
END;

COMMENT ON FUNCTION equity.scorecard_header(equity.scorecard) IS
  'What a scorecard says of itself as a whole: code, scale and rounding with their defaults, and as_of or NULL; what equity.scorecard_version holds beside the rows.';

--- Labels, words of values, legal references and sensitive are no part of a card.
CREATE FUNCTION equity.scorecard_rows(card equity.scorecard, version integer DEFAULT 1) RETURNS SETOF equity.criterion
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  ROWS 40
AS $$
BEGIN
  RETURN QUERY
  WITH part AS (
    WITH whole AS (
      SELECT card::text::json AS card
    ), element AS (
      -- head is what every row repeats, so it must not hold what becomes a row each
      SELECT e.n, e.rule, e.rule ->> 'kind' AS kind, e.rule::jsonb - '{bands,points,value}'::text[] AS head
        FROM whole AS w
       CROSS JOIN LATERAL json_array_elements(w.card -> 'criteria') WITH ORDINALITY AS e (rule, n)
    )
    SELECT e.n, b.m, e.head AS rule, NULL::text AS value,
           (b.band ->> 0)::numeric AS low, (b.band ->> 1)::numeric AS high, (b.band ->> 2)::numeric AS points
      FROM element AS e
     CROSS JOIN LATERAL json_array_elements(CASE WHEN e.kind = 'band' THEN e.rule -> 'bands' END) WITH ORDINALITY AS b (band, m)
    UNION ALL
    SELECT e.n, p.m, e.head, p.point ->> 0, NULL, NULL, (p.point ->> 1)::numeric
      FROM element AS e
     CROSS JOIN LATERAL json_array_elements(CASE WHEN e.kind = 'linear' THEN e.rule -> 'points' END) WITH ORDINALITY AS p (point, m)
    UNION ALL
    SELECT e.n, v.m, e.head, equity_internal.write_word(to_jsonb(v.key), true), NULL, NULL, (v.points #>> '{}')::numeric
      FROM element AS e
     CROSS JOIN LATERAL json_each(CASE WHEN e.kind = 'enum' THEN e.rule -> 'points' END) WITH ORDINALITY AS v (key, points, m)
    UNION ALL
    SELECT e.n, 1, e.head,
           CASE json_typeof(e.rule -> 'value')
             WHEN 'array' THEN equity_internal.write_words((e.rule -> 'value')::jsonb, false)
             ELSE equity_internal.write_word((e.rule -> 'value')::jsonb, false)
           END,
           NULL, NULL, CASE WHEN e.kind = 'const' THEN (e.rule ->> 'points')::numeric END
      FROM element AS e
     WHERE e.kind NOT IN ('band', 'linear', 'enum')
    UNION ALL
    SELECT 1000000, c.m, jsonb_build_object('code', c.class ->> 2, 'kind', 'class'), NULL,
           (c.class ->> 0)::numeric, (c.class ->> 1)::numeric, NULL
      FROM whole AS w
     CROSS JOIN LATERAL json_array_elements(w.card -> 'classes') WITH ORDINALITY AS c (class, m)
  )
  SELECT h.card_code,
         scorecard_rows.version,
         row_number() OVER (ORDER BY p.n, p.m)::integer,
         p.rule ->> 'code',
         p.rule ->> 'kind',
         coalesce(p.rule ->> 'field', equity_internal.write_words(p.rule -> 'fields', true)),
         p.rule ->> 'op',
         p.value,
         p.rule ->> 'than',
         p.low,
         p.high,
         (p.rule -> 'upper')::boolean,
         p.points,
         (p.rule ->> 'coef')::numeric,
         CASE WHEN p.m = 1 THEN (p.rule ->> 'otherwise')::numeric END,
         p.rule ->> 'group',
         CASE WHEN p.m = 1 THEN CASE jsonb_typeof(p.rule -> 'missing') WHEN 'object' THEN 'points' ELSE p.rule ->> 'missing' END END,
         CASE WHEN p.m = 1 AND jsonb_typeof(p.rule -> 'missing') = 'object' THEN (p.rule #>> '{missing,points}')::numeric END,
         (p.rule ->> 'min')::numeric,
         (p.rule ->> 'max')::numeric,
         equity_internal.write_words(p.rule -> 'members', true),
         p.rule ->> 'fn',
         CASE WHEN p.m = 1 THEN p.rule ->> 'reason' END,
         NULL::text,
         NULL::text,
         NULL::text,
         NULL::text,
         NULL::text,
         false
    FROM part AS p
   CROSS JOIN equity.scorecard_header(card) AS h
   ORDER BY p.n, p.m;
END;
$$;

COMMENT ON FUNCTION equity.scorecard_rows(equity.scorecard, integer) IS
  'The rows of equity.criterion that make a scorecard, as the given version of its code: INSERT INTO equity.criterion SELECT * FROM equity.scorecard_rows(card, 1). equity.card_from_rows() of them is the same card again.';
