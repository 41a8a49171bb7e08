//! Checks how the values of a column are made.

use super::{
    check::{Checker, format, value},
    model::{Case, Chance, From, Literal, Make, Operand, Part, Path, Ref, Test, Time, Weighted},
    raw,
};
use crate::schema::calendar::{self, DAY, Format};

/// The fill that a column refers to, if it does.
pub(super) fn target(make: &raw::Make) -> Option<&str> {
    match make {
        raw::Make::Ref(reference) => Some(&reference.to),
        raw::Make::Mix(ways) => ways.iter().find_map(|(_, way)| target(way)),
        raw::Make::By(by) => by.when.values().chain(by.otherwise.as_deref()).find_map(target),
        raw::Make::If(test) => target(&test.then).or_else(|| target(&test.otherwise)),
        raw::Make::Place(place) => [&place.first, &place.last]
            .into_iter()
            .flatten()
            .chain([&place.otherwise])
            .find_map(|way| target(way)),
        raw::Make::Null
        | raw::Make::Step
        | raw::Make::Sequence(_)
        | raw::Make::Value(_)
        | raw::Make::Words(_)
        | raw::Make::Deal(_)
        | raw::Make::Numbers(_)
        | raw::Make::Range(_)
        | raw::Make::Price(_)
        | raw::Make::Scaled(_)
        | raw::Make::Pattern(_)
        | raw::Make::Person(_)
        | raw::Make::Email(_)
        | raw::Make::Copy(_)
        | raw::Make::Sum(_)
        | raw::Make::Time(_)
        | raw::Make::Later(_) => None,
    }
}

/// A whole column.
pub(super) fn column(
    checker: &mut Checker,
    fill: usize,
    position: usize,
    raw: raw::Make,
) -> Result<Make, String> {
    let raw::Make::Time(raw) = raw else { return make(checker, fill, position, raw) };
    if checker.fills[fill].parent.is_some() {
        return Err("time is for fills that have rows of their own: expected later".into());
    }
    if checker.clocks[fill].replace(position).is_some() {
        return Err("a fill has one column of time: expected later for the others".into());
    }
    let time = time(checker, &raw)?;
    checker.formats[fill] = Some(time.format);
    Ok(Make::Time(Box::new(time)))
}

