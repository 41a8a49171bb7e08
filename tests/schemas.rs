//! The data of every schema, as the engine has it: all constraints hold at every size, and each hard case that
//! exercises speak of is in the learner's data, whatever the seed.

use sqldojo::{
    engine::{Access, Sandbox, Settings},
    schema::{
        cache::Cache,
        world::{self, Size},
    },
    value::Value,
};

fn open(schema: &str, size: &Size, seed: u64) -> Sandbox {
    let cache = tempfile::tempdir().expect("there is a folder for temporary files");
    let world = world::find_with(schema, &[], Cache::at(cache.path().to_owned())).expect("it is a schema");
    let settings = Settings::learner(world.today, None);
    world::writable(&world, size, seed, settings).unwrap_or_else(|error| panic!("{schema} {size:?}: {error}"))
}

fn whole(sandbox: &Sandbox, about: &str, sql: &str) -> i64 {
    let table = sandbox.table(sql).unwrap_or_else(|failure| panic!("{about}: {failure}"));
    let [row] = table.rows.as_slice() else { panic!("{about}: {} rows", table.rows.len()) };
    let [Value::Integer(number)] = row.as_slice() else { panic!("{about}: {row:?}") };
    *number
}

#[test]
fn the_constraints_hold_at_every_size() {
    for schema in world::names(&[]) {
        let lab = ["shop", "ops", "links"].contains(&schema.as_str()).then(|| Size::Variant("lab".into()));
        let sizes = [0, 1, 25, 3_000].map(Size::Rows);
        for size in sizes.into_iter().chain([Size::Learner]).chain(lab) {
            let sandbox = open(&schema, &size, 5);
            sandbox.with_access(Access::Trusted, |sandbox| {
                let broken = sandbox.table("PRAGMA foreign_key_check").expect("it may be asked");
                assert_eq!(broken.rows, Vec::<Vec<Value>>::new(), "{schema} {size:?}");
                let sound = sandbox.table("PRAGMA integrity_check").expect("it may be asked");
                assert_eq!(sound.rows, [[Value::from("ok")]], "{schema} {size:?}");
            });
        }
    }
}

