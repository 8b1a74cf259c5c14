-- Next year's round from one that there is: what was announced, without what happened.

CREATE FUNCTION equity_internal.require_new_code(new_code text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.require_words(
    new_code, 'a round needs a code',
    'Give the new round a code that no round has, for example 2567/1.');
  IF EXISTS (SELECT FROM equity.round AS r WHERE r.round_code = new_code) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'unique_violation',
      MESSAGE = format('round "%s" exists already', equity_internal.excerpt(new_code)),
      HINT = 'The codes are in equity.round.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_new_code(text) IS
  'Errors 22023 for a blank code, 23505 for one that a round has.';

-- The call after the last of that year; the dates as many years later as the rounds are apart.
CREATE FUNCTION equity_internal.copy_round_row(source equity.round, new_code text, academic_year integer) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  INSERT INTO equity.round (round_code, academic_year, call_number, name_th, name_en, opens_at, closes_at, offer_days, mechanism, tie_break, tie_field)
  SELECT new_code, copy_round_row.academic_year,
         (SELECT coalesce(max(r.call_number), 0) + 1 FROM equity.round AS r WHERE r.academic_year = copy_round_row.academic_year),
         source.name_th, source.name_en,
         CASE WHEN s.years > 0 THEN source.opens_at + s.years * interval '1 year' END,
         CASE WHEN s.years > 0 THEN source.closes_at + s.years * interval '1 year' END,
         source.offer_days, source.mechanism, source.tie_break, source.tie_field
    FROM (SELECT copy_round_row.academic_year - source.academic_year AS years) AS s
  RETURNING round_id;
END;

COMMENT ON FUNCTION equity_internal.copy_round_row(equity.round, text, integer) IS
  'The row of a draft round with the terms of another, without seed and results.';

-- Ids are drawn beforehand, so that what points to a ceiling or a pool can be written in one go.
CREATE FUNCTION equity_internal.copy_seats(from_id bigint, to_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  caps jsonb := (SELECT coalesce(jsonb_object_agg(c.cap_id, nextval('equity.seat_cap_cap_id_seq')), '{}')
                   FROM equity.seat_cap AS c
                  WHERE c.round_id = from_id);
  pools jsonb := (SELECT coalesce(jsonb_object_agg(p.pool_id, nextval('equity.seat_pool_pool_id_seq')), '{}')
                    FROM equity.seat_pool AS p
                   WHERE p.round_id = from_id);
BEGIN
  INSERT INTO equity.seat_cap
  SELECT n.*
    FROM equity.seat_cap AS c
   CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object('round_id', to_id, 'cap_id', caps -> c.cap_id::text,
                                                                  'parent_id', caps -> c.parent_id::text)) AS n
   WHERE c.round_id = from_id;
  INSERT INTO equity.seat_pool
  SELECT n.*
    FROM equity.seat_pool AS p
   CROSS JOIN LATERAL jsonb_populate_record(p, jsonb_build_object('round_id', to_id, 'pool_id', pools -> p.pool_id::text,
                                                                  'cap_id', caps -> p.cap_id::text)) AS n
   WHERE p.round_id = from_id;
  INSERT INTO equity.pool_reserve
  SELECT n.*
    FROM equity.pool_reserve AS v
    JOIN equity.seat_pool AS p ON p.pool_id = v.pool_id AND p.round_id = from_id
   CROSS JOIN LATERAL jsonb_populate_record(v, jsonb_build_object('pool_id', pools -> v.pool_id::text)) AS n;
END;
$$;

COMMENT ON FUNCTION equity_internal.copy_seats(bigint, bigint) IS
  'Copies ceilings, pools and reserves of a round to another, each with a number of its own.';

--- What comes along: names, days of an offer, mechanism, tie break and tie field; programmes with their quotas and the
--- cards as assigned; the limits of projects (`equity.seat_rule`), ceilings, pools and reserves. The dates are as many years later as
--- the academic year is; in the same year there are none. The call is the next of its year. There is no seed, no application and no result.
---
--- A card may not be valid any more on the new dates, and its `as_of` is that of the old round: `equity.copy_scorecard` makes the next version, and
--- `equity.round_gaps` tells what is amiss.
---
--- Errors: P0002 no such round; 22023 a blank code, or a year that is none of the Buddhist era or is earlier than that of the round;
--- 23505 a round has this code.
CREATE FUNCTION equity.copy_round(round_id bigint, new_code text, academic_year integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  source equity.round;
  new_id bigint;
  target text;
  broken text;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.copy_round(copy_round.round_id, copy_round.new_code, copy_round.academic_year);
  END IF;
  PERFORM equity_internal.require_operator('round');
  source := equity_internal.find_round(copy_round.round_id);
  PERFORM equity_internal.require_new_code(new_code);
  IF copy_round.academic_year BETWEEN source.academic_year AND 2700 IS NOT TRUE THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('academic year %s cannot follow that of round %s', coalesce(copy_round.academic_year::text, 'NULL'), source.round_id),
      DETAIL = format('The round is of academic year %s.', source.academic_year),
      HINT = 'Academic years are of the Buddhist era, at most 2700.';
  END IF;

  new_id := equity_internal.copy_round_row(source, new_code, copy_round.academic_year);
  INSERT INTO equity.round_programme
  SELECT n.*
    FROM equity.round_programme AS p
   CROSS JOIN LATERAL jsonb_populate_record(p, jsonb_build_object('round_id', new_id)) AS n
   WHERE p.round_id = source.round_id;
  INSERT INTO equity.seat_rule
  SELECT n.*
    FROM equity.seat_rule AS s
   CROSS JOIN LATERAL jsonb_populate_record(s, jsonb_build_object('round_id', new_id)) AS n
   WHERE s.round_id = source.round_id;
  PERFORM equity_internal.copy_seats(source.round_id, new_id);
  PERFORM equity.audit_append('copy_round', new_id, NULL, jsonb_build_object('from_round_id', source.round_id));
  RETURN new_id;
EXCEPTION
  WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS target = TABLE_NAME, broken = CONSTRAINT_NAME;
    IF broken <> '' THEN
      PERFORM equity_internal.refuse_taken_number(target, broken);
    END IF;
    RAISE;
END;
$$;

COMMENT ON FUNCTION equity.copy_round(bigint, text, integer) IS
  'Makes a draft round for another academic year, with the rules and seats of a round that there is, and returns its round_id. Reads the registry.';
