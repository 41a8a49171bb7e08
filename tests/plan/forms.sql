-- Statements that bring out the forms of EXPLAIN QUERY PLAN. A line `--` names the next one; `.setup` lines are run.

.setup CREATE INDEX orders_user ON orders (user_id, created_at)
.setup CREATE INDEX orders_time ON orders (created_at, id)
.setup CREATE INDEX orders_pending ON orders (created_at) WHERE status = 'pending'
.setup CREATE INDEX orders_month ON orders (strftime('%Y-%m', created_at))
.setup CREATE INDEX payments_refunded ON payments (status) WHERE status = 'refunded'
.setup CREATE INDEX items_order ON order_items (order_id)
.setup CREATE TABLE stock (place TEXT, product INTEGER, amount INTEGER, PRIMARY KEY (place, product)) WITHOUT ROWID
.setup CREATE TABLE visits (a, b, c, d)
.setup CREATE INDEX visits_abc ON visits (a, b, c)
.setup CREATE TABLE "odd (name) USING INDEX" ("a b" INTEGER, "c AND d" INTEGER)
.setup CREATE INDEX "ix (a, b)" ON "odd (name) USING INDEX" ("a b", "c AND d")
.setup CREATE VIEW completed AS SELECT c.* FROM orders c WHERE c.status IN ('paid', 'shipped')
.setup CREATE VIEW per_user AS SELECT user_id, count(*) AS n FROM orders GROUP BY user_id
.setup CREATE VIRTUAL TABLE words USING fts5 (text)
.setup ANALYZE
.setup INSERT INTO sqlite_stat1 VALUES ('visits', 'visits_abc', '100000 20000 100 10')
.setup ANALYZE sqlite_schema

-- scan
SELECT * FROM order_items;
-- scan with a condition that no index serves
SELECT id FROM orders WHERE status = 'paid';
-- scan with a function around the column
SELECT id FROM orders WHERE date(created_at) = '2026-03-01';
-- scan with a pattern
SELECT id FROM users WHERE name LIKE 'Ann%' OR name GLOB 'B*';
-- scan that a limit ends
SELECT id FROM orders WHERE status = 'paid' LIMIT 10;
-- deep page by offset
SELECT id, created_at FROM orders ORDER BY created_at DESC, id DESC LIMIT 20 OFFSET 1000;
-- condition that the only index leaves out
SELECT id FROM payments WHERE status = 'captured';
-- scan of a covering index
SELECT user_id, created_at FROM orders;
-- scan in the order of an index
SELECT * FROM orders ORDER BY user_id, created_at;
-- count of all rows
SELECT count(*) FROM users;
-- search by the integer key
SELECT * FROM orders WHERE id = 5;
-- search by a range of the integer key
SELECT * FROM orders WHERE id > 5 AND id < 9;
-- search by a list of integer keys
SELECT * FROM orders WHERE id IN (1, 2, 3);
-- search by a unique index
SELECT * FROM users WHERE email = 'ann@mail.example';
-- search by an index, equality and range
SELECT * FROM orders WHERE user_id = 7 AND created_at >= '2026-01-01' AND created_at < '2026-02-01';
-- search in a covering index
SELECT created_at FROM orders WHERE user_id = 7;
-- search in a partial index
SELECT * FROM orders WHERE status = 'pending' AND created_at < '2026-01-01';
-- search in an index on an expression
SELECT * FROM orders WHERE strftime('%Y-%m', created_at) = '2026-02';
-- search by a row value
SELECT * FROM visits WHERE (a, b) > (3, 4) ORDER BY a, b LIMIT 20;
-- search by two row values
SELECT * FROM visits WHERE a = 1 AND (b, c) > (3, 4) AND (b, c) < (8, 9);
-- skip-scan
SELECT * FROM visits WHERE b = 4;
-- table without rowid
SELECT * FROM stock WHERE place = 'Ulm' AND product > 4;
-- scan of a table without rowid
SELECT place FROM stock WHERE amount = 0;
-- largest of an index
SELECT max(created_at) FROM orders;
-- largest integer key
SELECT max(id) FROM users;
-- the largest of a column without an order
SELECT max(price_cents) FROM products;
-- the largest among some
SELECT max(created_at) FROM orders WHERE status = 'paid';
-- names that look like the plan's own words
SELECT * FROM "odd (name) USING INDEX" WHERE "a b" = 4 AND "c AND d" > 5;
-- name with its schema
SELECT * FROM main.orders WHERE main.orders.id = 1;

-- join by keys
SELECT u.name, o.id FROM order_items i JOIN orders o ON o.id = i.order_id JOIN users u ON u.id = o.user_id;
-- left join by an index
SELECT u.name, o.id FROM users u LEFT JOIN orders o ON o.user_id = u.id;
-- join without an index: an automatic one and a Bloom filter
SELECT u.name, p.id FROM users u JOIN payments p ON p.order_id = u.referrer_id;
-- left join with a condition: an automatic partial index
SELECT u.name, p.id FROM users u LEFT JOIN payments p ON p.amount_cents = u.referrer_id AND p.status = 'failed';
-- right join
SELECT u.name, p.id FROM users u RIGHT JOIN payments p ON p.amount_cents = u.referrer_id;
-- full join
SELECT u.name, p.id FROM users u FULL JOIN payments p ON p.amount_cents = u.referrer_id;
-- join in parentheses
SELECT * FROM users u LEFT JOIN (orders o JOIN order_items i ON i.order_id = o.id) ON o.user_id = u.id;
-- cross join
SELECT u.id, p.id FROM users u CROSS JOIN products p;
-- self join
SELECT u.name, r.name FROM users u JOIN users r ON r.id = u.referrer_id;

