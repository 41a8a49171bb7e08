//! Days and times that hurt: ends of months, midnights, the same day of another year.

use jiff::{
    ToSpan,
    civil::{Date, DateTime, date},
};

use crate::{moment::Moment, random::Random, schema::hints::TimeFormat, value::Value};

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

/// How far apart two times may have to be: what a modifier such as '-7 days' says, or a number of days or seconds
/// that a difference is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    months: i64,
    seconds: i64,
}

impl Shift {
    /// What a date function's modifier says: '+1 month', '-36 hours'.
    pub fn of_modifier(text: &str) -> Option<Shift> {
        let (count, unit) = text.trim().split_once(' ')?;
        let count = count.trim_start_matches(['+', '-']).parse::<i64>().ok().filter(|n| *n < 1_000_000)?;
        let (months, seconds) = match unit.trim().to_ascii_lowercase().trim_end_matches('s') {
            "year" => (12 * count, 0),
            "month" => (count, 0),
            "day" => (0, 86_400 * count),
            "hour" => (0, 3_600 * count),
            "minute" => (0, 60 * count),
            "second" => (0, count),
            _ => return None,
        };
        (months + seconds != 0).then_some(Shift { months, seconds })
    }

    /// What a number may mean that stands beside a difference of times: seconds, minutes, hours, days.
    pub fn of_number(n: i64) -> Vec<Shift> {
        let unit = |seconds: i64, most: i64| {
            (1..=most).contains(&n).then_some(Shift { months: 0, seconds: n * seconds })
        };
        [unit(86_400, 40_000), unit(3_600, 100), unit(60, 2_000), unit(1, 40_000_000)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// A time so much later or earlier.
    pub fn of(self, at: DateTime, later: bool) -> Option<DateTime> {
        let (months, seconds) =
            if later { (self.months, self.seconds) } else { (-self.months, -self.seconds) };
        at.checked_add(months.months()).ok()?.checked_add(seconds.seconds()).ok()
    }

    /// A time so far from another that it lies on one side of a boundary, on the other or on it.
    pub fn near(self, at: DateTime, random: &mut Random) -> DateTime {
        let later = random.percent(50);
        let there = self.of(at, later).unwrap_or(at);
        match random.below(8) {
            0..=2 => there,
            3 => there.checked_add(1.second()).unwrap_or(there),
            4 => there.checked_sub(1.second()).unwrap_or(there),
            5 => there.checked_add(1.day()).unwrap_or(there),
            6 => there.checked_sub(1.day()).unwrap_or(there),
            _ => there.date().at(0, 0, 0, 0),
        }
    }
}

/// Steps from one time to the next that are worth trying where no statement names one.
const STEPS: [Shift; 5] = [
    Shift { months: 0, seconds: 0 },
    Shift { months: 0, seconds: 1 },
    Shift { months: 0, seconds: 3_600 },
    Shift { months: 0, seconds: 86_400 },
    Shift { months: 1, seconds: 0 },
];

/// A time that goes with another one: at the same moment, a step away, or as far as a statement says.
pub fn beside(at: DateTime, shifts: &[Shift], random: &mut Random) -> DateTime {
    match random.pick(shifts) {
        Some(shift) if random.percent(60) => shift.near(at, random),
        Some(_) | None => {
            let step = random.pick(&STEPS).expect("there are five");
            step.of(at, random.percent(70)).unwrap_or(at)
        }
    }
}

/// A few times that belong together: near a day, near the ends of months round it, or in other years, some of them
/// as far apart as the statements say.
pub fn cluster(now: Moment, shifts: &[Shift], random: &mut Random) -> Vec<DateTime> {
    let mut times = together(now, random);
    if !shifts.is_empty() && random.percent(60) {
        for _ in 0..=random.below(3) {
            let from =
                if random.percent(40) { now.civil() } else { *random.pick(&times).expect("one at least") };
            let shift = random.pick(shifts).expect("there are some");
            times.push(shift.near(from, random));
        }
    }
    times
}

fn together(now: Moment, random: &mut Random) -> Vec<DateTime> {
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
    let size = 1 + random.below(13);
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

/// Puts a time in a value's place, as a column writes it.
pub fn put(at: DateTime, format: TimeFormat, value: &mut Value) {
    if let Value::Text(text) = value {
        text.clear();
        spell(at, format, text);
    } else {
        *value = Value::Text(write(at, format));
    }
}

/// A time as a column writes it.
pub fn write(at: DateTime, format: TimeFormat) -> String {
    let mut text = String::new();
    spell(at, format, &mut text);
    text
}

fn spell(at: DateTime, format: TimeFormat, text: &mut String) {
    let part = match format {
        TimeFormat::DateTime => 0..19,
        TimeFormat::Date => 0..10,
        TimeFormat::Month => 0..7,
        TimeFormat::Time => 11..19,
    };
    let Ok(year) = u8::try_from(at.year() / 100) else {
        // Years before the first are written as a moment is.
        text.push_str(&Moment::from(at).to_string()[part]);
        return;
    };
    let mut whole = *b"0000-00-00 00:00:00";
    let pairs = [
        (0, year),
        (2, (at.year() % 100) as u8),
        (5, at.month() as u8),
        (8, at.day() as u8),
        (11, at.hour() as u8),
        (14, at.minute() as u8),
        (17, at.second() as u8),
    ];
    for (place, number) in pairs {
        whole[place] = b'0' + number / 10;
        whole[place + 1] = b'0' + number % 10;
    }
    text.push_str(std::str::from_utf8(&whole[part]).expect("digits are UTF-8"));
}

/// Reads a literal as a part of a time that some function cuts out, and gives times that have it: '2025', '06-15',
/// '03', '20:00'.
pub fn read_part(text: &str) -> Vec<DateTime> {
    let digits: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let day = |text: &str| text.parse::<Date>().ok();
    let days: Vec<Date> = match digits.as_str() {
        "9999" => {
            [day(&format!("{text}-01-01")), day(&format!("{text}-12-31"))].into_iter().flatten().collect()
        }
        "99-99" => (2023..2027).filter_map(|year| day(&format!("{year}-{text}"))).collect(),
        "99" => (2024..2026)
            .filter_map(|year| day(&format!("{year}-{text}-01")))
            .flat_map(|first| [first, first.last_of_month()])
            .collect(),
        "99:99" | "99:99:99" => {
            let time = text.parse::<jiff::civil::Time>().ok();
            return time.map(|time| date(2026, 2, 1).to_datetime(time)).into_iter().collect();
        }
        _ => Vec::new(),
    };
    days.into_iter().map(|day| day.at(0, 0, 0, 0)).collect()
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

/// A time and those right before and after it, in seconds and in days.
pub fn tight(at: DateTime) -> Vec<DateTime> {
    let day = at.date().at(0, 0, 0, 0);
    let steps = [
        at.checked_add(1.second()),
        at.checked_sub(1.second()),
        at.checked_add(1.day()),
        at.checked_sub(1.day()),
    ];
    [at, at, day].into_iter().chain(steps.into_iter().flatten()).collect()
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
    fn modifiers_and_numbers_say_how_far_apart_times_are() {
        let at: DateTime = date(2026, 3, 31).at(12, 0, 0, 0);
        let moved = |text: &str| {
            let there = Shift::of_modifier(text).and_then(|shift| shift.of(at, false));
            there.map(|there| write(there, TimeFormat::DateTime))
        };
        assert_eq!(moved("-1 month"), Some("2026-02-28 12:00:00".into()));
        assert_eq!(moved("+18 years"), Some("2008-03-31 12:00:00".into()));
        assert_eq!(moved("36 hours"), Some("2026-03-30 00:00:00".into()));
        assert_eq!(moved("start of month"), None);
        assert_eq!(moved("weekday 1"), None);
        let days: Vec<_> = Shift::of_number(2).iter().filter_map(|shift| shift.of(at, true)).collect();
        let said: Vec<String> = days.iter().map(|at| write(*at, TimeFormat::DateTime)).collect();
        assert_eq!(
            said,
            ["2026-04-02 12:00:00", "2026-03-31 14:00:00", "2026-03-31 12:02:00", "2026-03-31 12:00:02"]
        );
    }

    #[test]
    fn parts_of_times_are_read() {
        let said = |text: &str| read_part(text).first().map(|at| write(*at, TimeFormat::DateTime));
        assert_eq!(said("2000"), Some("2000-01-01 00:00:00".into()));
        assert_eq!(said("06-15"), Some("2023-06-15 00:00:00".into()));
        assert_eq!(said("03"), Some("2024-03-01 00:00:00".into()));
        assert_eq!(said("20:00"), Some("2026-02-01 20:00:00".into()));
        assert_eq!(said("13-45"), None);
        assert_eq!(said("abc"), None);
    }

    #[test]
    fn the_hard_days_come_first() {
        let mut random = Random::new(1);
        let days: Vec<String> =
            (0..3).map(|i| moving_now(i, &mut random).to_string()[..10].to_owned()).collect();
        assert_eq!(days, ["2026-03-31", "2024-02-29", "2026-01-01"]);
    }
}