/// One way of making a value. `position` columns of the row are there already.
pub(super) fn make(
    checker: &mut Checker,
    fill: usize,
    position: usize,
    raw: raw::Make,
) -> Result<Make, String> {
    let boxed =
        |checker: &mut Checker, raw: Box<raw::Make>| make(checker, fill, position, *raw).map(Box::new);
    Ok(match raw {
        raw::Make::Null => Make::Null,
        raw::Make::Step => Make::Step,
        raw::Make::Sequence(sequence) => {
            Make::Sequence { table: checker.fills[fill].table_index, gap: chance(sequence.gap)? }
        }
        raw::Make::Value(raw) => Make::Value(literal(value(raw)?)),
        raw::Make::Words(words) => {
            Make::Words(weighted(words.into_iter().map(|(word, weight)| (weight, word)))?)
        }
        raw::Make::Deal(words) => {
            let deck: Vec<_> = words
                .into_iter()
                .flat_map(|(word, count)| std::iter::repeat_n(word, count as usize))
                .collect();
            if deck.is_empty() {
                return Err("a deck needs words".into());
            }
            checker.slots.decks += 1;
            Make::Deal { slot: checker.slots.decks - 1, deck }
        }
        raw::Make::Numbers(numbers) => {
            let pairs = numbers.into_iter().map(|(number, weight)| match number.parse() {
                Ok(number) => Ok((weight, number)),
                Err(_) => {
                    Err(format!("{number:?} is no whole number: expected numbers = {{ 1 = 70, 2 = 30 }}"))
                }
            });
            Make::Numbers(weighted(pairs.collect::<Result<Vec<(u32, i64)>, _>>()?)?)
        }
        raw::Make::Range(range) if range.step < 1 => return Err("step: expected 1 or more".into()),
        raw::Make::Range(range) => Make::Range {
            step: range.step,
            from: operand(checker, fill, position, range.from)?,
            to: operand(checker, fill, position, range.to)?,
            lean: lean(range.lean)?,
        },
        raw::Make::Price(price) => {
            if price.from < 1 || price.to < price.from {
                return Err("expected 1 <= from <= to, in cents".into());
            }
            Make::Price {
                from: price.from,
                to: price.to,
                lean: lean(price.lean)?,
                endings: endings(price.endings)?,
                euros: price.euros,
            }
        }
        raw::Make::Scaled(scaled) => Make::Scaled {
            of: path(checker, fill, position, &scaled.of)?,
            from: scaled.percent.0,
            to: scaled.percent.1,
            endings: endings(scaled.endings)?,
        },
        raw::Make::Pattern(pattern) => Make::Pattern {
            parts: parts(checker, fill, position, &pattern.text)?,
            case: match pattern.case {
                raw::PatternCase::Kept => Case::Kept,
                raw::PatternCase::Mixed => Case::Mixed,
            },
            unique: pattern.unique.then(|| unique(checker)),
        },
        raw::Make::Person(person) => {
            Make::Person { country: path(checker, fill, position, &person.country)? }
        }
        raw::Make::Email(email) => {
            let of = path(checker, fill, position, &email.of)?;
            Make::Email {
                of,
                domains: weighted(email.domains.into_iter().map(|(word, weight)| (weight, word)))?,
                unique: unique(checker),
            }
        }
        raw::Make::Ref(raw) => Make::Ref(reference(checker, fill, position, raw)?),
        raw::Make::Copy(from) => Make::Copy(path(checker, fill, position, &from)?),
        raw::Make::Sum(sum) => {
            let of = checker.fill(&sum.of)?;
            let siblings =
                checker.fills[of].parent.is_some() && checker.fills[of].parent == checker.fills[fill].parent;
            if !siblings || of >= fill {
                return Err(format!("{:?} is no earlier fill of the same parent", sum.of));
            }
            let columns =
                sum.columns.iter().map(|name| checker.column(of, name)).collect::<Result<Vec<_>, _>>()?;
            if !checker.summed[of].is_empty() && checker.summed[of] != columns {
                return Err(format!("{:?} is summed in another way already", sum.of));
            }
            checker.summed[of] = columns;
            Make::Sum { of, otherwise: boxed(checker, sum.otherwise)? }
        }
        raw::Make::Time(_) => return Err("time makes a whole column, never a part of one".into()),
        raw::Make::Later(later) => {
            let (least, most) = (duration(&later.least)?, duration(&later.most)?);
            if least > most {
                return Err("expected least <= most".into());
            }
            Make::Later {
                than: operand(checker, fill, position, later.than)?,
                least,
                most,
                lean: lean(later.lean)?,
                cap: match later.cap.as_deref() {
                    None => Some(Operand::Fixed(checker.now)),
                    Some("none") => None,
                    Some(cap) => Some(operand(checker, fill, position, raw::Operand::Text(cap.to_owned()))?),
                },
                format: format(later.format),
            }
        }
        raw::Make::Mix(ways) => {
            let ways = ways
                .into_iter()
                .map(|(weight, way)| Ok((weight, make(checker, fill, position, way)?)))
                .collect::<Result<Vec<_>, String>>()?;
            Make::Mix(weighted(ways)?)
        }
        raw::Make::By(by) => Make::By {
            column: path(checker, fill, position, &by.column)?,
            when: by
                .when
                .into_iter()
                .map(|(word, way)| Ok((word, make(checker, fill, position, way)?)))
                .collect::<Result<_, String>>()?,
            otherwise: match by.otherwise {
                Some(otherwise) => boxed(checker, otherwise)?,
                None => Box::new(Make::Null),
            },
        },
        raw::Make::If(raw) => {
            let test = match (raw.less, raw.null) {
                (Some((a, b)), None) => {
                    Test::Less(operand(checker, fill, position, a)?, operand(checker, fill, position, b)?)
                }
                (None, Some(of)) => Test::Null(path(checker, fill, position, &of)?),
                (Some(_), Some(_)) | (None, None) => return Err("expected either less or null".into()),
            };
            Make::If { test, then: boxed(checker, raw.then)?, otherwise: boxed(checker, raw.otherwise)? }
        }
        raw::Make::Place(place) => Make::Place {
            first: place.first.map(|way| boxed(checker, way)).transpose()?,
            last: place.last.map(|way| boxed(checker, way)).transpose()?,
            otherwise: boxed(checker, place.otherwise)?,
        },
    })
}

fn unique(checker: &mut Checker) -> usize {
    checker.slots.uniques += 1;
    checker.slots.uniques - 1
}

fn chance(p: f64) -> Result<Chance, String> {
    if (0.0..=1.0).contains(&p) {
        Ok(Chance::new(p))
    } else {
        Err(format!("{p} is no probability: expected 0 to 1"))
    }
}

