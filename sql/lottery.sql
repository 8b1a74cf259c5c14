-- lottery: the first 63 bits of HMAC-SHA256(seed, id); commitment: the SHA-256 of the seed.
\set SHOW_CONTEXT never

-- computed with: printf %s MESSAGE | openssl dgst -sha256 -hmac SEED, the first 16 hex digits, shifted right by one bit
CREATE TABLE openssl (seed text, id bigint, pool_id bigint, number bigint);
INSERT INTO openssl VALUES
  ('Jefe', 0, NULL, 467681686769200261),
  ('Jefe', 1, NULL, 6189843123504418594),
  ('walk-seed', 42, NULL, 1271501626211631015),
  ('walk-seed', -1, NULL, 8573589707598996293),
  ('walk-seed', 9223372036854775807, NULL, 5288882232176711445),
  ('walk-seed', -9223372036854775808, NULL, 4195458841242476407),
  ('walk-seed', 7, 3, 3076592580557196319),
  ('walk-seed', -7, -3, 6271408858672658543),
  ('walk-seed', 9223372036854775807, 9223372036854775807, 9043594309484876058),
  ('เมล็ดพันธุ์ 2566', 1, NULL, 9048773120177704074),
  ('เมล็ดพันธุ์ 2566', 7, 3, 7893866516710705098),
  ('é', 1, NULL, 9150442025407241321),
  (' ', 1, NULL, 2035800452999165204),
  -- a key of 64 bytes is the longest that is not hashed first
  (repeat('a', 64), 1, NULL, 2120211554859547753),
  (repeat('a', 65), 1, NULL, 6140265875380252004),
  (repeat('k', 131), 1, NULL, 7279910333672672904),
  (repeat('k', 131), 7, 3, 7695015700240964281);
SELECT left(seed, 20) AS seed, id, pool_id, number, drawn
  FROM openssl,
       LATERAL (SELECT CASE WHEN pool_id IS NULL THEN equity.lottery(seed, id)
                            ELSE equity.lottery(seed, id, pool_id) END AS drawn) AS d
 WHERE drawn IS DISTINCT FROM number;

-- HMAC from its definition (RFC 2104), over the server's SHA-256
CREATE FUNCTION hmac_sha256(message bytea, secret bytea) RETURNS bytea LANGUAGE sql AS $$
  WITH k AS (
    SELECT CASE WHEN length(secret) > 64 THEN sha256(secret) ELSE secret END AS key
  ), p AS (
    SELECT string_agg(set_byte('\x00', 0, CASE WHEN i < length(key) THEN get_byte(key, i) ELSE 0 END # 54), ''
                      ORDER BY i) AS inner_pad,
           string_agg(set_byte('\x00', 0, CASE WHEN i < length(key) THEN get_byte(key, i) ELSE 0 END # 92), ''
                      ORDER BY i) AS outer_pad
      FROM k, generate_series(0, 63) AS i
  )
  SELECT sha256(outer_pad || sha256(inner_pad || message))
    FROM p
$$;
-- the test cases of RFC 4231 show that it is HMAC
SELECT test_case, encode(hmac_sha256(message, secret), 'hex') = expected AS right
  FROM (VALUES (1, decode(repeat('0b', 20), 'hex'), 'Hi There'::bytea,
                'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'),
               (2, 'Jefe', 'what do ya want for nothing?',
                '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'),
               (3, decode(repeat('aa', 20), 'hex'), decode(repeat('dd', 50), 'hex'),
                '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'),
               (6, decode(repeat('aa', 131), 'hex'), 'Test Using Larger Than Block-Size Key - Hash Key First',
                '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'))
         AS v (test_case, secret, message, expected);
-- and lottery is its first 63 bits
SELECT count(*) AS draws,
       count(*) FILTER (WHERE equity.lottery(seed, id)
                          = (('x' || encode(substr(hmac_sha256(id::text::bytea, convert_to(seed, 'UTF8')), 1,
                                                   8),
                                            'hex'))::bit(64) >> 1)::bigint) AS same,
       count(*) FILTER (
         WHERE equity.lottery(seed, id, id % 7)
           = (('x' || encode(substr(hmac_sha256((id || '/' || id % 7)::bytea, convert_to(seed, 'UTF8')), 1,
                                    8),
                             'hex'))::bit(64) >> 1)::bigint) AS same_in_pool
  FROM unnest(ARRAY['', 's', 'รอบ ๑', repeat('0123456789', 20)]) AS seed,
       (SELECT i * i * i - 1000 AS id FROM generate_series(0, 60) AS i) AS ids;

-- numbers are not negative, differ, and favour nobody: each half of the ids has half of the smallest
SELECT count(*), count(DISTINCT number) AS different, bool_and(number >= 0) AS not_negative,
       count(*) FILTER (WHERE id <= 5000 AND place <= 5000) BETWEEN 2300 AND 2700 AS fair
  FROM (SELECT id, number, row_number() OVER (ORDER BY number) AS place
          FROM (SELECT id, equity.lottery('fair', id) AS number FROM generate_series(1, 10000) AS id) AS n) AS p;

-- the commitment is the SHA-256 of the seed in UTF-8, in hex
SELECT equity.commitment('abc') AS "FIPS 180-4";
SELECT equity.commitment('') AS empty;
SELECT equity.commitment('เมล็ดพันธุ์ 2566')
         = '4bc3856665f25e5571f6aed34a3e6f1a135f1c72ab40115563b0752cea79c5eb' AS thai;
SELECT count(*) AS seeds,
       count(*) FILTER (WHERE equity.commitment(seed)
                          = encode(sha256(convert_to(seed, 'UTF8')), 'hex')) AS same
  FROM (SELECT repeat('ก', i) || i AS seed FROM generate_series(0, 200) AS i) AS s;

-- nothing of nothing
SELECT equity.lottery(NULL, 1) IS NULL
       AND equity.lottery('s', NULL) IS NULL
       AND equity.lottery('s', 1, NULL) IS NULL
       AND equity.commitment(NULL) IS NULL AS nulls;

DROP TABLE openssl;
DROP FUNCTION hmac_sha256(bytea, bytea);
