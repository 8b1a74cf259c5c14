-- Geography: provinces, and the regions that one or another scheme puts them in.

CREATE TABLE equity.region (
  scheme text NOT NULL,
  region_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT region_pkey PRIMARY KEY (scheme, region_code),
  CONSTRAINT region_scheme_is_code CHECK (scheme ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT region_code_is_code CHECK (region_code ~ '^[a-z0-9][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.region', 'WHERE NOT shipped');

COMMENT ON TABLE equity.region IS
  'Regions (ภูมิภาค) of a scheme. Offices divide the country in different ways, so a region belongs to a named scheme.';
COMMENT ON COLUMN equity.region.scheme IS
  'Name of the division of the country, lower-case code; six_region is the six geographical regions.';
COMMENT ON COLUMN equity.region.region_code IS
  'Code of the region within its scheme, lower case, for example northeast.';
COMMENT ON COLUMN equity.region.name_th IS
  'Thai name (ชื่อภูมิภาค).';
COMMENT ON COLUMN equity.region.name_en IS
  'English name.';
COMMENT ON COLUMN equity.region.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

CREATE TABLE equity.province (
  province_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT province_pkey PRIMARY KEY (province_code),
  CONSTRAINT province_code_two_digits CHECK (province_code ~ '^[0-9]{2}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.province', 'WHERE NOT shipped');

COMMENT ON TABLE equity.province IS
  'Provinces (จังหวัด) of Thailand, 77 as shipped, Bangkok included.';
COMMENT ON COLUMN equity.province.province_code IS
  'Code of the ministry of interior (รหัสจังหวัด), two digits, 10 to 96; ISO 3166-2 is TH- and the same digits.';
COMMENT ON COLUMN equity.province.name_th IS
  'Thai name without the word จังหวัด.';
COMMENT ON COLUMN equity.province.name_en IS
  'English name, in the spelling of the Royal Thai General System of Transcription or in common use.';
COMMENT ON COLUMN equity.province.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

CREATE TABLE equity.region_province (
  scheme text NOT NULL,
  province_code text NOT NULL,
  region_code text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT region_province_pkey PRIMARY KEY (scheme, province_code),
  CONSTRAINT region_province_region_fkey FOREIGN KEY (scheme, region_code)
    REFERENCES equity.region (scheme, region_code),
  CONSTRAINT region_province_province_fkey FOREIGN KEY (province_code)
    REFERENCES equity.province (province_code)
);

SELECT pg_catalog.pg_extension_config_dump('equity.region_province', 'WHERE NOT shipped');

COMMENT ON TABLE equity.region_province IS
  'Which region each province is in, one row for each scheme and province.';
COMMENT ON COLUMN equity.region_province.scheme IS
  'Scheme of the region, as in equity.region.';
COMMENT ON COLUMN equity.region_province.province_code IS
  'Province (จังหวัด), as in equity.province.';
COMMENT ON COLUMN equity.region_province.region_code IS
  'Region of the province in this scheme, as in equity.region.';
COMMENT ON COLUMN equity.region_province.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.region (scheme, region_code, name_th, name_en, shipped) VALUES
  ('six_region', 'north', 'ภาคเหนือ', 'Northern', true),
  ('six_region', 'central', 'ภาคกลาง', 'Central', true),
  ('six_region', 'northeast', 'ภาคตะวันออกเฉียงเหนือ', 'Northeastern', true),
  ('six_region', 'west', 'ภาคตะวันตก', 'Western', true),
  ('six_region', 'east', 'ภาคตะวันออก', 'Eastern', true),
  ('six_region', 'south', 'ภาคใต้', 'Southern', true);

INSERT INTO equity.province (province_code, name_th, name_en, shipped) VALUES
  ('10', 'กรุงเทพมหานคร', 'Bangkok', true),
  ('11', 'สมุทรปราการ', 'Samut Prakan', true),
  ('12', 'นนทบุรี', 'Nonthaburi', true),
  ('13', 'ปทุมธานี', 'Pathum Thani', true),
  ('14', 'พระนครศรีอยุธยา', 'Phra Nakhon Si Ayutthaya', true),
  ('15', 'อ่างทอง', 'Ang Thong', true),
  ('16', 'ลพบุรี', 'Lopburi', true),
  ('17', 'สิงห์บุรี', 'Sing Buri', true),
  ('18', 'ชัยนาท', 'Chai Nat', true),
  ('19', 'สระบุรี', 'Saraburi', true),
  ('20', 'ชลบุรี', 'Chon Buri', true),
  ('21', 'ระยอง', 'Rayong', true),
  ('22', 'จันทบุรี', 'Chanthaburi', true),
  ('23', 'ตราด', 'Trat', true),
  ('24', 'ฉะเชิงเทรา', 'Chachoengsao', true),
  ('25', 'ปราจีนบุรี', 'Prachin Buri', true),
  ('26', 'นครนายก', 'Nakhon Nayok', true),
  ('27', 'สระแก้ว', 'Sa Kaeo', true),
  ('30', 'นครราชสีมา', 'Nakhon Ratchasima', true),
  ('31', 'บุรีรัมย์', 'Buri Ram', true),
  ('32', 'สุรินทร์', 'Surin', true),
  ('33', 'ศรีสะเกษ', 'Si Sa Ket', true),
  ('34', 'อุบลราชธานี', 'Ubon Ratchathani', true),
  ('35', 'ยโสธร', 'Yasothon', true),
  ('36', 'ชัยภูมิ', 'Chaiyaphum', true),
  ('37', 'อำนาจเจริญ', 'Amnat Charoen', true),
  ('38', 'บึงกาฬ', 'Bueng Kan', true),
  ('39', 'หนองบัวลำภู', 'Nong Bua Lam Phu', true),
  ('40', 'ขอนแก่น', 'Khon Kaen', true),
  ('41', 'อุดรธานี', 'Udon Thani', true),
  ('42', 'เลย', 'Loei', true),
  ('43', 'หนองคาย', 'Nong Khai', true),
  ('44', 'มหาสารคาม', 'Maha Sarakham', true),
  ('45', 'ร้อยเอ็ด', 'Roi Et', true),
  ('46', 'กาฬสินธุ์', 'Kalasin', true),
  ('47', 'สกลนคร', 'Sakon Nakhon', true),
  ('48', 'นครพนม', 'Nakhon Phanom', true),
  ('49', 'มุกดาหาร', 'Mukdahan', true),
  ('50', 'เชียงใหม่', 'Chiang Mai', true),
  ('51', 'ลำพูน', 'Lamphun', true),
  ('52', 'ลำปาง', 'Lampang', true),
  ('53', 'อุตรดิตถ์', 'Uttaradit', true),
  ('54', 'แพร่', 'Phrae', true),
  ('55', 'น่าน', 'Nan', true),
  ('56', 'พะเยา', 'Phayao', true),
  ('57', 'เชียงราย', 'Chiang Rai', true),
  ('58', 'แม่ฮ่องสอน', 'Mae Hong Son', true),
  ('60', 'นครสวรรค์', 'Nakhon Sawan', true),
  ('61', 'อุทัยธานี', 'Uthai Thani', true),
  ('62', 'กำแพงเพชร', 'Kamphaeng Phet', true),
  ('63', 'ตาก', 'Tak', true),
  ('64', 'สุโขทัย', 'Sukhothai', true),
  ('65', 'พิษณุโลก', 'Phitsanulok', true),
  ('66', 'พิจิตร', 'Phichit', true),
  ('67', 'เพชรบูรณ์', 'Phetchabun', true),
  ('70', 'ราชบุรี', 'Ratchaburi', true),
  ('71', 'กาญจนบุรี', 'Kanchanaburi', true),
  ('72', 'สุพรรณบุรี', 'Suphan Buri', true),
  ('73', 'นครปฐม', 'Nakhon Pathom', true),
  ('74', 'สมุทรสาคร', 'Samut Sakhon', true),
  ('75', 'สมุทรสงคราม', 'Samut Songkhram', true),
  ('76', 'เพชรบุรี', 'Phetchaburi', true),
  ('77', 'ประจวบคีรีขันธ์', 'Prachuap Khiri Khan', true),
  ('80', 'นครศรีธรรมราช', 'Nakhon Si Thammarat', true),
  ('81', 'กระบี่', 'Krabi', true),
  ('82', 'พังงา', 'Phangnga', true),
  ('83', 'ภูเก็ต', 'Phuket', true),
  ('84', 'สุราษฎร์ธานี', 'Surat Thani', true),
  ('85', 'ระนอง', 'Ranong', true),
  ('86', 'ชุมพร', 'Chumphon', true),
  ('90', 'สงขลา', 'Songkhla', true),
  ('91', 'สตูล', 'Satun', true),
  ('92', 'ตรัง', 'Trang', true),
  ('93', 'พัทลุง', 'Phatthalung', true),
  ('94', 'ปัตตานี', 'Pattani', true),
  ('95', 'ยะลา', 'Yala', true),
  ('96', 'นราธิวาส', 'Narathiwat', true);

INSERT INTO equity.region_province (scheme, province_code, region_code, shipped)
SELECT 'six_region', m.province_code, r.region_code, true
  FROM (VALUES
    ('north', ARRAY['50', '51', '52', '53', '54', '55', '56', '57', '58']),
    ('central', ARRAY['10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '26', '60',
      '61', '62', '64', '65', '66', '67', '72', '73', '74', '75']),
    ('northeast', ARRAY['30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41',
      '42', '43', '44', '45', '46', '47', '48', '49']),
    ('west', ARRAY['63', '70', '71', '76', '77']),
    ('east', ARRAY['20', '21', '22', '23', '24', '25', '27']),
    ('south', ARRAY['80', '81', '82', '83', '84', '85', '86', '90', '91', '92', '93', '94',
      '95', '96'])
  ) AS r (region_code, province_codes)
 CROSS JOIN LATERAL pg_catalog.unnest(r.province_codes) AS m (province_code);

CREATE TRIGGER region_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.region
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.region ENABLE ALWAYS TRIGGER region_reference_row;

CREATE TRIGGER region_reference_truncate
  BEFORE TRUNCATE ON equity.region
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER province_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.province
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.province ENABLE ALWAYS TRIGGER province_reference_row;

CREATE TRIGGER province_reference_truncate
  BEFORE TRUNCATE ON equity.province
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER region_province_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.region_province
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.region_province ENABLE ALWAYS TRIGGER region_province_reference_row;

CREATE TRIGGER region_province_reference_truncate
  BEFORE TRUNCATE ON equity.region_province
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();