#[test]
fn every_hard_case_is_there() {
    let mut missing = Vec::new();
    for seed in [1, 2, 42] {
        for (schema, cases) in CASES {
            let sandbox = open(schema, &Size::Learner, seed);
            for (about, sql) in *cases {
                if whole(&sandbox, about, sql) == 0 {
                    missing.push(format!("{schema}, seed {seed}: {about}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Cases of a schema, each with a query that answers how often it is there.
type Cases = (&'static str, &'static [(&'static str, &'static str)]);

const CASES: &[Cases] = &[
    ("bank", BANK),
    ("hr", HR),
    ("events", EVENTS),
    ("ops", OPS),
    ("stock", STOCK),
    ("links", LINKS),
    ("legacy", LEGACY),
];

const BANK: &[(&str, &str)] = &[
    ("balances that are too high, and too low", "
        WITH m(a, c) AS (SELECT to_account, amount_cents FROM transfers
                         UNION ALL SELECT from_account, -amount_cents FROM transfers),
             d AS (SELECT balance_cents - opening_cents - coalesce((SELECT sum(c) FROM m WHERE a = id), 0) AS off FROM accounts)
        SELECT count(*) FILTER (WHERE off > 0) > 0 AND count(*) FILTER (WHERE off < 0) > 0
               AND count(*) FILTER (WHERE off = 0) > 20 FROM d"),
    ("an account without transfers whose balance is off", "
        SELECT count(*) FROM accounts WHERE balance_cents <> opening_cents
           AND id NOT IN (SELECT from_account FROM transfers UNION SELECT to_account FROM transfers)"),
    ("accounts without transfers, open and closed", "
        SELECT count(*) FILTER (WHERE closed_at IS NULL) > 0 AND count(*) FILTER (WHERE closed_at IS NOT NULL) > 0
        FROM accounts WHERE id NOT IN (SELECT from_account FROM transfers UNION SELECT to_account FROM transfers)"),
    ("an account whose transfers leave it below zero", "
        WITH m(a, c) AS (SELECT to_account, amount_cents FROM transfers
                         UNION ALL SELECT from_account, -amount_cents FROM transfers)
        SELECT count(*) FROM accounts WHERE opening_cents + (SELECT sum(c) FROM m WHERE a = id) < 0"),
    ("no other account was ever below zero", "
        WITH m(a, at, id, c) AS (SELECT to_account, created_at, id, amount_cents FROM transfers
                                 UNION ALL SELECT from_account, created_at, id, -amount_cents FROM transfers),
             r AS (SELECT a, sum(c) OVER (PARTITION BY a ORDER BY at, id) AS c FROM m)
        SELECT count(DISTINCT a) = 1 FROM r JOIN accounts ON accounts.id = a WHERE opening_cents + c < 0"),
    ("equal amounts into account 1 at one moment, and out of it", "
        SELECT count(*) FROM transfers a JOIN transfers b USING (created_at, amount_cents, to_account)
        WHERE a.id < b.id AND to_account = 1
          AND EXISTS (SELECT 1 FROM transfers c WHERE c.from_account = 1 AND c.amount_cents = a.amount_cents)"),
    ("two transfers of one account at one moment", "
        SELECT count(*) FROM transfers a JOIN transfers b ON a.created_at = b.created_at AND a.id < b.id
           AND a.from_account = b.from_account"),
    ("a day without transfers between the first and the last", "
        SELECT julianday(max(date(created_at))) - julianday(min(date(created_at))) + 1 > count(DISTINCT date(created_at))
        FROM transfers"),
    ("transfers in the last second of a day and the first of the next", "
        SELECT count(*) = 2 FROM transfers WHERE created_at IN ('2026-01-31 23:59:59', '2026-02-01 00:00:00')"),
    ("one key of two clients, with different bodies", "
        SELECT count(*) FROM idempotency_keys a JOIN idempotency_keys b USING (request_key)
        WHERE a.client_id = 7 AND b.client_id <> 7 AND a.request_hash <> b.request_hash"),
    ("requests that are not finished, of client 7 among them", "
        SELECT count(*) > 3 FROM idempotency_keys WHERE transfer_id IS NULL
           AND EXISTS (SELECT 1 FROM idempotency_keys WHERE client_id = 7 AND transfer_id IS NULL)"),
    ("two accounts of one owner", "SELECT count(*) - count(DISTINCT owner) FROM accounts"),
];

const HR: &[(&str, &str)] = &[
    ("somebody who is their own manager", "SELECT count(*) FROM employees WHERE manager_id = id"),
    ("two who are each other's managers, the first employee among them", "
        SELECT count(*) FROM employees a JOIN employees b ON b.id = a.manager_id WHERE b.manager_id = a.id AND a.id = 1"),
    ("a cycle of three, and somebody who leads into it", "
        SELECT count(*) = 3 AND (SELECT count(*) FROM employees WHERE manager_id IN (92, 70, 81)) > 3 FROM employees a
        JOIN employees b ON b.id = a.manager_id JOIN employees c ON c.id = b.manager_id
        WHERE c.manager_id = a.id AND a.id <> b.id"),
    ("a tree without a cycle, four levels deep", "
        WITH RECURSIVE t(id, depth) AS (SELECT 2, 0 UNION ALL
          SELECT e.id, depth + 1 FROM employees e JOIN t ON e.manager_id = t.id)
        SELECT max(depth) >= 3 AND (SELECT manager_id IS NULL FROM employees WHERE id = 2) FROM t"),
    ("employees in no department, and a department without employees", "
        SELECT (SELECT count(*) FROM employees WHERE department_id IS NULL)
             * (SELECT count(*) FROM departments WHERE id NOT IN (SELECT department_id FROM employees WHERE department_id IS NOT NULL))"),
    ("four share the three highest amounts of a department, and a fourth amount follows", "
        WITH ranked AS (SELECT department_id, amount_cents, dense_rank() OVER (
                 PARTITION BY department_id ORDER BY amount_cents DESC) AS place
               FROM employees JOIN salaries ON employee_id = id AND valid_to IS NULL WHERE department_id IS NOT NULL)
        SELECT count(*) FROM (SELECT 1 FROM ranked GROUP BY department_id
               HAVING count(*) FILTER (WHERE place <= 3) = 4 AND max(place) >= 4)"),
    ("a higher salary in the past", "
        SELECT count(*) FROM salaries a JOIN salaries b USING (employee_id)
        WHERE a.valid_from < b.valid_from AND a.amount_cents > b.amount_cents"),
    ("no salary at all", "SELECT count(*) FROM employees WHERE id NOT IN (SELECT employee_id FROM salaries)"),
    ("only salaries that have ended", "
        SELECT count(*) FROM (SELECT 1 FROM salaries GROUP BY employee_id HAVING count(*) = count(valid_to))"),
    ("a salary that ends today, one that begins tomorrow", "
        SELECT (SELECT count(*) FROM salaries WHERE valid_to = '2026-03-15')
             * (SELECT count(*) FROM salaries WHERE valid_from = '2026-03-16')"),
    ("periods that overlap", "
        SELECT count(*) FROM salaries a JOIN salaries b USING (employee_id)
        WHERE a.valid_from < b.valid_from AND b.valid_from < a.valid_to"),
    ("a gap between two periods", "
        SELECT count(*) FROM (SELECT valid_from, lag(valid_to) OVER (PARTITION BY employee_id ORDER BY valid_from) AS before
                              FROM salaries) WHERE before < valid_from"),
    ("paid more than the manager, just as much, and less", "
        SELECT count(DISTINCT sign(s.amount_cents - m.amount_cents)) = 3 FROM employees
        JOIN salaries s ON s.employee_id = id AND s.valid_to IS NULL
        JOIN salaries m ON m.employee_id = manager_id AND m.valid_to IS NULL WHERE id <> manager_id"),
    ("two of one name", "SELECT count(*) - count(DISTINCT name) FROM employees"),
];

const EVENTS: &[(&str, &str)] = &[
    ("visitors without a session, and without a login", "
        SELECT (SELECT count(*) FROM visitors WHERE id NOT IN (SELECT visitor_id FROM sessions))
             * (SELECT count(*) FROM visitors WHERE id IN (SELECT visitor_id FROM sessions)
                                                AND id NOT IN (SELECT visitor_id FROM logins))"),
    ("sessions that are open, with later views, with a view at the start alone, without any", "
        SELECT count(DISTINCT CASE WHEN last > started_at THEN 2 WHEN last = started_at THEN 1 ELSE 0 END) = 3
        FROM (SELECT started_at, (SELECT max(viewed_at) FROM page_views v
                                  WHERE v.visitor_id = s.visitor_id AND viewed_at >= started_at) AS last
              FROM sessions s WHERE ended_at IS NULL)"),
    ("a session inside of a longer one of its visitor, and a third that the second would not reach", "
        SELECT count(*) FROM sessions a JOIN sessions b USING (visitor_id) JOIN sessions c USING (visitor_id)
        WHERE a.started_at < b.started_at AND b.ended_at < c.started_at AND c.started_at < a.ended_at"),
    ("sessions that just touch", "
        SELECT count(*) FROM sessions a JOIN sessions b USING (visitor_id) WHERE a.ended_at = b.started_at"),
    ("two sessions of one visitor that begin together", "
        SELECT count(*) FROM sessions a JOIN sessions b USING (visitor_id, started_at) WHERE a.id < b.id"),
    ("the peak is another one where starts come before ends", "
        WITH e(at, d) AS (SELECT started_at, 1 FROM sessions
                          UNION ALL SELECT ended_at, -1 FROM sessions WHERE ended_at IS NOT NULL)
        SELECT max(ends_first) < max(starts_first) FROM (
          SELECT sum(d) OVER (ORDER BY at, d ROWS UNBOUNDED PRECEDING) AS ends_first,
                 sum(d) OVER (ORDER BY at, d DESC ROWS UNBOUNDED PRECEDING) AS starts_first FROM e)"),
    ("views exactly half an hour apart, and a second more", "
        SELECT count(DISTINCT gap) = 2 FROM (SELECT unixepoch(viewed_at) - unixepoch(lag(viewed_at) OVER (
            PARTITION BY visitor_id ORDER BY viewed_at)) AS gap FROM page_views WHERE visitor_id IS NOT NULL)
        WHERE gap IN (1800, 1801)"),
    ("two views of one visitor at one moment", "
        SELECT count(*) FROM page_views a JOIN page_views b USING (visitor_id, viewed_at) WHERE a.id < b.id"),
    ("views by people who are not signed in", "SELECT count(*) > 50 FROM page_views WHERE visitor_id IS NULL"),
    ("a visit over midnight", "
        SELECT count(*) FROM page_views a JOIN page_views b USING (visitor_id)
        WHERE a.viewed_at = '2026-02-18 23:59:59' AND b.viewed_at = '2026-02-19 00:00:00'"),
    ("a run of six failed logins, of a visitor who failed more often", "
        WITH r AS (SELECT visitor_id, succeeded, sum(succeeded) OVER (PARTITION BY visitor_id ORDER BY attempted_at, id) AS g FROM logins),
             n AS (SELECT visitor_id, sum(1 - succeeded) AS failed FROM r GROUP BY visitor_id, g)
        SELECT count(*) FROM (SELECT 1 FROM n GROUP BY visitor_id HAVING max(failed) >= 6 AND sum(failed) > max(failed))"),
    ("visitors who only ever failed, and only ever succeeded", "
        SELECT count(DISTINCT kind) = 2 FROM (SELECT CASE WHEN max(succeeded) = 0 THEN 'never' WHEN min(succeeded) = 1 THEN 'ever' END AS kind
                                              FROM logins GROUP BY visitor_id)"),
    ("a failed and a successful login at one moment", "
        SELECT count(*) FROM logins a JOIN logins b USING (visitor_id, attempted_at) WHERE a.succeeded < b.succeeded"),
];

const OPS: &[(&str, &str)] = &[
    ("due jobs of equal priority and time", "
        SELECT count(*) FROM jobs a JOIN jobs b USING (state, priority, run_at) WHERE state = 'queued' AND a.id < b.id"),
    ("a job due at this very second, and one a second later", "
        SELECT count(DISTINCT run_at) = 2 FROM jobs WHERE state = 'queued'
           AND run_at IN ('2026-03-15 12:00:00', '2026-03-15 12:00:01')"),
    ("the highest priority of all is not due", "
        SELECT max(priority) FILTER (WHERE run_at > datetime('now')) > max(priority) FILTER (WHERE run_at <= datetime('now'))
        FROM jobs WHERE state = 'queued'"),
    ("leases that ended before now, now, and did not end", "
        SELECT count(DISTINCT sign(unixepoch(lease_until) - unixepoch('now'))) = 3 FROM jobs WHERE state = 'running'"),
    ("leases that ended with fewer than five attempts, and with more", "
        SELECT count(DISTINCT attempts >= 5) = 2 FROM jobs WHERE lease_until <= datetime('now')"),
    ("jobs in every state", "SELECT count(DISTINCT state) = 4 FROM jobs"),
    ("a later message of an entity is due, its first one is not", "
        SELECT count(*) FROM outbox a JOIN outbox b USING (entity_id)
        WHERE a.id < b.id AND a.next_attempt_at > datetime('now') AND b.next_attempt_at <= datetime('now')"),
    ("an entity's first message was given up, its next is due", "
        SELECT count(*) FROM outbox a JOIN outbox b USING (entity_id)
        WHERE a.id < b.id AND a.attempts = 8 AND a.next_attempt_at IS NULL AND a.delivered_at IS NULL
          AND b.next_attempt_at <= datetime('now')"),
    ("a message due at this very second", "SELECT count(*) FROM outbox WHERE next_attempt_at = datetime('now')"),
    ("a message that has one attempt left", "
        SELECT count(*) FROM outbox WHERE attempts = 7 AND next_attempt_at IS NOT NULL"),
    ("as many attempts on record as are counted", "
        SELECT sum(attempts) = (SELECT count(*) FROM delivery_attempts) FROM outbox"),
    ("what was delivered was delivered by its last attempt", "
        SELECT min(delivered_at = (SELECT max(attempted_at) FROM delivery_attempts WHERE outbox_id = o.id)) FROM outbox o
        WHERE delivered_at IS NOT NULL"),
    ("attempts that timed out, and answers outside of 200 to 299", "
        SELECT count(*) FILTER (WHERE http_status IS NULL) > 0 AND count(*) FILTER (WHERE http_status BETWEEN 300 AND 399) > 0
               AND count(*) FILTER (WHERE http_status = 204) > 0 FROM delivery_attempts"),
    ("requests of one client in one second, and exactly a minute old", "
        SELECT count(*) >= 3 FROM api_requests WHERE client_id = 7 AND requested_at = '2026-03-15 11:59:00'"),
    ("two admins who may sign in, and one who may not", "
        SELECT count(*) FILTER (WHERE disabled_at IS NULL) = 2 AND count(*) FILTER (WHERE disabled_at IS NOT NULL) = 1
        FROM staff JOIN staff_roles ON staff_id = staff.id JOIN roles ON roles.id = role_id WHERE roles.name = 'admin'"),
    ("roles that are each other's parents, and somebody who has one", "
        SELECT count(*) FROM roles a JOIN roles b ON b.id = a.parent_id JOIN staff_roles ON role_id = a.id
        WHERE b.parent_id = a.id"),
    ("a permission by two paths", "
        SELECT count(*) FROM staff_roles a JOIN roles r ON r.id = a.role_id JOIN roles p ON p.id = r.parent_id
        JOIN staff_roles b ON b.staff_id = a.staff_id WHERE b.role_id IN (p.id, p.parent_id)"),
    ("staff without a role, a role without permissions", "
        SELECT (SELECT count(*) FROM staff WHERE id NOT IN (SELECT staff_id FROM staff_roles))
             * (SELECT count(*) FROM roles WHERE id NOT IN (SELECT role_id FROM role_permissions))"),
    ("gaps among the orders that the consumer knows", "SELECT max(order_id) > count(*) FROM order_view"),
];

const STOCK: &[(&str, &str)] = &[
    ("one piece left, none left", "SELECT count(DISTINCT on_hand) = 2 FROM stock WHERE on_hand < 2"),
    ("several holds of one product that have run out, and none of it left", "
        SELECT count(*) FROM (SELECT 1 FROM reservations JOIN stock USING (product_id)
          WHERE state = 'held' AND expires_at <= datetime('now') AND on_hand = 0 GROUP BY product_id HAVING count(*) > 1)"),
    ("holds that run out before now, now, and later", "
        SELECT count(DISTINCT sign(unixepoch(expires_at) - unixepoch('now'))) = 3 FROM reservations WHERE state = 'held'"),
    ("released ones that the stock covers, and that it does not", "
        SELECT count(DISTINCT on_hand >= quantity) = 2 FROM reservations JOIN stock USING (product_id) WHERE state = 'released'"),
    ("a customer with a reservation in every state", "
        SELECT count(*) FROM (SELECT 1 FROM reservations GROUP BY customer_id HAVING count(DISTINCT state) = 3)"),
    ("holds of more than one piece", "SELECT count(*) FROM reservations WHERE state = 'held' AND quantity > 1"),
];

const LINKS: &[(&str, &str)] = &[
    ("codes that differ in letter case alone", "
        SELECT count(*) FROM links a JOIN links b ON a.code = b.code COLLATE NOCASE AND a.id < b.id"),
    ("one address behind two codes", "SELECT count(*) - count(DISTINCT url) FROM links"),
    ("links that expire before now, now, later and never", "
        SELECT count(DISTINCT coalesce(sign(unixepoch(expires_at) - unixepoch('now')), 9)) = 4 FROM links"),
    ("a link that works and was never clicked", "
        SELECT count(*) FROM links WHERE expires_at IS NULL AND id NOT IN (SELECT link_id FROM clicks)"),
    ("clicks in the first and the last second of the seven days, and just outside", "
        SELECT count(DISTINCT clicked_at) = 4 FROM clicks JOIN links ON links.id = link_id WHERE code = 'Edges9'
           AND clicked_at IN ('2026-03-07 23:59:59', '2026-03-08 00:00:00', '2026-03-14 23:59:59', '2026-03-15 00:00:00')"),
    ("two countries with most clicks of a link", "
        WITH n AS (SELECT link_id, country, count(*) AS n FROM clicks WHERE country IS NOT NULL
                     AND clicked_at >= '2026-03-08' AND clicked_at < '2026-03-15' GROUP BY 1, 2)
        SELECT count(*) FROM n a JOIN n b USING (link_id, n) WHERE a.country < b.country AND n > 2"),
    ("more clicks from nowhere known than from any country", "
        SELECT count(*) FROM (SELECT 1 FROM clicks WHERE clicked_at >= '2026-03-08' AND clicked_at < '2026-03-15'
          GROUP BY link_id HAVING count(*) > 3 AND count(country) = 0)"),
    ("a link that works, whose clicks are all older", "
        SELECT count(*) FROM (SELECT 1 FROM clicks JOIN links ON links.id = link_id WHERE expires_at IS NULL
          GROUP BY link_id HAVING max(clicked_at) < '2026-03-08')"),
];

const LEGACY: &[(&str, &str)] = &[
    ("amounts that lose a cent when they are cut, 19.99 among them", "
        SELECT count(*) > 8 AND (SELECT count(*) FROM invoices WHERE total = 19.99) > 0 FROM invoices
        WHERE CAST(total * 100 AS INTEGER) <> round(total * 100)"),
    ("nothing to pay, the highest amount, a whole amount", "
        SELECT count(DISTINCT total) = 3 FROM invoices WHERE total IN (0, 1, 100000)"),
    ("no amount has more than two decimals", "
        SELECT min(abs(total * 100 - round(total * 100)) < 0.000001 AND total <= 100000) FROM invoices"),
    ("paid, not paid, nobody knows", "SELECT count(DISTINCT coalesce(paid, '?')) = 3 FROM invoices"),
    ("every day is written as DD/MM/YYYY", "
        SELECT min(issued GLOB '[0-3][0-9]/[01][0-9]/202[0-9]'
               AND date(substr(issued, 7) || '-' || substr(issued, 4, 2) || '-' || substr(issued, 1, 2)) IS NOT NULL) FROM invoices"),
    ("days of months that text puts in the wrong order, and the leap day", "
        SELECT count(*) = 3 FROM invoices WHERE issued IN ('01/02/2025', '02/01/2025', '29/02/2024')"),
    ("a customer's name with a quote, with letters beyond A to Z, in two letter cases", "
        SELECT (SELECT count(*) FROM invoices WHERE instr(customer, '''') > 0)
             * (SELECT count(*) FROM invoices WHERE customer LIKE '%Łódź')
             * (SELECT count(*) FROM invoices WHERE customer = 'harbour café')"),
];
