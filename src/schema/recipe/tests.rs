//! What a recipe may not say, and that the message names the line and what is expected.

use super::{Recipe, Together};
use crate::{
    schema::hints::{ColumnHint, TimeFormat},
    value::Value,
};

const BASE: &str = r#"today = "2026-03-15 12:00:00"
lead = "orders"
[lists]
city = ["Oslo"]
[fill.users]
rows = { default = 3 }
[fill.users.columns]
id.sequence = {}
name.words = { Ana = 1 }
[fill.orders]
rows = { default = 5, share = 1 }
[fill.orders.columns]
id.sequence = {}
at.time = { from = "2026-01-01" }
user_id.ref = { to = "users" }
[fill.items]
each = { of = "orders", count = { numbers = { 1 = 1 } } }
[fill.items.columns]
order_id.copy = "parent.id"
cents.price = { from = 100, to = 900 }
"#;

/// A text of the base, what stands there instead, and the message.
const WRONG: &[(&str, &str, &str)] = &[
    ("2026-03-15 12:00:00", "2026-03-15", "1: today has no time: expected \"YYYY-MM-DD HH:MM:SS\""),
    ("2026-03-15 12:00:00", "March", "1: today is no moment: expected \"YYYY-MM-DD HH:MM:SS\""),
    (
        "lead = \"orders\"",
        "lead = \"order\"",
        "2: there is no fill \"order\": expected one of users, orders, items",
    ),
    ("lead = \"orders\"", "lead = \"items\"", "2: the lead is a fill that has rows of its own"),
    (
        "lead = \"orders\"",
        "leads = \"orders\"",
        "2: unknown field `leads`, expected one of `today`, `lead`, `lists`, `fill`, `set`, `case`, `hints`, `together`, `after`",
    ),
    ("lead = \"orders\"\n", "", "1: missing field `lead`"),
    (
        "rows = { default = 3 }",
        "rows = { default = 3, mots = 1 }",
        "6: unknown field `mots`, expected one of `default`, `share`, `least`, `most`",
    ),
    ("rows = { default = 3 }", "rows = { default = \"3\" }", "6: invalid type: string \"3\", expected u64"),
    ("rows = { default = 3 }", "rows = { default = 3, least = 4 }", "5: expected least <= default <= most"),
    ("rows = { default = 3 }\n", "", "5: expected either rows or each"),
    (
        "id.sequence = {}\nname",
        "id.sequins = {}\nname",
        "8: unknown variant `sequins`, expected one of `null`, `step`, `sequence`, `value`, `words`, `deal`, `numbers`, `range`, `price`, `scaled`, `pattern`, `person`, `email`, `ref`, `copy`, `sum`, `time`, `later`, `mix`, `by`, `if`, `place`",
    ),
    ("id.sequence = {}\nname", "id.sequence = { gap = 2 }\nname", "8: 2 is no probability: expected 0 to 1"),
    ("{ Ana = 1 }", "{ Ana = 0 }", "9: nothing here has a weight above 0"),
    ("name.words = { Ana = 1 }", "name.copy = \"id.name\"", "9: id refers to no other fill"),
    ("name.words = { Ana = 1 }", "name.copy = \"parent.id\"", "9: \"parent.id\": users has no parent"),
    (
        "name.words = { Ana = 1 }",
        "name.copy = \"name\"",
        "9: name is made later: columns are made in the order of the file",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.pattern.text = \"{town}\"",
        "9: users has no column \"town\": expected one of id, name",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.pattern.text = \"{hex:99}\"",
        "9: {hex:99}: expected hex, digits or code and 1 to 64, not hex",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.pattern.text = \"{city\"",
        "9: a { without its }, or a } without its {: write {{ or }} for the sign itself",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.numbers = { one = 1 }",
        "9: \"one\" is no whole number: expected numbers = { 1 = 70, 2 = 30 }",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.ref = { to = \"orders\" }",
        "9: orders comes later: a row refers to rows that are there",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.ref = { to = \"users\", skew = 0.3 }",
        "9: skew: expected 0 to 2 in steps of 0.25",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.later = { than = \"now\", least = \"5\", most = \"6d\" }",
        "9: \"5\" is no length of time: expected \"20s\", \"5m\", \"3h\" or \"2d\"",
    ),
    ("name.words = { Ana = 1 }", "name.value = [1]", "9: expected a number or a string, not array"),
    (
        "name.words = { Ana = 1 }",
        "name.mix = [[1, { time = { from = \"2026-01-01\" } }]]",
        "9: time makes a whole column, never a part of one",
    ),
    (
        "name.words = { Ana = 1 }",
        "name.if = { then = \"null\", else = \"null\" }",
        "9: expected either less or null",
    ),
    ("\"2026-01-01\"", "\"2027-01-01\"", "14: expected from before to, and not more than 20,000 days"),
    ("\"2026-01-01\"", "\"soon\"", "14: \"soon\" is no day: expected \"YYYY-MM-DD\""),
    (
        "\"2026-01-01\"",
        "\"2026-01-01\", quiet = [\"2026-02-30\"]",
        "14: quiet: \"2026-02-30\" is no day and no month",
    ),
    ("of = \"orders\"", "of = \"items\"", "17: the rows of a fill come with those of an earlier one"),
    (
        "count = { numbers = { 1 = 1 } }",
        "cnt = 1",
        "17: unknown field `cnt`, expected one of `of`, `count`, `steps`",
    ),
    ("from = 100, to = 900", "from = 0, to = 900", "20: expected 1 <= from <= to, in cents"),
    (
        "cents.price",
        "cents.time = { from = \"2026-01-01\" }\nx.price",
        "20: time is for fills that have rows of their own: expected later",
    ),
];

/// Lines after the base (the first is 21), and the message.
const WRONG_AFTER: &[(&str, &str)] = &[
    ("[hints]\n\"users.nme\" = {}", "22: \"users.nme\" names no column: expected \"table.column\""),
    (
        "[hints]\n\"users.name\" = { word = [] }",
        "22: unknown field `word`, expected one of `words`, `format`, `range`",
    ),
    (
        "[[case]]\nabout = \"a\"\nrows.items = [{ cents = 1 }]",
        "23: rows of items stand in a row of their parent",
    ),
    (
        "[[case]]\nabout = \"a\"\nrows.users = [{ name = \"B\" }]",
        "23: where does this row stand? expected _at, or the moment of its column of time",
    ),
    (
        "[[case]]\nabout = \"a\"\nrows.users = [{ _at = 4, name = \"B\" }]",
        "23: _at: expected row numbers from 1 to 3",
    ),
    (
        "[[case]]\nabout = \"a\"\nrows.users = [{ _at = 1, nam = \"B\" }]",
        "23: users has no column \"nam\": expected one of id, name",
    ),
    (
        "[[case]]\nabout = \"a\"\nrows.users = [{ _at = 1, name = \"@B\" }]",
        "23: no row is labelled \"B\" and no set has this name",
    ),
    (
        "[[case]]\nabout = \"a\"\nrows.users = [\n  { _at = 1, _label = \"b\" },\n  { _at = 2, _label = \"b\" },\n]",
        "25: the name \"b\" is taken",
    ),
    (
        "[[case]]\nabout = \"a\"\nrows.users = [{ _at = 1, _label = \"b\", name = \"@b.name:small\" }]",
        "23: \"small\": expected upper, lower or title",
    ),
    (
        "[[together]]\ntable = \"users\"\ncolumns = [\"name\"]\nrows = [[1, 2]]",
        "21: a row has 2 values for 1 columns",
    ),
    (
        "[fill.more]\ntable = \"items\"\neach = { of = \"orders\", count = { value = 1 } }\n[fill.more.columns]\ncents.value = 1",
        "21: the fills of items must write the same columns in the same order: expected order_id, cents",
    ),
    (
        "[variant.lab.fill.users]\nrow = 1",
        "22: unknown field `row`, expected one of `table`, `rows`, `each`, `columns`",
    ),
    ("[variant.lab]\nfill = 1", "22: expected a table here"),
    ("lead =", "21: string values must be quoted, expected literal string"),
];

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let cases = WRONG.iter().map(|(old, new, message)| {
        assert_eq!(BASE.matches(old).count(), 1, "{old}");
        (BASE.replace(old, new), *message)
    });
    let after = WRONG_AFTER.iter().map(|(more, message)| (format!("{BASE}{more}\n"), *message));
    let mut wrong = Vec::new();
    for (text, expected) in cases.chain(after) {
        let lab = text.contains("[variant").then_some("lab");
        let message =
            Recipe::parse("shop.toml", &text, lab).map_or_else(|error| error.to_string(), |_| "fine".into());
        if message != format!("shop.toml:{expected}") {
            wrong.push((message, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_variant_that_is_not_there() {
    let error = Recipe::parse("shop.toml", BASE, Some("lab")).expect_err("there is none");
    assert_eq!(error.to_string(), "shop.toml:1: there is no variant \"lab\": expected one of []");
}

#[test]
fn what_a_recipe_tells_others() {
    let text = format!(
        "{BASE}{}",
        r#"
[hints]
"orders.at" = { format = "datetime" }
"items.cents" = { words = ["1"], range = [1, 9] }
[[together]]
table = "orders"
columns = ["at", "user_id"]
rows = [["2026-03-15", "@null"], ["2026-03-16", 1]]
[[after]]
about = "so that sums agree"
sql = "UPDATE orders SET id = id"
[variant.lab]
today = "2026-03-16 12:00:00"
[variant.lab.fill.users.columns]
name.value = "Bo"
[variant.wide.fill.users.columns]
extra.value = 1
"#
    );
    let recipe = Recipe::parse("shop.toml", &text, None).expect("it is a recipe");
    let hint = |table: &str, column: &str| ColumnHint {
        table: table.into(),
        column: column.into(),
        ..ColumnHint::default()
    };
    assert_eq!(
        recipe.hints(),
        [
            ColumnHint { format: Some(TimeFormat::DateTime), ..hint("orders", "at") },
            ColumnHint { words: vec!["1".into()], range: Some((1, 9)), ..hint("items", "cents") },
        ]
    );
    let columns = vec!["at".into(), "user_id".into()];
    let rows = vec![vec!["2026-03-15".into(), Value::Null], vec!["2026-03-16".into(), 1.into()]];
    assert_eq!(recipe.together(), [Together { table: "orders".into(), columns, rows }]);
    let after = &recipe.after()[0];
    assert_eq!((after.sql.as_str(), Recipe::line(&text, after.at)), ("UPDATE orders SET id = id", 31));
    assert_eq!(
        (recipe.lead(), recipe.today(), recipe.variants().join(" ")),
        ("orders", "2026-03-15 12:00:00", "lab wide".into())
    );
    let tables = |recipe: &Recipe| -> Vec<String> {
        recipe.tables().iter().map(|shape| format!("{}({})", shape.name, shape.columns.join(", "))).collect()
    };
    assert_eq!(tables(&recipe), ["users(id, name)", "orders(id, at, user_id)", "items(order_id, cents)"]);

    let lab = Recipe::parse("shop.toml", &text, Some("lab")).expect("it is a recipe");
    assert_eq!((lab.today(), tables(&lab)), ("2026-03-16 12:00:00", tables(&recipe)));
    let wide = Recipe::parse("shop.toml", &text, Some("wide")).expect("it is a recipe");
    assert_eq!(tables(&wide)[0], "users(id, name, extra)");
}
