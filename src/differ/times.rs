//! Days and times that hurt: ends of months, midnights, the same day of another year.

use jiff::{
    ToSpan,
    civil::{Date, DateTime, date},
};

use crate::{moment::Moment, random::Random, schema::hints::TimeFormat};

/// The days on which date arithmetic goes wrong, the worst first.
const HARD_DAYS: [(i16, i8, i8); 14] = [
    (2026, 3, 31),
    (2024, 2, 29),
    (2026, 1, 1),
    (2025, 12, 31),
    (2026, 3, 1),
    (2026, 5, 31),
    (2024, 3, 30),
    (2025, 1, 31),
    (2026, 10, 31),
    (2025, 2, 28),
    (2026, 7, 15),
    (2024, 12, 1),
    (2025, 4, 1),
    (2027, 8, 30),
];

/// What 'now' is in the database number `index` of a search in which the day moves.
pub fn moving_now(index: u64, random: &mut Random) -> Moment {
    let day = if index < HARD_DAYS.len() as u64 || random.percent(60) {
        let (y, m, d) = HARD_DAYS[(index as usize) % HARD_DAYS.len()];
        date(y, m, d)
    } else {
        let far = random.between(0, 4 * 366);
        date(2024, 1, 1).checked_add(far.days()).expect("a day of this decade")
    };
    let (h, m, s) =
        *random.pick(&[(12, 0, 0), (12, 0, 0), (0, 0, 0), (23, 59, 59), (7, 30, 1)]).expect("five");
    Moment::from(day.at(h, m, s, 0))
}

/// Hours that matter: both ends of a day, and its middle.
const HOURS: [(i8, i8, i8); 6] = [(0, 0, 0), (0, 0, 0), (12, 30, 0), (23, 59, 59), (0, 0, 1), (23, 59, 59)];

/// A few times that belong together: near a day, near the ends of months round it, or in other years.
pub fn cluster(now: Moment, rows: usize, random: &mut Random) -> Vec<DateTime> {
    let today = now.date();
    let base = match random.below(10) {
        // Round the months before today.
        0..=3 => months(today, -[0, 1, 1, 1, 2, 2, 3, 6, 11, 12, 13][random.below(11)]),
        4 => today,
        5 => today.checked_sub(random.between(0, 40).days()).unwrap_or(today),
        6 => date(2025, 12, 30),
        7 => date(2024, 2, 27),
        _ => today.checked_sub(random.between(0, 800).days()).unwrap_or(today),
    };
    let size = 1 + random.below(9.max(rows + 2));
    let days = random.below(6);
    let mut times: Vec<DateTime> = (0..size)
        .map(|at| {
            let day = match days {
                // The ends of the month and its neighbours.
                0 | 1 => {
                    let first = base.first_of_month();
                    match random.below(7) {
                        0 => first,
                        1 => base.last_of_month(),
                        2 => first.yesterday().unwrap_or(first),
                        3 => base.last_of_month().tomorrow().unwrap_or(first),
                        4 => months(first, -1),
                        _ => base,
                    }
                }
                // Days in a row, with a gap now and then.
                2 | 3 => base.checked_add(random.between(0, 5).days()).unwrap_or(base),
                // One day after the other.
                4 => base.checked_add((at as i64).days()).unwrap_or(base),
                // Other months and years.
                _ => months(base, *random.pick(&[0, 0, 1, -1, 12, -12, 2, -3]).expect("eight")),
            };
            let (h, m, s) = if random.percent(80) {
                *random.pick(&HOURS).expect("six")
            } else {
                (random.below(24) as i8, random.below(60) as i8, random.below(60) as i8)
            };
            day.at(h, m, s, 0)
        })
        .collect();
    if random.percent(10) {
        times.push(now.civil());
    }
    times
}

/// The same day so many months on, or the last one of that month.
pub fn months(day: Date, months: i64) -> Date {
    day.checked_add(months.months()).unwrap_or(day)
}

/// A time as a column writes it.
pub fn write(at: DateTime, format: TimeFormat) -> String {
    let text = Moment::from(at).to_string();
    match format {
        TimeFormat::DateTime => text,
        TimeFormat::Date => text[..10].to_owned(),
        TimeFormat::Month => text[..7].to_owned(),
        TimeFormat::Time => text[11..].to_owned(),
    }
}

/// Reads a literal as a time: a month is its first day.
pub fn read(text: &str) -> Option<(DateTime, TimeFormat)> {
    if let Ok(at) = text.parse::<Moment>() {
        let format = if text.trim().len() == 10 { TimeFormat::Date } else { TimeFormat::DateTime };
        let at = if format == TimeFormat::Date { at.date().at(0, 0, 0, 0) } else { at.civil() };
        return Some((at, format));
    }
    let month = text.len() == 7 && text.as_bytes()[4] == b'-';
    let first: Date = month.then(|| format!("{text}-01").parse().ok())??;
    Some((first.at(0, 0, 0, 0), TimeFormat::Month))
}

/// The times round a literal that tell boundaries apart.
pub fn around(at: DateTime) -> Vec<DateTime> {
    let day = at.date();
    let mut times = vec![at];
    let mut push = |day: Option<Date>, hours: &[(i8, i8, i8)]| {
        if let Some(day) = day {
            times.extend(hours.iter().map(|(h, m, s)| day.at(*h, *m, *s, 0)));
        }
    };
    push(Some(day), &[(0, 0, 0), (12, 30, 0), (23, 59, 59)]);
    push(day.yesterday().ok(), &[(23, 59, 59), (12, 30, 0)]);
    push(day.tomorrow().ok(), &[(0, 0, 0), (12, 30, 0)]);
    push(Some(day.last_of_month()), &[(0, 0, 0), (23, 59, 59)]);
    push(day.last_of_month().tomorrow().ok(), &[(0, 0, 0)]);
    push(Some(months(day, -12)), &[(12, 30, 0)]);
    push(day.checked_add(31.days()).ok(), &[(12, 30, 0)]);
    let second = at.checked_add(1.second()).ok().into_iter().chain(at.checked_sub(1.second()).ok());
    times.extend(second);
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_in_their_format() {
        let said = |text: &str| read(text).map(|(at, format)| (write(at, TimeFormat::DateTime), format));
        assert_eq!(said("2026-02-01"), Some(("2026-02-01 00:00:00".into(), TimeFormat::Date)));
        assert_eq!(said("2026-02"), Some(("2026-02-01 00:00:00".into(), TimeFormat::Month)));
        assert_eq!(said("2026-02-01 10:11:12"), Some(("2026-02-01 10:11:12".into(), TimeFormat::DateTime)));
        assert_eq!(said("2026-02-30"), None);
        assert_eq!(said("1234567"), None);
        assert_eq!(said("über-ä"), None);
    }

    #[test]
    fn the_hard_days_come_first() {
        let mut random = Random::new(1);
        let days: Vec<String> =
            (0..3).map(|i| moving_now(i, &mut random).to_string()[..10].to_owned()).collect();
        assert_eq!(days, ["2026-03-31", "2024-02-29", "2026-01-01"]);
    }
}
