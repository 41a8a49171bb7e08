//! The cases that exercises speak of: each is in the learner's shop, whatever the seed.

use super::shop::{Order, Product, Shop, recipe, shop};
use crate::schema::calendar::{self, DAY};
use std::collections::{BTreeMap, BTreeSet};

/// A case, and whether a shop holds it.
type Check = (&'static str, fn(&Shop) -> bool);

const CASES: &[Check] = &[
    ("a tie at the fifth place of last month's spend", |shop| {
        let spend = shop.spend("2026-02");
        spend[4].0 == spend[5].0 && spend[3].0 > spend[4].0 && spend[5].0 > spend[6].0
    }),
    ("who would be among them but for a second, a status or a year", |shop| {
        let fifth = shop.spend("2026-02")[4].0;
        let high = |at: &str| {
            shop.orders.iter().any(|o| o.created == at && o.completed() && shop.values[&o.id] > fifth)
        };
        let unpaid = |status: &str| {
            shop.orders
                .iter()
                .any(|o| o.created.starts_with("2026-02") && o.status == status && shop.values[&o.id] > fifth)
        };
        high("2026-01-31 23:59:59")
            && high("2026-03-01 00:00:00")
            && unpaid("cancelled")
            && unpaid("pending")
            && shop.spend("2025-02")[0].0 > fifth
    }),
    ("two orders of the highest value", |shop| {
        let mut values: Vec<_> = shop.values.values().collect();
        values.sort_unstable();
        let [.., third, second, first] = values[..] else { return false };
        first == second && third < second
    }),
    ("several users with the most orders", |shop| {
        let mut counts: Vec<_> = shop.users.iter().map(|user| shop.of(user.id).count()).collect();
        counts.sort_unstable();
        counts[counts.len() - 1] == counts[counts.len() - 2]
    }),
    ("users without an order", |shop| shop.users.iter().filter(|u| shop.of(u.id).count() == 0).count() >= 10),
    ("a country with users and no orders", |shop| {
        let country = |code: &str| {
            shop.users.iter().filter(|u| u.country == code).map(|u| shop.of(u.id).count()).sum::<usize>()
        };
        shop.users.iter().any(|user| country(&user.country) == 0)
    }),
    ("users from many countries, with names of theirs", |shop| {
        let countries: BTreeSet<_> = shop.users.iter().map(|user| &user.country).collect();
        countries.len() >= 12 && shop.users.iter().filter(|user| !user.name.is_ascii()).count() > 60
    }),
    ("two users of one name", |shop| {
        let names: BTreeSet<_> = shop.users.iter().map(|user| &user.name).collect();
        names.len() < shop.users.len()
    }),
    ("e-mails that differ in letter case alone, twice and three times", |shop| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        shop.users.iter().for_each(|user| *counts.entry(user.email.to_ascii_lowercase()).or_default() += 1);
        counts.values().filter(|n| **n == 2).count() == 1 && counts.values().filter(|n| **n == 3).count() == 1
    }),
    ("one of such users referred by another of them", |shop| {
        shop.users.iter().any(|user| {
            user.referrer.is_some_and(|by| {
                shop.users.iter().any(|u| u.id == by && u.email.eq_ignore_ascii_case(&user.email))
            })
        })
    }),
    ("users whom nobody referred", |shop| shop.users.iter().filter(|u| u.referrer.is_none()).count() > 100),
    ("a chain of referrals from user 1, three deep and more", |shop| {
        let mut level = vec![1];
        for _ in 0..4 {
            let next = shop.users.iter().filter(|u| u.referrer.is_some_and(|by| level.contains(&by)));
            level = next.map(|user| user.id).collect();
        }
        !level.is_empty()
    }),
    ("sign-ups on the leap day, on 31 January, a year ago today", |shop| {
        ["2024-02-29", "2025-01-31", "2024-03-15", "2025-03-15"]
            .iter()
            .all(|day| shop.users.iter().any(|user| user.created.starts_with(day)))
    }),
    ("products in no order", |shop| {
        shop.products.iter().filter(|p| shop.items.iter().all(|item| item.product != p.id)).count() >= 4
    }),
    ("products discontinued, sold and never sold", |shop| {
        let sold = |p: &Product| shop.items.iter().any(|item| item.product == p.id);
        let gone = || shop.products.iter().filter(|p| p.discontinued.is_some());
        gone().any(sold) && !gone().all(sold)
    }),
    ("a product in cancelled orders only", |shop| {
        shop.products.iter().any(|product| {
            let mut lines = shop.items.iter().filter(|i| i.product == product.id).peekable();
            lines.peek().is_some_and(|line| {
                shop.orders.iter().any(|order| order.id == line.order && order.status == "cancelled")
            }) && lines.all(|line| !shop.completed.contains(&line.order))
        })
    }),
    ("a category that sold nothing", |shop| {
        shop.products.iter().any(|p| {
            let same: Vec<_> =
                shop.products.iter().filter(|o| o.category == p.category).map(|o| o.id).collect();
            shop.items.iter().all(|item| !same.contains(&item.product))
        })
    }),
    ("a category in which two products share the third rank", |shop| {
        let mut sales: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for product in &shop.products {
            let sold =
                shop.items.iter().filter(|i| i.product == product.id && shop.completed.contains(&i.order));
            sales.entry(&product.category).or_default().push(sold.map(|i| i.quantity * i.price).sum());
        }
        sales.values_mut().any(|sales| {
            sales.sort_unstable_by(|a, b| b.cmp(a));
            sales.len() > 4 && sales[1] > sales[2] && sales[2] == sales[3] && sales[3] > sales[4]
        })
    }),
    ("one name live and discontinued in one category", |shop| {
        shop.products.iter().any(|a| {
            a.discontinued.is_some()
                && shop
                    .products
                    .iter()
                    .any(|b| b.discontinued.is_none() && (&b.name, &b.category) == (&a.name, &a.category))
        })
    }),
    ("no two live products of one name in a category", |shop| {
        let live = || shop.products.iter().filter(|p| p.discontinued.is_none());
        let names: BTreeSet<_> = live().map(|p| (p.category.as_str(), p.name.to_lowercase())).collect();
        names.len() == live().count()
    }),
    ("names with the wildcards of LIKE, and with a quote", |shop| {
        ["%", "_", "\\"].iter().all(|mark| shop.products.iter().any(|p| p.name.contains(mark)))
            && shop.products.iter().any(|p| p.name.contains('\''))
    }),
    ("a live book at exactly 2000 cents", |shop| {
        shop.products.iter().any(|p| p.category == "books" && p.discontinued.is_none() && p.price == 2000)
    }),
    ("a user who bought every live book, and others who lack one", |shop| {
        let live = |p: &&Product| p.category == "books" && p.discontinued.is_none();
        let books: BTreeSet<_> = shop.products.iter().filter(live).map(|p| p.id).collect();
        let of = |user: i64| shop.products_of(user).iter().copied().collect::<BTreeSet<_>>();
        let missing = |user: i64| books.difference(&of(user)).count();
        let all = shop.users.iter().filter(|user| missing(user.id) == 0).count();
        let discontinued = |user: i64| {
            of(user)
                .iter()
                .any(|id| shop.products.iter().any(|p| p.id == *id && p.category == "books" && !live(&p)))
        };
        books.len() >= 3
            && (1..=2).contains(&all)
            && shop.users.iter().filter(|user| missing(user.id) == 1).count() >= 3
            && shop.users.iter().any(|user| missing(user.id) == 1 && discontinued(user.id))
            && shop
                .users
                .iter()
                .any(|user| missing(user.id) == 1 && shop.products_of(user.id).len() > books.len() + 1)
    }),
    ("orders in the first and the last second of a month", |shop| {
        ["2025-11-01 00:00:00", "2025-11-30 23:59:59", "2024-02-29 23:59:59", "2024-03-01 00:00:00"]
            .iter()
            .all(|at| shop.orders.iter().any(|order| order.created == *at))
    }),
    ("orders on both sides of the turn of a year", |shop| {
        let at = |at: &str, status: &str| shop.orders.iter().any(|o| o.created == at && o.status == status);
        at("2025-12-31 23:59:59", "paid")
            && at("2026-01-01 00:00:00", "pending")
            && at("2026-01-01 00:00:00", "cancelled")
    }),
    ("pending for exactly seven days, a second more and less", |shop| {
        ["2026-03-08 11:59:59", "2026-03-08 12:00:00", "2026-03-08 12:00:01"]
            .iter()
            .all(|at| shop.orders.iter().any(|order| order.created == *at && order.status == "pending"))
    }),
    ("a day without orders among the last seven, a month among the last twelve", |shop| {
        ["2026-03-11", "2025-08"].iter().all(|at| shop.orders.iter().all(|o| !o.created.starts_with(at)))
    }),
    ("a user's two latest orders in one second", |shop| {
        shop.users.iter().any(|user| {
            let times: Vec<_> = shop.of(user.id).map(|order| &order.created).collect();
            times.len() > 1 && times.iter().max() == Some(&times[times.len() - 2])
        })
    }),
    ("completed orders in the same month of two years, and in no other", |shop| {
        shop.users.iter().any(|user| {
            let months: BTreeSet<_> =
                shop.of(user.id).filter(|o| o.completed()).map(|o| &o.created[..7]).collect();
            let of_year: BTreeSet<_> = months.iter().map(|month| &month[5..]).collect();
            months.len() == 2 && of_year.len() == 1
        })
    }),
    ("orders on four consecutive days over the turn of a year, on six over a leap day", |shop| {
        let streak = |first: &str, length: i64| {
            let first = calendar::parse(first).expect("a day").0 / DAY;
            let day = |order: &Order| calendar::parse(&order.created).expect("a moment").0 / DAY;
            shop.users.iter().any(|user| {
                let days: BTreeSet<_> = shop.of(user.id).map(day).collect();
                (first..first + length).all(|day| days.contains(&day))
                    && shop.of(user.id).count() > days.len() - 1
            })
        };
        streak("2025-12-30", 4) && streak("2024-02-26", 6)
    }),
    ("two orders of a user on one day of a streak", |shop| {
        shop.users.iter().any(|user| {
            let days: Vec<_> = shop.of(user.id).map(|order| &order.created[..10]).collect();
            days.contains(&"2024-02-27") && days.iter().filter(|day| **day == "2024-02-28").count() == 2
        })
    }),
    ("gaps in the ids of orders", |shop| {
        shop.orders.last().is_some_and(|last| last.id as usize > shop.orders.len() + 10)
    }),
    ("completed orders without items", |shop| {
        let with_items: BTreeSet<_> = shop.items.iter().map(|item| item.order).collect();
        shop.completed.difference(&with_items).count() >= 2
    }),
    ("two lines of one product in an order", |shop| {
        let lines: BTreeSet<_> = shop.items.iter().map(|item| (item.order, item.product)).collect();
        lines.len() < shop.items.len()
    }),
    ("lines sold at another price than today's, dearer and cheaper", |shop| {
        let price = |id: i64| shop.products.iter().find(|p| p.id == id).expect("items name products").price;
        let dearer = shop.items.iter().filter(|item| item.price > price(item.product)).count();
        let cheaper = shop.items.iter().filter(|item| item.price < price(item.product)).count();
        let same = shop.items.len() - dearer - cheaper;
        dearer > 50 && cheaper > 50 && same > shop.items.len() / 3
    }),
    ("orders at the bounds of the sizes", |shop| {
        let values: BTreeSet<_> = shop.values.values().copied().collect();
        [4999, 5000, 19999, 20000].iter().all(|value| values.contains(value))
    }),
    ("a user who spent exactly 100000", |shop| {
        let completed = |user: i64| shop.of(user).filter(|order| order.completed());
        shop.users.iter().any(|user| completed(user.id).map(|o| shop.values[&o.id]).sum::<i64>() == 100_000)
    }),
    ("users all of whose orders are cancelled", |shop| {
        let cancelled = |user: i64| shop.of(user).all(|order| order.status == "cancelled");
        shop.users.iter().any(|user| shop.of(user.id).count() > 0 && cancelled(user.id))
    }),
    ("payments of every status", |shop| {
        ["authorized", "captured", "refunded", "failed"]
            .iter()
            .all(|status| shop.payments.iter().filter(|p| p.status == *status).count() >= 10)
    }),
    ("captured payments without order", |shop| {
        shop.payments.iter().filter(|p| p.order.is_none() && p.status == "captured").count() > 10
    }),
    ("completed orders without captured payment, and with two", |shop| {
        let completed = || shop.orders.iter().filter(|order| order.completed());
        completed().filter(|order| shop.captured(order.id).is_empty()).count() > 10
            && completed().filter(|order| shop.captured(order.id).len() == 2).count() >= 3
    }),
    ("captured payments that do not add up to the order's value", |shop| {
        shop.orders.iter().any(|order| {
            let captured: i64 = shop.captured(order.id).iter().map(|payment| payment.amount).sum();
            order.completed() && captured > 0 && captured < shop.values[&order.id]
        })
    }),
    ("two captured payments that add up to it", |shop| {
        shop.orders.iter().any(|order| {
            let captured = shop.captured(order.id);
            captured.len() == 2 && captured.iter().map(|p| p.amount).sum::<i64>() == shop.values[&order.id]
        })
    }),
    ("payments equal in everything, with an order and without", |shop| {
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        for p in &shop.payments {
            *counts.entry((p.order.is_some(), p.order, p.amount, &p.status, &p.created)).or_default() += 1;
        }
        [true, false].iter().all(|with| counts.iter().any(|(key, count)| key.0 == *with && *count > 1))
    }),
    ("a payment without order that fits one unpaid order, and two for one", |shop| {
        let unpaid: Vec<i64> = shop
            .orders
            .iter()
            .filter(|order| order.completed() && shop.captured(order.id).is_empty())
            .map(|order| shop.values[&order.id])
            .collect();
        let loose: Vec<i64> = shop
            .payments
            .iter()
            .filter(|p| p.order.is_none() && p.status == "captured")
            .map(|p| p.amount)
            .collect();
        let times = |amounts: &[i64], amount: i64| amounts.iter().filter(|a| **a == amount).count();
        [1, 2].iter().all(|payments| {
            loose.iter().any(|amount| times(&unpaid, *amount) == 1 && times(&loose, *amount) == *payments)
        })
    }),
];

#[test]
fn every_case_is_there_whatever_the_seed() {
    let recipe = recipe(None);
    let mut missing = Vec::new();
    for seed in [1, 2, 3, 42, 2_026] {
        let shop = shop(&recipe, seed);
        missing.extend(CASES.iter().filter(|(_, holds)| !holds(&shop)).map(|(case, _)| (seed, *case)));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
