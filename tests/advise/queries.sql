-- Queries on the shop, each with the least factor by which the best advice must make it cheaper ("none": no index
-- pays). The factors are well below what was measured, so that another version of SQLite does not break the test.
-- 01 at least 3
SELECT u.id, u.name, sum(i.quantity * i.unit_price_cents) AS spend FROM users u JOIN orders o ON o.user_id = u.id JOIN order_items i ON i.order_id = o.id WHERE o.status IN ('paid', 'shipped') AND o.created_at >= '2026-02-01' AND o.created_at < '2026-03-01' GROUP BY u.id ORDER BY spend DESC, u.id LIMIT 5;
-- 02 at least 6
SELECT count(*), min(user_id) FROM orders WHERE strftime('%Y-%m', created_at) = '2025-11';
-- 03 at least 10
SELECT id, name FROM users WHERE email LIKE 'anna%';
-- 04 none
SELECT id FROM users WHERE name LIKE '%son';
-- 05 at least 20
SELECT id FROM orders WHERE user_id = 77 OR created_at >= '2026-03-14';
-- 06 at least 4
SELECT id, created_at FROM orders ORDER BY created_at DESC, id DESC LIMIT 20 OFFSET 10000;
-- 07 at least 100
SELECT id, created_at FROM orders WHERE (created_at, id) < ('2025-09-01 00:00:00', 9000) ORDER BY created_at DESC, id DESC LIMIT 20;
-- 08 at least 40
SELECT id, status, created_at FROM orders WHERE user_id = 7 ORDER BY created_at DESC LIMIT 10;
-- 09 at least 40
SELECT id, user_id, created_at FROM orders WHERE status = 'pending' ORDER BY created_at LIMIT 50;
-- 10 at least 1.5
SELECT count(*), sum(user_id) FROM orders WHERE status = 'paid';
-- 11 none
SELECT name FROM users WHERE id = 5;
-- 12 at least 6
SELECT count(DISTINCT user_id) FROM orders WHERE created_at >= '2026-02-01' AND created_at < '2026-03-01';
-- 13 at least 30
SELECT u.id FROM users u WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id AND o.created_at >= '2026-01-01');
-- 14 at least 5
SELECT o.user_id, o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM orders p WHERE p.user_id = o.user_id AND (p.created_at, p.id) > (o.created_at, o.id));
-- 15 at least 10
SELECT id FROM orders WHERE status = 'shipped' AND created_at >= '2026-02-01' AND created_at < '2026-03-01';
-- 16 at least 1.43
SELECT product_id, sum(quantity) FROM order_items GROUP BY product_id;
-- 17 at least 20
SELECT count(*), sum(i.quantity) FROM users u JOIN orders o ON o.user_id = u.id JOIN order_items i ON i.order_id = o.id WHERE u.country = 'VN' AND u.created_at >= '2026-02-01';
-- 18 at least 20
SELECT id FROM users WHERE lower(email) = 'anna@mail.example';
-- 19 at least 10
SELECT o.id FROM orders o WHERE o.status IN ('paid', 'shipped') AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'captured');
-- 20 at least 1.43
SELECT product_id, sum(quantity * unit_price_cents) AS sales FROM order_items GROUP BY product_id ORDER BY sales DESC, product_id LIMIT 10;
