-- Text: case, patterns, lengths, collations, JSON, lists in one value.

CREATE TABLE people (
  id      INTEGER PRIMARY KEY,
  first   TEXT NOT NULL,
  last    TEXT,
  email   TEXT COLLATE NOCASE UNIQUE,
  country TEXT NOT NULL DEFAULT 'NO' CHECK (length(country) = 2 AND country = upper(country)),
  phone   TEXT CHECK (phone LIKE '+%' AND length(phone) > 4),
  tags    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags) AND json_type(tags) = 'array'),
  profile TEXT CHECK (json_valid(profile))
);

CREATE TABLE notes (
  person INTEGER REFERENCES people (id),
  pos    INTEGER NOT NULL,
  body   TEXT    NOT NULL,
  PRIMARY KEY (person, pos)
);

-- == different: LIKE ignores case
SELECT id FROM people WHERE last = 'Berg';
SELECT id FROM people WHERE last LIKE 'berg';

-- == different: = does not ignore case
SELECT id FROM people WHERE lower(last) = 'berg';
SELECT id FROM people WHERE last = 'berg';

-- == same: LIKE without a wildcard is equality without case
SELECT id FROM people WHERE lower(last) = 'berg';
SELECT id FROM people WHERE last LIKE 'berg';

-- == different: GLOB minds the case
SELECT id FROM people WHERE last LIKE 'b%';
SELECT id FROM people WHERE last GLOB 'b*';

-- == same: a prefix by GLOB and by SUBSTR
SELECT id FROM people WHERE last GLOB 'b*';
SELECT id FROM people WHERE substr(last, 1, 1) = 'b';

-- == different: starts with, or holds
SELECT id FROM people WHERE first LIKE 'ann%';
SELECT id FROM people WHERE first LIKE '%ann%';

-- == different: at least one letter after
SELECT id FROM people WHERE first LIKE 'ann%';
SELECT id FROM people WHERE first LIKE 'ann_%';

-- == different: an underscore that means itself
SELECT id FROM people WHERE email LIKE '%\_old@%' ESCAPE '\';
SELECT id FROM people WHERE email LIKE '%_old@%';

-- == different: a percent sign that means itself
SELECT id FROM people WHERE first LIKE '%!%%' ESCAPE '!';
SELECT id FROM people WHERE first LIKE '%%%';

-- == different: the host of an address
SELECT id FROM people WHERE email LIKE '%@example.org';
SELECT id FROM people WHERE email LIKE '%example.org';

-- == different: the address column ignores case, its text does not
SELECT id FROM people WHERE email = 'ANN@X.ORG';
SELECT id FROM people WHERE email || '' = 'ANN@X.ORG';

-- == same: NOCASE is lower of ASCII
SELECT id FROM people WHERE email = 'ANN@X.ORG';
SELECT id FROM people WHERE lower(email) = 'ann@x.org';

-- == same: no two addresses are equal but for case
SELECT count(email) FROM people;
SELECT count(DISTINCT lower(email)) FROM people;

-- == different: a full name where the last one is missing
SELECT id, first || coalesce(' ' || last, '') FROM people;
SELECT id, first || ' ' || last FROM people;

-- == different: a full name with a space at its end
SELECT id, first || coalesce(' ' || last, '') FROM people;
SELECT id, first || ' ' || coalesce(last, '') FROM people;

-- == same: concat_ws leaves NULL out
SELECT id, first || coalesce(' ' || last, '') FROM people;
SELECT id, concat_ws(' ', first, last) FROM people;

-- == different: '' is not NULL
SELECT id FROM people WHERE last IS NULL;
SELECT id FROM people WHERE coalesce(last, '') = '';

-- == different: NULL and empty, the other way
SELECT id FROM people WHERE last <> '';
SELECT id FROM people WHERE last IS NOT NULL;

-- == same: NULLIF folds '' into NULL
SELECT id FROM people WHERE nullif(last, '') IS NULL;
SELECT id FROM people WHERE coalesce(last, '') = '';

-- == different: spaces at the ends
SELECT id FROM people WHERE trim(first) = '';
SELECT id FROM people WHERE first = '';

-- == different: names longer than eight letters
SELECT id FROM people WHERE length(first) > 8;
SELECT id FROM people WHERE length(first) >= 8;

-- == different: letters are not bytes
SELECT id, length(first) FROM people;
SELECT id, octet_length(first) FROM people;

-- == different: the first letter, counted from nought
SELECT id, substr(first, 1, 1) FROM people;
SELECT id, substr(first, 0, 1) FROM people;

-- == different: the last two letters
SELECT id, substr(first, -2) FROM people;
SELECT id, substr(first, length(first) - 2) FROM people;

-- == same: the last letter
SELECT id, substr(first, -1) FROM people;
SELECT id, substr(first, length(first), 1) FROM people WHERE 1;

-- == different: from M on
SELECT id FROM people WHERE last >= 'M';
SELECT id FROM people WHERE last > 'M';

-- == different: from M to P, without the names in P
SELECT id FROM people WHERE upper(substr(last, 1, 1)) BETWEEN 'M' AND 'P';
SELECT id FROM people WHERE upper(last) BETWEEN 'M' AND 'P';

