//! Classes from counters that are made up to lie right beside the bounds.

use super::*;

const NONE: Sorters = Sorters { of_rows_read: false, of_result: false };
const READ: Sorters = Sorters { of_rows_read: true, of_result: false };
const RESULT: Sorters = Sorters { of_rows_read: false, of_result: true };
const BUDGET: u64 = 5_000_000;

/// Steps at 2 k, 8 k and 32 k rows; 0 for a run that was stopped. Pages and rows of the result as given at 32 k,
/// the same at each size if `flat`.
fn runs(steps: [u64; 3]) -> Vec<Measured> {
    with(steps, [3, 3, 3], [5, 5, 5])
}

fn with(steps: [u64; 3], pages: [u64; 3], rows: [u64; 3]) -> Vec<Measured> {
    let sizes = [2000, 8000, 32_000];
    let run = |at: usize| Measured {
        n: sizes[at],
        outcome: match steps[at] {
            0 => Outcome::Stopped { steps: BUDGET },
            steps => Outcome::Done { steps, pages: pages[at], rows: rows[at] },
        },
    };
    (0..3).map(run).collect()
}

#[test]
fn classes() {
    let cases: [(&str, Vec<Measured>, Sorters, Class); 20] = [
        ("a look-up", runs([20, 20, 20]), NONE, Class::Constant),
        ("a look-up and a little", runs([40, 60, 100]), NONE, Class::Constant),
        ("a scan", runs([8000, 32_000, 128_000]), NONE, Class::Linear),
        ("a scan, much of it set-up", runs([9000, 30_000, 115_000]), NONE, Class::Linear),
        ("a sort of what is read", runs([9000, 36_000, 144_000]), READ, Class::NLogN),
        ("a sort of few results", runs([9000, 36_000, 144_000]), RESULT, Class::Linear),
        (
            "a sort of many results",
            with([9000, 36_000, 144_000], [3; 3], [20, 80, 320]),
            RESULT,
            Class::NLogN,
        ),
        ("a sort of one user's rows", runs([60, 60, 60]), READ, Class::Constant),
        ("a count of pages", with([9, 9, 9], [20, 80, 320], [1; 3]), NONE, Class::Linear),
        ("a tree that gets one level deeper", with([9, 9, 9], [3, 3, 12], [1; 3]), NONE, Class::Constant),
        ("rows times their root", runs([10_000, 80_000, 640_000]), NONE, Class::MoreThanLinear),
        ("every pair", runs([20_000, 320_000, 4_900_000]), NONE, Class::Quadratic),
        ("every triple", runs([2000, 128_000, 4_999_999]), NONE, Class::MoreThanQuadratic),
        ("every pair, stopped at the third size", runs([40_000, 640_000, 0]), NONE, Class::Quadratic),
        (
            "linear, then stopped where linear would have fitted",
            runs([9000, 36_000, 0]),
            NONE,
            Class::MoreThanLinear,
        ),
        ("linear, then barely stopped", runs([200_000, 800_000, 0]), NONE, Class::MoreThanLinear),
        ("dear but linear: stopped as linear must be", runs([400_000, 1_600_000, 0]), NONE, Class::Linear),
        ("stopped at once after the first", runs([1_000_000, 0, 0]), NONE, Class::MoreThanLinear),
        ("the first took nearly all", runs([4_000_000, 0, 0]), NONE, Class::Unknown),
        ("nothing came to its end", runs([0, 0, 0]), NONE, Class::Unknown),
    ];
    for (name, measured, sorters, class) in cases {
        assert_eq!(classify(&measured, sorters), class, "{name}");
    }
    assert_eq!(classify(&[], NONE), Class::Unknown);
}

#[test]
fn order_of_classes() {
    assert!(Class::NLogN.within(Class::NLogN) && Class::Linear.within(Class::NLogN));
    assert!(!Class::Quadratic.within(Class::NLogN) && !Class::Unknown.within(Class::MoreThanQuadratic));
}

#[test]
fn words_and_json() {
    let growth = Growth {
        class: Class::NLogN,
        grows: Grows::History,
        measured: with([9000, 36_000, 0], [10, 20, 30], [1; 3]),
        flips: vec![Flip {
            from: 2000,
            to: 8000,
            gone: vec!["the automatic index on orders".to_owned()],
            come: vec!["the scan of orders".to_owned(), "the scan of users".to_owned()],
        }],
    };
    assert_eq!(growth.words(), "n log n: ten times the history, 12 × the work");
    assert_eq!(
        growth.remarks(),
        [
            "At 8 k the plan changes: the automatic index on orders goes, the scan of orders and the scan of users come",
            "At 32 k it was stopped after 5,000,000 steps"
        ]
    );
    assert_eq!(
        serde_json::to_string(&growth).unwrap(),
        "{\"class\":\"n log n\",\"grows\":\"history\",\"sizes\":[2000,8000],\"steps\":[9000,36000],\"pages\":[10,20],\
         \"stopped\":[32000],\"late\":[],\"tenfold\":12.2,\"words\":\"n log n: ten times the history, 12 × the work\",\
         \"flips\":[{\"from\":2000,\"to\":8000,\"gone\":[\"the automatic index on orders\"],\
         \"come\":[\"the scan of orders\",\"the scan of users\"]}]}"
    );
    let sizes = [7, 999, 1000, 2000, 2512, 32_000, 1_000_000, 1_250_000, 10_000_000_000];
    assert_eq!(sizes.map(size), ["7", "999", "1 k", "2 k", "2.5 k", "32 k", "1 M", "1.3 M", "10 G"]);
}

#[test]
fn names_and_sizes_as_they_are_typed() {
    let told = ["both", "h", "users", "", "usr"].map(Grows::named);
    assert_eq!(told, [Some(Grows::Both), Some(Grows::History), Some(Grows::Users), None, None]);
    let sizes =
        ["2000", "32k", "1M", "1 M", "2,000", "", "k", "-1", "1.5k", "99999999999999M"].map(parse_size);
    assert_eq!(
        sizes,
        [
            Some(2000),
            Some(32_000),
            Some(1_000_000),
            Some(1_000_000),
            Some(2000),
            None,
            None,
            None,
            None,
            None
        ]
    );
}
