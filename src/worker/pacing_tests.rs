//! The pacer against what it promises: no window beyond its limit, and the limit used.

use super::*;

const LIMITS: Limits = Limits {
    per_second: 10.0,
    private_burst: 3.0,
    private_per_second: 1.0,
    group_per_minute: 20.0,
};

/// The limits of the default configuration.
const USUAL: Limits = Limits {
    per_second: 28.0,
    private_burst: 5.0,
    private_per_second: 1.0,
    group_per_minute: 18.0,
};

fn turn(lane: &str, place: Place) -> Turn<'_> {
    Turn { lane, place, share: Share::Members }
}

/// Sends as fast as the pacer lets it, to `lanes` in turn, and gives when each message went out.
fn drain(pacer: &mut Pacer, lanes: &[Turn<'_>], until: i64) -> Vec<(usize, i64)> {
    let mut sent = Vec::new();
    let mut now = 0;
    while now < until {
        let mut next = until;
        for (number, turn) in lanes.iter().enumerate() {
            match pacer.admit(turn, Timestamp(now)) {
                Ok(()) => sent.push((number, now)),
                Err(Held::Lane(later) | Held::Strangers(later)) => next = next.min(later.0),
                Err(Held::All(later)) => {
                    next = next.min(later.0);
                    break;
                }
            }
        }
        now = if next == until { now + 1 } else { next.max(now + 1) };
    }
    sent
}

/// The largest number of messages in any window of this length.
fn fullest(times: &[i64], length: i64) -> usize {
    let holds =
        |first: usize| times[first..].iter().take_while(|at| **at - times[first] < length).count();
    (0..times.len()).map(holds).max().unwrap_or_default()
}

#[test]
fn a_private_chat_gets_its_burst_and_then_one_a_second() {
    let mut pacer = Pacer::new(LIMITS);
    assert_eq!(drain(&mut pacer, &[turn("a", Place::Private)], 10_000).len(), 3 + 9);
}

#[test]
fn no_minute_of_a_group_exceeds_its_limit_and_the_limit_is_used() {
    for limit in [1.0, 7.0, 18.0, 20.0, 31.0] {
        let mut pacer = Pacer::new(Limits { group_per_minute: limit, ..USUAL });
        let sent = drain(&mut pacer, &[turn("g", Place::Group)], 60 * MINUTE);
        let times: Vec<i64> = sent.iter().map(|(_, at)| *at).collect();
        assert!(fullest(&times, MINUTE) as f64 <= limit, "{limit}");
        let used = times.len() as f64 / (limit * 60.0);
        assert!(used >= 0.95, "{used} of {limit}");
    }
}

#[test]
fn no_second_of_all_chats_exceeds_the_limit_and_the_limit_is_used() {
    let names: Vec<String> = (0..100).map(|n| format!("lane {n}")).collect();
    let lanes: Vec<_> = names.iter().map(|name| turn(name, Place::Private)).collect();
    for limit in [1.0, 10.0, 28.0, 30.0, 50.0] {
        let mut pacer = Pacer::new(Limits { per_second: limit, ..USUAL });
        let sent = drain(&mut pacer, &lanes, MINUTE);
        let times: Vec<i64> = sent.iter().map(|(_, at)| *at).collect();
        assert!(fullest(&times, SECOND) as f64 <= limit, "{limit}: {}", fullest(&times, SECOND));
        let used = times.len() as f64 / (limit * 60.0);
        assert!(used >= 0.95, "{used} of {limit}");
    }
}

#[test]
fn an_hour_of_full_load_stays_within_every_window() {
    let names: Vec<String> = (0..130).map(|n| format!("chat {n}")).collect();
    let lanes: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(n, name)| turn(name, if n < 100 { Place::Group } else { Place::Private }))
        .collect();
    let mut pacer = Pacer::new(USUAL);
    let sent = drain(&mut pacer, &lanes, 60 * MINUTE);
    let times: Vec<i64> = sent.iter().map(|(_, at)| *at).collect();
    let second = fullest(&times, SECOND);
    let minute = (0..100).map(|group| {
        let of = sent.iter().filter(|(lane, _)| *lane == group);
        fullest(&of.map(|(_, at)| *at).collect::<Vec<_>>(), MINUTE)
    });
    let minute = minute.max().unwrap_or_default();
    let used = times.len() as f64 / (USUAL.per_second * 3_600.0);
    println!(
        "an hour: {} messages, {used:.4} of the limit, at most {second} in a second and \
         {minute} in a group's minute",
        times.len()
    );
    assert!(second <= 28 && minute <= 18 && used >= 0.95);
}

