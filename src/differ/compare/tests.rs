//! Pairs of results, and what the judge says of them.

use super::*;

fn table(rows: &[&[Value]]) -> Table {
    let columns = rows.first().map_or(1, |row| row.len());
    Table {
        columns: (0..columns).map(|c| format!("c{c}")).collect(),
        rows: rows.iter().map(|row| row.to_vec()).collect(),
    }
}

fn int(i: i64) -> Value {
    Value::Integer(i)
}

fn said(expected: &Table, actual: &Table, order: &Order) -> String {
    compare(expected, actual, order).map_or("same".into(), |d| format!("{:?}: {}", d.mismatch, d.sentence))
}

#[test]
fn values_are_compared_as_the_statement_promises() {
    let same = [
        (int(5), Value::Real(5.0)),
        (Value::Real(0.1 + 0.2), Value::Real(0.3)),
        (Value::Null, Value::Null),
        (Value::Real(1e300), Value::Real(1e300)),
        (Value::Real(f64::INFINITY), Value::Real(f64::INFINITY)),
        (int(5), Value::Real(5.000_000_000_1)),
    ];
    let other = [
        (int(5), "5".into()),
        (int(5), int(6)),
        (int(9_007_199_254_740_993), int(9_007_199_254_740_992)),
        (Value::Real(0.3), Value::Real(0.300_000_01)),
        (Value::Null, int(0)),
        (Value::Real(f64::INFINITY), Value::Real(2.5)),
        (Value::Real(f64::INFINITY), Value::Real(f64::NEG_INFINITY)),
        (int(5), Value::Real(f64::INFINITY)),
        ("a".into(), "A".into()),
        ("a".into(), Value::Blob(b"a".to_vec())),
    ];
    for (a, b) in same {
        assert!(same_value(&a, &b) && same_value(&b, &a), "{a} {b}");
    }
    for (a, b) in other {
        assert!(!same_value(&a, &b) && !same_value(&b, &a), "{a} {b}");
    }
}

#[test]
fn fractions_that_equal_two_others_find_their_partners() {
    let rows = |list: [f64; 2]| table(&list.map(|r| vec![Value::Real(r)]).each_ref().map(Vec::as_slice));
    // The middle one equals both others, which do not equal each other.
    let [low, middle, high] = [0.5, 0.5 + 4e-10, 0.5 + 8e-10];
    for (one, other) in [([middle, low], [low, high]), ([low, middle], [middle, high])] {
        let [one, other] = [rows(one), rows(other)];
        assert!(compare(&one, &other, &Order::Any).is_none() && compare(&other, &one, &Order::Any).is_none());
    }
    assert!(compare(&rows([low, middle]), &rows([high, high]), &Order::Any).is_some());
}

#[test]
fn each_kind_of_wrong_is_named() {
    let any = Order::Any;
    let wanted = table(&[&[int(1), "a".into()], &[int(2), "b".into()], &[int(3), "c".into()]]);
    let cases: [(&[&[Value]], &str); 8] = [
        (&[&[int(3), "c".into()], &[int(1), "a".into()], &[int(2), "b".into()]], "same"),
        (&[&[int(1), "a".into()], &[int(2), "b".into()]], "MissingRows: 1 row of 3 missing"),
        (
            &[&[int(1), "a".into()], &[int(2), "b".into()], &[int(3), "c".into()], &[int(4), "d".into()]],
            "ExtraRows: 1 row that should not be there",
        ),
        (
            &[&[int(1), "a".into()], &[int(2), "b".into()], &[int(3), "c".into()], &[int(3), "c".into()]],
            "Duplicates: 1 row comes too often",
        ),
        (
            &[&[int(1), "a".into()], &[int(2), "b".into()], &[int(3), "x".into()]],
            "Values: wrong values in column 2 of 1 row",
        ),
        (
            &[&["1".into(), "a".into()], &["2".into(), "b".into()], &["3".into(), "c".into()]],
            "Values: column 1 of 3 rows: text where a number is expected",
        ),
        (
            &[&["a".into(), int(1)], &["b".into(), int(2)], &["c".into(), int(3)]],
            "Columns: the right columns in another sequence: expected your column 2, your column 1",
        ),
        (&[&[int(1)]], "Columns: 2 columns expected, 1 column came"),
    ];
    for (actual, want) in cases {
        assert_eq!(said(&wanted, &table(actual), &any), want);
    }
}

#[test]
fn order_counts_where_it_is_asked_for() {
    let wanted = table(&[&[int(9), int(1)], &[int(9), int(2)], &[int(5), int(3)]]);
    let swapped = table(&[&[int(9), int(2)], &[int(9), int(1)], &[int(5), int(3)]]);
    let wrong = table(&[&[int(5), int(3)], &[int(9), int(1)], &[int(9), int(2)]]);
    let keys = Order::Keys(vec![0]);
    assert_eq!(said(&wanted, &swapped, &keys), "same");
    assert_eq!(said(&wanted, &wrong, &Order::Any), "same");
    assert_eq!(
        said(&wanted, &swapped, &Order::Total),
        "Order: the right rows in the wrong order, from row 1 on"
    );
    assert_eq!(said(&wanted, &wrong, &keys), "Order: the right rows in the wrong order, from row 1 on");
}

#[test]
fn digests_tell_what_comparing_tells() {
    let digest = |rows: &[&[Value]]| {
        let (mut digest, mut buffer) = (Digest::default(), Vec::new());
        for row in rows {
            digest.row(row.iter().map(Value::as_ref), &mut buffer);
        }
        digest
    };
    let a: Value = "a".into();
    let one = digest(&[&[int(1), a.clone()], &[int(2), a.clone()]]);
    let two = digest(&[&[Value::Real(2.0), a.clone()], &[int(1), a.clone()]]);
    assert!(one.same(&two, &Order::Any) && !one.same(&two, &Order::Total));
    // Rows that come twice do not cancel each other, and values do not run together.
    assert_ne!(digest(&[&[int(1)], &[int(1)]]).bag, digest(&[&[int(2)], &[int(2)]]).bag);
    assert_ne!(digest(&[&["ab".into(), "c".into()]]).bag, digest(&[&["a".into(), "bc".into()]]).bag);
}
