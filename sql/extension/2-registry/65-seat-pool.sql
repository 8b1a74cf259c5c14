-- The seats of a round: pools, ceilings over pools, and seats that a pool reserves for groups.

CREATE TABLE equity.seat_cap (
  cap_id bigint GENERATED ALWAYS AS IDENTITY,
  round_id bigint NOT NULL,
  cap_code text NOT NULL,
  name_th text NOT NULL,
  name_en text,
  seats integer NOT NULL,
  min_seats integer,
  parent_id bigint,
  CONSTRAINT seat_cap_pkey PRIMARY KEY (cap_id),
  CONSTRAINT seat_cap_in_round UNIQUE (round_id, cap_id),
  CONSTRAINT seat_cap_code_unique UNIQUE (round_id, cap_code),
  CONSTRAINT seat_cap_round_fkey FOREIGN KEY (round_id)
    REFERENCES equity.round (round_id),
  CONSTRAINT seat_cap_parent_fkey FOREIGN KEY (round_id, parent_id)
    REFERENCES equity.seat_cap (round_id, cap_id),
  CONSTRAINT seat_cap_code_not_empty CHECK (cap_code <> ''),
  CONSTRAINT seat_cap_seats_not_negative CHECK (seats >= 0),
  CONSTRAINT seat_cap_floor_in_range CHECK (min_seats BETWEEN 0 AND seats),
  CONSTRAINT seat_cap_not_its_own_parent CHECK (parent_id <> cap_id)
);

SELECT pg_catalog.pg_extension_config_dump('equity.seat_cap', '');
SELECT pg_catalog.pg_extension_config_dump('equity.seat_cap_cap_id_seq', '');

COMMENT ON TABLE equity.seat_cap IS
  'Ceilings (เพดานจำนวนทุน) over seat pools of a round: of an institution, a province, the nation. They make trees: each pool and each ceiling is under at most one.';
COMMENT ON COLUMN equity.seat_cap.cap_id IS
  'Key given by the database; it belongs to one round.';
COMMENT ON COLUMN equity.seat_cap.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.seat_cap.cap_code IS
  'Code that people use for the ceiling, unique in the round, for example province-50.';
COMMENT ON COLUMN equity.seat_cap.name_th IS
  'Thai name (ชื่อเพดาน).';
COMMENT ON COLUMN equity.seat_cap.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.seat_cap.seats IS
  'Most persons admitted to all pools below it together (จำนวนสูงสุด), 0 or more.';
COMMENT ON COLUMN equity.seat_cap.min_seats IS
  'Floor (จำนวนขั้นต่ำ): with fewer persons than this, but not none, the pools below it close; 0 to seats. NULL: no floor.';
COMMENT ON COLUMN equity.seat_cap.parent_id IS
  'The ceiling above it, of the same round; NULL at the top. No ceiling may be above itself (equity.round_gaps).';

CREATE TABLE equity.seat_pool (
  pool_id bigint GENERATED ALWAYS AS IDENTITY,
  round_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_id bigint NOT NULL,
  field_code text NOT NULL,
  grant_type text NOT NULL,
  seats integer NOT NULL,
  min_seats integer,
  cap_id bigint,
  CONSTRAINT seat_pool_pkey PRIMARY KEY (pool_id),
  CONSTRAINT seat_pool_in_round UNIQUE (round_id, pool_id),
  CONSTRAINT seat_pool_one_of_a_kind
    UNIQUE (round_id, programme_code, institution_id, field_code, grant_type),
  CONSTRAINT seat_pool_round_programme_fkey FOREIGN KEY (round_id, programme_code)
    REFERENCES equity.round_programme (round_id, programme_code),
  CONSTRAINT seat_pool_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT seat_pool_field_fkey FOREIGN KEY (field_code)
    REFERENCES equity.field_of_study (field_code),
  CONSTRAINT seat_pool_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT seat_pool_cap_fkey FOREIGN KEY (round_id, cap_id)
    REFERENCES equity.seat_cap (round_id, cap_id),
  CONSTRAINT seat_pool_seats_not_negative CHECK (seats >= 0),
  CONSTRAINT seat_pool_floor_in_range CHECK (min_seats BETWEEN 0 AND seats)
);

SELECT pg_catalog.pg_extension_config_dump('equity.seat_pool', '');
SELECT pg_catalog.pg_extension_config_dump('equity.seat_pool_pool_id_seq', '');

