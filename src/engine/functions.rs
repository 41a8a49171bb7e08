//! The functions that the bundled SQLite leaves out and learners use: mathematics, median and percentiles,
//! REGEXP. All are deterministic and touch nothing but their arguments, so indexes and views may use them.
//!
//! Names and NULL rules follow <https://sqlite.org/lang_mathfunc.html> and <https://sqlite.org/percentile.html>.

use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};
use rusqlite::{
    Connection, Error, Result,
    functions::{Aggregate, Context, FunctionFlags, WindowAggregate},
    types::{Value, ValueRef},
    vtab::series,
};

/// How many values a percentile gathers at the most: 80 MB of them.
const MOST_VALUES: usize = 10_000_000;

fn flags() -> FunctionFlags {
    FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS
}

/// Registers all of them on a connection.
pub(super) fn register(conn: &Connection) -> Result<()> {
    series::load_module(conn)?;
    mathematics(conn)?;
    conn.create_scalar_function("regexp", 2, flags(), regexp)?;
    conn.create_scalar_function("regexp", 3, flags(), |_| -> Result<Option<bool>> {
        Err(failed("regexp() takes two arguments: regexp(pattern, text), or text REGEXP pattern"))
    })?;
    conn.create_window_function("median", 1, flags(), Percentile { name: "median", kind: Kind::Median })?;
    conn.create_window_function(
        "percentile",
        2,
        flags(),
        Percentile { name: "percentile", kind: Kind::Hundred },
    )?;
    conn.create_window_function(
        "percentile_cont",
        2,
        flags(),
        Percentile { name: "percentile_cont", kind: Kind::Continuous },
    )?;
    conn.create_window_function(
        "percentile_disc",
        2,
        flags(),
        Percentile { name: "percentile_disc", kind: Kind::Discrete },
    )
}

/// Makes `random()` give, in turn, the numbers that are least likely and hurt most: what holds in all but one of ten
/// thousand cases is then seen not to hold.
pub(super) fn unlucky(conn: &Connection) -> Result<()> {
    const NUMBERS: [i64; 7] = [0, 1, -1, 600, i64::MAX, -i64::MAX, 2];
    let drawn = AtomicUsize::new(0);
    // As with SQLite's own, two calls are two numbers.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("random", 0, flags, move |_| {
        Ok(NUMBERS[drawn.fetch_add(1, Ordering::Relaxed) % NUMBERS.len()])
    })
}

fn failed(message: impl Into<String>) -> Error {
    Error::UserFunctionError(message.into().into())
}

/// A number, with text read as SQLite reads it (`CAST … AS REAL` of a text that is a number through and through).
fn number(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Integer(i) => Some(i as f64),
        ValueRef::Real(r) => Some(r),
        ValueRef::Text(t) => std::str::from_utf8(t).ok()?.trim().parse().ok(),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}

/// NaN becomes NULL: SQLite has no NaN.
fn real(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

type Unary = fn(f64) -> f64;
type Binary = fn(f64, f64) -> f64;

fn mathematics(conn: &Connection) -> Result<()> {
    const ONE: [(&str, Unary); 22] = [
        ("acos", f64::acos),
        ("acosh", f64::acosh),
        ("asin", f64::asin),
        ("asinh", f64::asinh),
        ("atan", f64::atan),
        ("atanh", f64::atanh),
        ("cos", f64::cos),
        ("cosh", f64::cosh),
        ("degrees", f64::to_degrees),
        ("exp", f64::exp),
        ("ln", ln),
        ("log", log10),
        ("log10", log10),
        ("log2", log2),
        ("radians", f64::to_radians),
        ("sin", f64::sin),
        ("sinh", f64::sinh),
        ("sqrt", f64::sqrt),
        ("tan", f64::tan),
        ("tanh", f64::tanh),
        ("cbrt", f64::cbrt),
        ("cot", |x| x.tan().recip()),
    ];
    const ROUND: [(&str, Unary); 4] =
        [("ceil", f64::ceil), ("ceiling", f64::ceil), ("floor", f64::floor), ("trunc", f64::trunc)];
    const TWO: [(&str, Binary); 5] = [
        ("atan2", f64::atan2),
        ("log", |base, x| if base > 0.0 && base.ln().abs() > 0.0 { ln(x) / base.ln() } else { f64::NAN }),
        ("mod", |x, y| x % y),
        ("pow", f64::powf),
        ("power", f64::powf),
    ];
    conn.create_scalar_function("pi", 0, flags(), |_| Ok(std::f64::consts::PI))?;
    for (name, f) in ONE {
        conn.create_scalar_function(name, 1, flags(), move |c| {
            Ok(number(c.get_raw(0)).and_then(|x| real(f(x))))
        })?;
    }
    for (name, f) in ROUND {
        // Integers stay integers, as in SQLite.
        conn.create_scalar_function(name, 1, flags(), move |c| {
            Ok(match c.get_raw(0) {
                ValueRef::Integer(i) => Value::Integer(i),
                other => number(other).and_then(|x| real(f(x))).map_or(Value::Null, Value::Real),
            })
        })?;
    }
    for (name, f) in TWO {
        conn.create_scalar_function(name, 2, flags(), move |c| {
            let pair = number(c.get_raw(0)).zip(number(c.get_raw(1)));
            Ok(pair.and_then(|(x, y)| real(f(x, y))))
        })?;
    }
    Ok(())
}

/// A logarithm of what is not positive is NULL in SQLite, never minus infinity.
fn positive(x: f64, f: fn(f64) -> f64) -> f64 {
    if x > 0.0 { f(x) } else { f64::NAN }
}

fn ln(x: f64) -> f64 {
    positive(x, f64::ln)
}

fn log10(x: f64) -> f64 {
    positive(x, f64::log10)
}

fn log2(x: f64) -> f64 {
    positive(x, f64::log2)
}

/// `regexp(pattern, text)`, which is what `text REGEXP pattern` calls. The pattern is compiled once a statement.
fn regexp(context: &Context<'_>) -> Result<Option<bool>> {
    let (ValueRef::Text(_), ValueRef::Text(_) | ValueRef::Integer(_) | ValueRef::Real(_)) =
        (context.get_raw(0), context.get_raw(1))
    else {
        return Ok(None);
    };
    let pattern = context.get_or_create_aux(0, |value| -> std::result::Result<Regex, Error> {
        let text = value.as_str().map_err(|_| failed("the pattern of REGEXP is no UTF-8"))?;
        RegexBuilder::new(text)
            .size_limit(1 << 20)
            .build()
            .map_err(|e| failed(format!("the pattern of REGEXP is not valid: {}", last_line(&e.to_string()))))
    })?;
    Ok(Some(match context.get_raw(1) {
        ValueRef::Text(text) => pattern.is_match(&String::from_utf8_lossy(text)),
        ValueRef::Integer(i) => pattern.is_match(&i.to_string()),
        ValueRef::Real(r) => pattern.is_match(&format!("{r:?}")),
        ValueRef::Null | ValueRef::Blob(_) => false,
    }))
}

fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or(text).trim().trim_start_matches("error: ").to_owned()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The half, of the mean of the two in the middle.
    Median,
    /// A share in per cent, interpolated.
    Hundred,
    /// A share from 0 to 1, interpolated.
    Continuous,
    /// A share from 0 to 1, one of the values.
    Discrete,
}

