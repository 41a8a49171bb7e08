//! Files that are not in order: what is said, and on which line.

use super::files::parse;

const INDEX: &str = r#"id = "an-index"
title = "A title"
track = "indexes"
kind = "index"
level = 1
minutes = 4
schema = "shop"
statement = "Do it."
hints = ["One.", "Two."]
explanation = "So."
[[query]]
sql = "SELECT id FROM orders WHERE user_id = :u"
bind = { u = 7 }
[rules]
max_indexes = 1
search = ["orders(user_id)"]
[[right]]
style = "plain"
sql = "CREATE INDEX a ON orders (user_id)"
[[wrong]]
why = "No."
rule = "search"
sql = "CREATE INDEX a ON orders (status)"
[[wrong]]
why = "No."
rule = "used"
sql = "CREATE INDEX a ON orders (status)"
[[wrong]]
why = "No."
rule = "max_indexes"
sql = "CREATE INDEX a ON orders (status)"
"#;

const TUNE: &str = r#"id = "a-tune"
title = "A title"
track = "tuning"
kind = "tune"
level = 1
minutes = 4
schema = "shop"
statement = "Do it."
hints = ["One.", "Two."]
explanation = "So."
slow = "SELECT id FROM orders"
[[columns]]
name = "id"
meaning = "an id"
[rules]
cost_of_reference = 3
[[right]]
style = "plain"
sql = "SELECT id FROM orders"
[[wrong]]
why = "No."
rule = "result"
sql = "SELECT 1"
[[wrong]]
why = "No."
rule = "result"
sql = "SELECT 2"
[[wrong]]
why = "No."
rule = "result"
sql = "SELECT 3"
"#;

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    for (file, from, to, want) in [
        (INDEX, "", "", "fine"),
        (TUNE, "", "", "fine"),
        (INDEX, "\"index\"", "\"indx\"", "an-index.toml:4: kind 'indx' is none of query, index, tune"),
        (INDEX, "kind = \"index\"\n", "", "an-index.toml:1: missing field `kind`"),
        (INDEX, "max_indexes", "max_index", "an-index.toml:15: unknown field `max_index`, expected one of"),
        (
            INDEX,
            "max_indexes = 1\n",
            "",
            "an-index.toml:14: max_indexes is missing: how many indexes may be added?",
        ),
        (
            INDEX,
            "orders(user_id)\"]",
            "orders\"]",
            "an-index.toml:16: 'orders' is no table with a key: write \"orders(user_id)\"",
        ),
        (
            INDEX,
            "rule = \"used\"",
            "rule = \"cost_of_base\"",
            "an-index.toml:20: a wrong answer breaks the rule 'cost_of_base', which is none of max_indexes, search, used, no_prefix, result",
        ),
        (INDEX, "[rules]", "drop = true\n[rules]", "an-index.toml:14: unknown field `drop`, expected one of"),
        (
            INDEX,
            "level = 1",
            "level = 1\ndrop = true",
            "an-index.toml:6: drop = true and the rule fewest go together",
        ),
        (INDEX, "level = 1", "level = 9", "an-index.toml:5: level 9 is not between 1 and 5"),
        (
            INDEX,
            "an-index\"",
            "another\"",
            "an-index.toml:1: id is 'another', but the file is called 'an-index'",
        ),
        (
            INDEX,
            "schema = \"shop\"",
            "schema = \"shop\"\nany_day = true",
            "an-index.toml:8: an index serves on one day as on another: leave any_day out",
        ),
        (
            TUNE,
            "cost_of_reference = 3\n",
            "",
            "a-tune.toml:15: [rules] is empty: what is the answer held to?",
        ),
        (
            TUNE,
            "cost_of_reference = 3",
            "cost_of_reference = 0",
            "a-tune.toml:16: cost_of_reference is 0, a number above 0 expected",
        ),
        (
            TUNE,
            "cost_of_reference = 3",
            "index_kib = 3",
            "a-tune.toml:16: index_kib is asked of indexes: it has no place in a tune exercise",
        ),
        (
            TUNE,
            "slow = \"SELECT id FROM orders\"",
            "slow = \"\"",
            "a-tune.toml:11: slow is empty: which query is to be made faster?",
        ),
        (TUNE, "slow = \"SELECT id FROM orders\"\n", "", "a-tune.toml:1: missing field `slow`"),
    ] {
        let name = if file == INDEX { "an-index.toml" } else { "a-tune.toml" };
        let text = if from.is_empty() { file.to_owned() } else { file.replacen(from, to, 1) };
        let said = parse(name, &text).map_or_else(|error| error.to_string(), |_| "fine".to_owned());
        assert!(said.starts_with(want), "{from} -> {to}\nsaid {said}\nwant {want}");
    }
}