COMMENT ON TABLE equity.seat_pool IS
  'Pools of seats: what applicants choose among, one an institution, field of study and grant type of a programme in a round.';
COMMENT ON COLUMN equity.seat_pool.pool_id IS
  'Key given by the database; it belongs to one round.';
COMMENT ON COLUMN equity.seat_pool.round_id IS
  'The round (รอบ).';
COMMENT ON COLUMN equity.seat_pool.programme_code IS
  'The programme (โครงการ) that pays; the round must serve it.';
COMMENT ON COLUMN equity.seat_pool.institution_id IS
  'The institution (สถานศึกษา).';
COMMENT ON COLUMN equity.seat_pool.field_code IS
  'The field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.seat_pool.grant_type IS
  'The kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.seat_pool.seats IS
  'Number of seats (จำนวนที่นั่ง), persons, 0 or more; reserved seats (equity.pool_reserve) are among them.';
COMMENT ON COLUMN equity.seat_pool.min_seats IS
  'Floor (จำนวนขั้นต่ำ): with fewer persons than this, but not none, the pool closes and they go on down their lists; 0 to seats. NULL: no floor.';
COMMENT ON COLUMN equity.seat_pool.cap_id IS
  'The ceiling (equity.seat_cap) that the pool is under, of the same round; NULL when under none.';

CREATE FUNCTION equity_internal.cascade_valid(cascade text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(array_ndims(cascade_valid.cascade), 1) = 1
         AND count(*) = count(DISTINCT c.entry)
         AND count(*) FILTER (WHERE c.entry = 'open' OR c.entry = '') = 0
         AND coalesce(max(c.place) FILTER (WHERE c.entry = '*'), count(*)) = count(*)
    FROM unnest(cascade_valid.cascade) WITH ORDINALITY AS c (entry, place);
END;

COMMENT ON FUNCTION equity_internal.cascade_valid(text[]) IS
  'Check of equity.pool_reserve: whether a cascade is a plain list of different groups, none NULL or empty, with * at most at its end.';

CREATE TABLE equity.pool_reserve (
  pool_id bigint NOT NULL,
  reserve text NOT NULL,
  seats integer NOT NULL,
  mode text NOT NULL DEFAULT 'after_open',
  cascade text[] NOT NULL DEFAULT '{*}',
  position integer,
  CONSTRAINT pool_reserve_pkey PRIMARY KEY (pool_id, reserve),
  CONSTRAINT pool_reserve_pool_fkey FOREIGN KEY (pool_id)
    REFERENCES equity.seat_pool (pool_id),
  CONSTRAINT pool_reserve_is_a_group CHECK (reserve NOT IN ('', 'open', '*')),
  CONSTRAINT pool_reserve_seats_not_negative CHECK (seats >= 0),
  CONSTRAINT pool_reserve_mode_known CHECK (mode IN ('after_open', 'before_open')),
  CONSTRAINT pool_reserve_cascade_valid CHECK (equity_internal.cascade_valid(cascade))
);

SELECT pg_catalog.pg_extension_config_dump('equity.pool_reserve', '');

COMMENT ON TABLE equity.pool_reserve IS
  'Seats that a pool reserves for a group (ที่นั่งสำรองสำหรับกลุ่ม), one row a group. Who belongs to a group is in equity.reserve_member.';
COMMENT ON COLUMN equity.pool_reserve.pool_id IS
  'The seat pool.';
COMMENT ON COLUMN equity.pool_reserve.reserve IS
  'The group, and the name of its seats: a code of equity.need_group, or welfare_card, disability_registered, female, male, or province_ and two digits (home province).';
COMMENT ON COLUMN equity.pool_reserve.seats IS
  'Seats reserved of those of the pool, 0 or more.';
COMMENT ON COLUMN equity.pool_reserve.mode IS
  'after_open: open seats are asked for first, so that members who win one leave the reserve to others (over and above); before_open: reserved seats first (a minimum guarantee).';
COMMENT ON COLUMN equity.pool_reserve.cascade IS
  'Who may take reserved seats that the group leaves, in this order: other groups, and * for anybody, which can only be last. {} keeps them empty.';
COMMENT ON COLUMN equity.pool_reserve.position IS
  'Order among the pool''s reserves of one mode, smaller first; NULL last; equal ones in byte order of their names.';