fn lean(lean: u8) -> Result<u8, String> {
    if (1..=4).contains(&lean) { Ok(lean) } else { Err("lean: expected 1 (even) to 4 (mostly low)".into()) }
}

fn endings(endings: Vec<i64>) -> Result<Vec<i64>, String> {
    if !endings.is_empty() && endings.iter().all(|ending| (0..100).contains(ending)) {
        Ok(endings)
    } else {
        Err("endings: expected numbers of cents from 0 to 99".into())
    }
}

fn weighted<T>(pairs: impl IntoIterator<Item = (u32, T)>) -> Result<Weighted<T>, String> {
    let weighted = Weighted::new(pairs);
    if weighted.total() == 0 { Err("nothing here has a weight above 0".into()) } else { Ok(weighted) }
}

/// `20s`, `5m`, `3h`, `2d` in seconds.
fn duration(text: &str) -> Result<i64, String> {
    let unit = match text.as_bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3_600,
        Some(b'd') => DAY,
        _ => 0,
    };
    match text.get(..text.len().saturating_sub(1)).map(str::parse::<i64>) {
        Some(Ok(number)) if unit > 0 && number.abs() < 1_000_000_000 => Ok(number * unit),
        _ => Err(format!("{text:?} is no length of time: expected \"20s\", \"5m\", \"3h\" or \"2d\"")),
    }
}

/// Text that is a moment stays one, so that other columns can reckon with it.
pub(super) fn literal(value: crate::value::Value) -> Literal {
    match &value {
        crate::value::Value::Text(text) => match calendar::parse(text) {
            Some((seconds, format)) => Literal::Time(seconds, format),
            None => Literal::Plain(value),
        },
        _ => Literal::Plain(value),
    }
}

fn operand(
    checker: &mut Checker,
    fill: usize,
    position: usize,
    raw: raw::Operand,
) -> Result<Operand, String> {
    match raw {
        raw::Operand::Number(number) => Ok(Operand::Fixed(number)),
        raw::Operand::Text(text) if text == "now" => Ok(Operand::Fixed(checker.now)),
        raw::Operand::Text(text) => match calendar::parse(&text) {
            Some((seconds, _)) => Ok(Operand::Fixed(seconds)),
            None => path(checker, fill, position, &text).map(Operand::Column),
        },
    }
}

/// `column`, `parent.column`, `previous.column`, each with `.column` of the row that it refers to.
fn path(checker: &mut Checker, fill: usize, position: usize, text: &str) -> Result<Path, String> {
    let (from, of, rest) = match text.split_once('.') {
        Some(("parent", rest)) => match checker.fills[fill].parent {
            Some(parent) => (From::Parent, parent, rest),
            None => return Err(format!("{text:?}: {} has no parent", checker.fills[fill].name)),
        },
        Some(("previous", rest)) => {
            checker.looks_back[fill] = true;
            (From::Previous, fill, rest)
        }
        _ => (From::Own, fill, text),
    };
    let (name, through) = match rest.split_once('.') {
        Some((name, through)) => (name, Some(through)),
        None => (rest, None),
    };
    let column = checker.column(of, name)?;
    if from == From::Own && column >= position {
        return Err(format!("{name} is made later: columns are made in the order of the file"));
    }
    let through = match through {
        None => None,
        Some(name_there) => {
            let Some(target) = checker.fills[of].targets[column] else {
                return Err(format!("{name} refers to no other fill"));
            };
            let there = checker.column(target, name_there)?;
            Some((target, checker.keep(target, there)))
        }
    };
    Ok(Path { from, column, through })
}

fn parts(checker: &mut Checker, fill: usize, position: usize, text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            plain.push_str(&from[..1]);
            rest = after;
            continue;
        }
        let inside = from.strip_prefix('{').and_then(|from| from.split_once('}'));
        let (inside, after) =
            inside.ok_or("a { without its }, or a } without its {: write {{ or }} for the sign itself")?;
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        let sized = inside.split_once(':').and_then(|(kind, size)| Some((kind, size.parse::<usize>().ok()?)));
        parts.push(match sized {
            Some(("hex", size @ 1..=64)) => Part::Hex(size),
            Some(("digits", size @ 1..=64)) => Part::Digits(size),
            Some(("code", size @ 1..=64)) => Part::Code(size),
            Some((kind, _)) => {
                return Err(format!("{{{inside}}}: expected hex, digits or code and 1 to 64, not {kind}"));
            }
            None => match checker.lists.get(inside) {
                Some(list) if list.is_empty() => return Err(format!("the list {inside} is empty")),
                Some(list) => Part::List(list.clone()),
                None => Part::Column(path(checker, fill, position, inside)?),
            },
        });
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}