struct Percentile {
    name: &'static str,
    kind: Kind,
}

#[derive(Default)]
struct Gathered {
    share: Option<f64>,
    values: Vec<f64>,
    sorted: bool,
}

impl Percentile {
    fn read(&self, context: &Context<'_>) -> Result<(f64, Option<f64>)> {
        let share = match self.kind {
            Kind::Median => 0.5,
            Kind::Hundred | Kind::Continuous | Kind::Discrete => {
                let top = if self.kind == Kind::Hundred { 100.0 } else { 1.0 };
                match number(context.get_raw(1)) {
                    Some(p) if (0.0..=top).contains(&p) => p / top,
                    _ => {
                        return Err(failed(format!(
                            "the second argument of {}() is not between 0 and {top}",
                            self.name
                        )));
                    }
                }
            }
        };
        let value = match context.get_raw(0) {
            ValueRef::Null => None,
            ValueRef::Integer(i) => Some(i as f64),
            ValueRef::Real(r) if r.is_finite() => Some(r),
            _ => return Err(failed(format!("the first argument of {}() is not a number", self.name))),
        };
        Ok((share, value))
    }

    fn result(&self, gathered: &mut Gathered) -> Option<f64> {
        let (share, n) = (gathered.share?, gathered.values.len());
        if n == 0 {
            return None;
        }
        if !gathered.sorted {
            gathered.values.sort_unstable_by(f64::total_cmp);
            gathered.sorted = true;
        }
        let at = share * (n - 1) as f64;
        let (low, high) =
            (gathered.values[at.floor() as usize], gathered.values[(at.floor() as usize + 1).min(n - 1)]);
        Some(if self.kind == Kind::Discrete { low } else { low + (high - low) * at.fract() })
    }
}

impl Aggregate<Gathered, Option<f64>> for Percentile {
    fn init(&self, _: &mut Context<'_>) -> Result<Gathered> {
        Ok(Gathered::default())
    }

    fn step(&self, context: &mut Context<'_>, gathered: &mut Gathered) -> Result<()> {
        let (share, value) = self.read(context)?;
        if gathered.share.is_some_and(|known| known.to_bits() != share.to_bits()) {
            return Err(failed(format!(
                "the second argument of {}() is not the same for all rows",
                self.name
            )));
        }
        gathered.share = Some(share);
        if let Some(value) = value {
            if gathered.values.len() == MOST_VALUES {
                return Err(failed(format!(
                    "{}() of more than {MOST_VALUES} values is more than the sandbox allows",
                    self.name
                )));
            }
            gathered.values.push(value);
            gathered.sorted = false;
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, gathered: Option<Gathered>) -> Result<Option<f64>> {
        Ok(gathered.and_then(|mut gathered| self.result(&mut gathered)))
    }
}

impl WindowAggregate<Gathered, Option<f64>> for Percentile {
    fn value(&self, gathered: Option<&mut Gathered>) -> Result<Option<f64>> {
        Ok(gathered.and_then(|gathered| self.result(gathered)))
    }

    fn inverse(&self, context: &mut Context<'_>, gathered: &mut Gathered) -> Result<()> {
        if let (_, Some(value)) = self.read(context)?
            && let Some(at) = gathered.values.iter().position(|known| known.to_bits() == value.to_bits())
        {
            gathered.values.remove(at);
        }
        Ok(())
    }
}