#[test]
fn strangers_get_a_tenth_of_the_rate_and_do_not_delay_members() {
    let names: Vec<String> = (0..200).map(|n| format!("stranger {n}")).collect();
    let strangers: Vec<_> = names
        .iter()
        .map(|lane| Turn { lane, place: Place::Private, share: Share::Strangers })
        .collect();
    let mut pacer = Pacer::new(USUAL);
    let told = drain(&mut pacer, &strangers, 20_000).len();
    assert!((56..=59).contains(&told), "{told}");
    assert_eq!(pacer.admit(&turn("member", Place::Private), Timestamp(20_000)), Ok(()));
}

#[test]
fn presses_use_a_private_chats_rate_in_advance() {
    let mut pacer = Pacer::new(USUAL);
    let pressed = Turn { lane: "a", place: Place::Private, share: Share::Press };
    for press in 0..25 {
        let at = Timestamp(press * 200);
        assert_eq!(pacer.admit(&pressed, at), Ok(()), "press {press}");
    }
    assert!(matches!(
        pacer.admit(&turn("a", Place::Private), Timestamp(5_000)),
        Err(Held::Lane(_))
    ));
}

#[test]
fn new_pacer_counts_remembered_messages() {
    let mut pacer = Pacer::new(USUAL);
    let group = turn("g", Place::Group);
    for second in 0..18 {
        pacer.remember(&group, Timestamp(1_000 * second));
    }
    let held = pacer.admit(&group, Timestamp(20_000));
    assert_eq!(held, Err(Held::Lane(Timestamp(60_000))));
    assert_eq!(pacer.admit(&turn("other", Place::Group), Timestamp(20_000)), Ok(()));
}

#[test]
fn clock_set_back_delays_a_group_by_one_minute_at_most() {
    let mut pacer = Pacer::new(USUAL);
    let group = turn("g", Place::Group);
    let hour = 60 * MINUTE;
    for n in 0..18 {
        assert_eq!(pacer.admit(&group, Timestamp(hour + 3_334 * n)), Ok(()));
    }
    let Err(Held::Lane(until)) = pacer.admit(&group, Timestamp(0)) else { panic!("held") };
    assert!(until.0 <= MINUTE, "{until:?}");
    assert_eq!(pacer.admit(&group, Timestamp(MINUTE)), Ok(()));
}

#[test]
fn several_429_halve_the_rate_and_deliveries_restore_it() {
    let mut pacer = Pacer::new(LIMITS);
    for n in 0..40 {
        pacer.told_off(&format!("lane {n}"), Timestamp(n));
    }
    assert!((pacer.pace - 0.5).abs() < f64::EPSILON, "once for what was under way");
    for n in 0..600 {
        pacer.told_off(&format!("lane {n}"), Timestamp(100 * n));
    }
    assert!((pacer.pace - SLOWEST).abs() < f64::EPSILON);
    for n in 600..680 {
        pacer.delivered(Timestamp(100 * n));
    }
    assert!((pacer.pace - 1.0).abs() < f64::EPSILON);
}

#[test]
fn a_429_in_one_chat_slows_no_other_chat() {
    let mut pacer = Pacer::new(LIMITS);
    for n in 0..60 {
        pacer.told_off(["a", "b"][n % 2], Timestamp(0));
    }
    pacer.told_off("c", Timestamp(LATELY));
    assert!((pacer.pace - 1.0).abs() < f64::EPSILON, "nor do several over a long time");
}