-- or over two indexes
SELECT id FROM orders WHERE user_id = 77 OR created_at >= '2026-03-14';
-- or with the integer key
SELECT * FROM orders WHERE id = 1 OR (user_id = 3 AND created_at < '2024-01-01') OR created_at > '2026-03-14';
-- or with an arm that has no index
SELECT id FROM orders WHERE user_id = 77 OR status = 'pending';

-- sort for order by
SELECT id, name FROM users ORDER BY name, id;
-- sort that keeps the first few
SELECT id, name FROM users ORDER BY name LIMIT 10 OFFSET 20;
-- sort of the last term
SELECT * FROM orders ORDER BY user_id, status;
-- sort of the last terms
SELECT * FROM orders ORDER BY user_id, status, id DESC;
-- sort for group by, then by a sum
SELECT product_id, sum(quantity) AS n FROM order_items GROUP BY product_id ORDER BY n DESC LIMIT 5;
-- distinct
SELECT DISTINCT country FROM users;
-- distinct in the order of an index
SELECT DISTINCT user_id FROM orders;
-- distinct inside an aggregate, and order inside one
SELECT status, count(DISTINCT user_id), string_agg(id, ',' ORDER BY created_at DESC) FROM orders GROUP BY status;
-- grouping in the order of an index
SELECT user_id, count(*) FROM orders GROUP BY user_id;

-- exists as a join
SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id);
-- not exists
SELECT u.id FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.amount_cents = u.id);
-- correlated value
SELECT u.id, (SELECT count(*) FROM orders o WHERE o.user_id = u.id) AS n FROM users u ORDER BY n DESC;
-- value computed once
SELECT id FROM products WHERE price_cents > (SELECT avg(price_cents) FROM products);
-- in a list
SELECT * FROM users WHERE name IN (SELECT status FROM orders);
-- in a list that depends on the row
SELECT id, id IN (SELECT user_id FROM orders o WHERE o.id < u.id) FROM users u;
-- in an index
SELECT * FROM users WHERE id NOT IN (SELECT user_id FROM orders);
-- in the integer keys of a table
SELECT * FROM users WHERE referrer_id IN (SELECT id FROM products);
-- list used twice
SELECT CASE WHEN id IN (SELECT order_id FROM payments) THEN 1 END AS x, count(*) FROM orders GROUP BY x;

-- derived table
SELECT * FROM (SELECT user_id, count(*) AS n FROM orders GROUP BY user_id) WHERE n > 3;
-- derived table in a left join
SELECT u.id, s.n FROM users u LEFT JOIN (SELECT user_id, count(*) AS n FROM orders GROUP BY user_id) s ON s.user_id = u.id;
-- common table expression read twice
WITH x AS (SELECT user_id, count(*) AS n FROM orders GROUP BY user_id) SELECT a.user_id FROM x a JOIN x b ON a.n = b.n;
-- recursion
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n;
-- recursion over a table
WITH RECURSIVE t (id, d) AS (SELECT id, 0 FROM users WHERE referrer_id IS NULL UNION ALL SELECT u.id, d + 1 FROM t JOIN users u ON u.referrer_id = t.id) SELECT d, count(*) FROM t GROUP BY d;
-- window
SELECT id, row_number() OVER (PARTITION BY status ORDER BY created_at) FROM orders;
-- view that is merged
SELECT * FROM completed k WHERE k.user_id = 3;
-- view that is computed
SELECT a.user_id FROM per_user a JOIN per_user b ON a.n = b.n;

-- union all
SELECT id FROM users UNION ALL SELECT id FROM orders UNION ALL SELECT id FROM products;
-- union
SELECT name FROM users UNION SELECT name FROM products;
-- intersect and except
SELECT id FROM users INTERSECT SELECT user_id FROM orders EXCEPT SELECT id FROM products;
-- union all in order
SELECT id FROM users UNION ALL SELECT id FROM orders ORDER BY 1;
-- constant row
SELECT 1;
-- values
VALUES (1), (2), (3);
-- values read twice
WITH v (a) AS (VALUES (1), (2), (3)) SELECT v.a FROM v JOIN v AS w ON v.a = w.a;

-- table-valued function
SELECT u.name FROM json_each('[1,2]') j JOIN users u ON u.id = j.value;
-- full text
SELECT * FROM words WHERE words MATCH 'shop' ORDER BY rank;

-- update
UPDATE orders SET status = 'shipped' WHERE user_id = 7 AND status = 'paid';
-- delete that a foreign key watches
DELETE FROM orders WHERE id = 1;
-- delete of a row that its own table refers to
DELETE FROM users WHERE id = 3;
-- insert of several rows
INSERT INTO users (id, name, email, country, created_at) VALUES (9001, 'a', 'b', 'c', 'd'), (9002, 'a', 'e', 'c', 'd');
-- insert from a query
INSERT INTO payments SELECT id + 90000, id, 5, 'failed', created_at FROM orders WHERE user_id = 1;