-- == different: INSTR counts from one
SELECT id FROM people WHERE instr(first, 'x') = 1;
SELECT id FROM people WHERE instr(first, 'x') = 0;

-- == same: INSTR and a pattern
SELECT id FROM people WHERE instr(first, 'x') > 0;
SELECT id FROM people WHERE first GLOB '*x*';

-- == different: REPLACE of every one, or of the first
SELECT id, replace(first, 'a', '') FROM people;
SELECT id, CASE instr(first, 'a') WHEN 0 THEN first ELSE substr(first, 1, instr(first, 'a') - 1) || substr(first, instr(first, 'a') + 1) END FROM people;

-- == different: how many letters a, by length
SELECT id, length(first) - length(replace(first, 'a', '')) FROM people;
SELECT id, length(first) - length(replace(lower(first), 'a', '')) FROM people;

-- == different: text that looks like a number
SELECT person, body FROM notes WHERE CAST(body AS INTEGER) > 100;
SELECT person, body FROM notes WHERE body > '100';

-- == different: a two-letter country, and one more
SELECT id FROM people WHERE country IN ('NO', 'SE', 'DK');
SELECT id FROM people WHERE country IN ('NO', 'SE', 'DK', 'FI');

-- == same: countries are in upper case
SELECT id FROM people WHERE country = 'NO';
SELECT id FROM people WHERE country LIKE 'no';

-- == different: a Norwegian number
SELECT id FROM people WHERE phone LIKE '+47%';
SELECT id FROM people WHERE phone LIKE '+4%';

-- == different: names that sort by case
SELECT min(first) FROM people;
SELECT min(first COLLATE NOCASE) FROM people;

-- == different: countries grouped without case, first names not
SELECT first, count(*) FROM people GROUP BY first;
SELECT lower(first), count(*) FROM people GROUP BY lower(first);

-- == different: a list in the order of its places
SELECT person, group_concat(body, ',' ORDER BY pos) FROM notes GROUP BY person;
SELECT person, group_concat(body, ',' ORDER BY body) FROM notes GROUP BY person;

-- == different: a list in no order
SELECT person, group_concat(body, ',' ORDER BY pos DESC) FROM notes GROUP BY person;
SELECT person, group_concat(body) FROM notes GROUP BY person;

-- == same: string_agg is group_concat
SELECT person, group_concat(body, ', ' ORDER BY pos) FROM notes GROUP BY person;
SELECT person, string_agg(body, ', ' ORDER BY pos) FROM notes GROUP BY person;

-- == different: another separator
SELECT person, group_concat(body, ', ' ORDER BY pos) FROM notes GROUP BY person;
SELECT person, group_concat(body, ',' ORDER BY pos) FROM notes GROUP BY person;

-- == different: notes of nobody
SELECT person, count(*) FROM notes GROUP BY person;
SELECT person, count(*) FROM notes WHERE person IS NOT NULL GROUP BY person;

-- == different: the first note, or the one at place 1
SELECT person, body FROM notes n WHERE pos = (SELECT min(pos) FROM notes m WHERE m.person = n.person);
SELECT person, body FROM notes WHERE pos = 1 AND person IS NOT NULL;

-- == different: how many tags
SELECT id, json_array_length(tags) FROM people;
SELECT id, length(tags) - length(replace(tags, ',', '')) FROM people;

-- == different: a tag is one of the list, not a part of its text
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM json_each(p.tags) WHERE value = 'vip');
SELECT id FROM people WHERE tags LIKE '%vip%';

-- == different: a tag that stands twice
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM json_each(p.tags) WHERE value = 'vip');
SELECT p.id FROM people p, json_each(p.tags) t WHERE t.value = 'vip';

-- == same: a tag that stands twice, once
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM json_each(p.tags) WHERE value = 'vip');
SELECT DISTINCT p.id FROM people p, json_each(p.tags) t WHERE t.value = 'vip';

-- == different: the first tag
SELECT id, tags ->> '$[0]' FROM people;
SELECT id, tags ->> '$[1]' FROM people;

-- == different: a field of a profile, as JSON or as a value
SELECT id, profile ->> '$.colour' FROM people;
SELECT id, profile -> '$.colour' FROM people;

-- == same: json_extract is ->>
SELECT id, profile ->> '$.colour' FROM people;
SELECT id, json_extract(profile, '$.colour') FROM people;

-- == different: a field that is not there
SELECT count(*) FROM people WHERE profile ->> '$.colour' = 'red' OR profile ->> '$.colour' IS NULL;
SELECT count(*) FROM people WHERE profile ->> '$.colour' = 'red';

-- == different: a number in a profile
SELECT id FROM people WHERE profile ->> '$.age' >= 18;
SELECT id FROM people WHERE profile ->> '$.age' > 18;

-- == different ordered: by last name, then first, whatever the case
SELECT id FROM people ORDER BY lower(last), lower(first), id;
SELECT id FROM people ORDER BY last, first, id;

-- == same ordered: a key that says nothing new
SELECT id, email FROM people WHERE email IS NOT NULL ORDER BY email, id;
SELECT id, email FROM people WHERE email IS NOT NULL ORDER BY lower(email);