fn reference(checker: &mut Checker, fill: usize, position: usize, raw: raw::Ref) -> Result<Ref, String> {
    let target = checker.fill(&raw.to)?;
    let own_root = checker.root(fill);
    if target > fill || checker.root(target) > own_root {
        return Err(format!("{} comes later: a row refers to rows that are there", raw.to));
    }
    let quarters = raw.skew * 4.0;
    if !(0.0..=8.0).contains(&quarters) || quarters.fract() != 0.0 {
        return Err("skew: expected 0 to 2 in steps of 0.25".into());
    }
    if checker.fills[target].parent.is_some() && (raw.skew > 0.0 || raw.cap.is_some()) {
        return Err(format!("how many rows {} will have is not known: no skew and no cap here", raw.to));
    }
    if raw.cap.is_some() && checker.fills[fill].parent.is_some() {
        return Err("cap: only where the fill has rows of its own".into());
    }
    let now = Operand::Fixed(checker.now);
    let moment = match raw.at {
        Some(at) => operand(checker, fill, position, at)?,
        None => now,
    };
    let share = raw
        .share
        .iter()
        .map(|(row, part)| match row.parse::<u32>() {
            Ok(row) if row > 0 => Ok((row - 1, chance(*part)?)),
            _ => Err(format!("share: {row:?} is no number of a row")),
        })
        .collect::<Result<_, String>>()?;
    let unlike = match &raw.unlike {
        Some(column) => Some(path(checker, fill, position, column)?),
        None => None,
    };
    let mut when = |column: Option<String>| -> Result<Option<(usize, Operand)>, String> {
        let Some(column) = column else { return Ok(None) };
        let column = checker.column(target, &column)?;
        Ok(Some((checker.keep(target, column), moment.clone())))
    };
    let (born, gone) = (when(raw.born)?, when(raw.gone)?);
    checker.is_target[target] = true;
    checker.slots.refs += 1;
    Ok(Ref {
        slot: checker.slots.refs - 1,
        fill: target,
        skew: quarters as u8,
        share,
        born,
        gone,
        distinct: raw.distinct,
        again: chance(raw.again)?,
        unlike,
        cap: raw.cap,
    })
}

fn time(checker: &Checker, raw: &raw::Time) -> Result<Time, String> {
    let day = |text: &str| match calendar::parse(text) {
        Some((seconds, _)) => Ok(seconds),
        None => Err(format!("{text:?} is no day: expected \"YYYY-MM-DD\"")),
    };
    let from = day(&raw.from)?.div_euclid(DAY);
    let to = match &raw.to {
        Some(to) => day(to)?,
        None => checker.now,
    };
    let days = (to - 1).div_euclid(DAY) - from + 1;
    if !(1..=20_000).contains(&days) {
        return Err("expected from before to, and not more than 20,000 days".into());
    }
    let positive = |weights: &[f64]| weights.iter().all(|w| *w >= 0.0) && weights.iter().any(|w| *w > 0.0);
    if !positive(&raw.weekdays) || !positive(&raw.months) || raw.hours.iter().all(|w| *w == 0) {
        return Err("weights are not negative, and not all 0".into());
    }
    if !(0.1..=10.0).contains(&raw.growth)
        || !(0.0..1.0).contains(&raw.start)
        || !(0.0..=1.0).contains(&raw.noise)
    {
        return Err("expected growth 0.1 to 10 a year, start 0 to 1, noise 0 to 1".into());
    }
    let mut quiet = Vec::new();
    for text in &raw.quiet {
        // A day, or a month: then every day of it.
        let of_month = (1..=31).filter_map(|day| calendar::parse(&format!("{text}-{day:02}")));
        let found: Vec<i64> = calendar::parse(text)
            .into_iter()
            .chain(of_month)
            .map(|(seconds, _)| seconds.div_euclid(DAY))
            .collect();
        if found.is_empty() {
            return Err(format!("quiet: {text:?} is no day and no month"));
        }
        quiet.extend(found);
    }
    if raw.format == raw::Format::Month {
        return Err("a moment is written as datetime, date or day_first".into());
    }
    Ok(Time {
        from,
        to,
        growth: raw.growth,
        start: raw.start,
        weekdays: raw.weekdays,
        months: raw.months,
        hours: raw.hours,
        noise: raw.noise,
        quiet,
        format: match format(raw.format) {
            Format::Month => Format::Date,
            other @ (Format::DateTime | Format::Date | Format::DayFirst) => other,
        },
    })
}
