-- Head counts from outside, and how sure a rate is: what rates of coverage are reckoned with.

--- No row is shipped.
CREATE TABLE equity.reference_population (
  academic_year smallint NOT NULL,
  dimension text NOT NULL,
  category text NOT NULL,
  persons bigint NOT NULL,
  source text NOT NULL,
  CONSTRAINT reference_population_pkey PRIMARY KEY (academic_year, dimension, category),
  CONSTRAINT reference_population_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT reference_population_dimension_known CHECK (
    dimension IN ('whole', 'province', 'sex', 'disability', 'group', 'poverty_quintile')),
  CONSTRAINT reference_population_persons_not_negative CHECK (persons >= 0),
  CONSTRAINT reference_population_source_not_empty CHECK (source <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.reference_population', '');

COMMENT ON TABLE equity.reference_population IS
  'How many young people could apply (ประชากรกลุ่มเป้าหมาย), counted outside this system, for example those found poor in each province. Rates of application and coverage need it; without a row they are NULL.';
COMMENT ON COLUMN equity.reference_population.academic_year IS
  'Academic year (ปีการศึกษา) that the count stands for, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.reference_population.dimension IS
  'What is counted by, as in equity.equity_gap: whole, province, sex, disability, group or poverty_quintile.';
COMMENT ON COLUMN equity.reference_population.category IS
  'Category in that dimension, as in equity.equity_gap, for example a province_code; whole has the one category all.';
COMMENT ON COLUMN equity.reference_population.persons IS
  'Number of persons, 0 or more.';
COMMENT ON COLUMN equity.reference_population.source IS
  'Where the count comes from.';
