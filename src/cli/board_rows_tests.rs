//! Rows as a person sees them: aligned, within the terminal, with the rates of the last seconds.

use keshiin::units::ByteOffset;

use super::*;
use crate::cli::i18n::Language;

const MIB: u64 = 1 << 20;
const USUAL: (usize, usize) = (80, 24);

fn started(phase: Phase, pass: u16, passes: u16, total: u64) -> Event {
    Event::Started {
        phase,
        pass,
        passes,
        total: ByteCount(total),
    }
}

/// A device of 1,000 MiB that has one pass and one read-back to do, and was at it for `seconds` at `rate`
/// MiB/s.
fn busy(name: &str, begun: Instant, seconds: u64, rate: u64) -> LaneState {
    let mut lane = LaneState::new(name.to_owned(), ByteCount(2000 * MIB));
    lane.take(started(Phase::Write, 1, 1, 1000 * MIB), begun);
    for second in 1..=seconds {
        let done = ByteCount(second * rate * MIB);
        lane.take(Event::Advanced { done }, begun + Duration::from_secs(second));
    }
    lane
}

fn at(begun: Instant, seconds: u64) -> Instant {
    begun + Duration::from_secs(seconds)
}

#[test]
fn rows_stand_under_each_other_and_are_summed() {
    let begun = Instant::now();
    let mut lanes = [
        busy("sdb", begun, 20, 25),
        busy("nvme0n1", begun, 20, 5),
        LaneState::new("sdd".into(), ByteCount(MIB)),
    ];
    lanes[0].take(Event::Trouble { at: ByteOffset(0) }, at(begun, 20));
    let words = Words::new(Language::En);
    assert_eq!(
        lines(&lanes, at(begun, 20), &words, (80, 24)),
        [
            "sdb      writing 1/1  #######-------   50%   25.0 MiB/s  0:01:00 left  1 fault",
            "nvme0n1  writing 1/1  #-------------   10%    5.0 MiB/s  0:06:20 left",
            "sdd      waiting",
            "all      0 of 3 done  #-------------   14%   30.0 MiB/s  0:06:20 left  1 fault",
        ]
    );
    let words = Words::new(Language::Ja);
    assert_eq!(
        lines(&lanes, at(begun, 20), &words, (80, 24)),
        [
            "sdb      書込み 1/1  #####------   50%   25.0 MiB/s  残り 0:01:00  不良 1 か所",
            "nvme0n1  書込み 1/1  #----------   10%    5.0 MiB/s  残り 0:06:20",
            "sdd      待機中",
            "合計     0/3 台終了  #----------   14%   30.0 MiB/s  残り 0:06:20  不良 1 か所",
        ]
    );
}

#[test]
fn no_row_is_wider_than_the_terminal_and_no_more_rows_than_it_has() {
    let begun = Instant::now();
    let mut lanes: Vec<LaneState> = (0..60)
        .map(|n| busy(&format!("とても長い名前の記憶装置{n}"), begun, 9, 1 + n % 7 * 300))
        .collect();
    lanes.iter_mut().take(10).for_each(LaneState::end);
    for lane in lanes.iter_mut().skip(20) {
        (0..2000).for_each(|_| lane.take(Event::Trouble { at: ByteOffset(0) }, begun));
    }
    for language in [Language::En, Language::Ja] {
        let words = Words::new(language);
        for (width, height) in [(20, 5), (40, 10), (79, 24), (80, 24), (200, 80), (0, 0)] {
            let rows = lines(&lanes, at(begun, 9), &words, (width, height));
            assert!(rows.len() < height.max(4), "{width}x{height}: {}", rows.len());
            for row in &rows {
                assert!(columns(row) <= width.max(1), "{width}: {row}");
            }
        }
    }
}

#[test]
fn those_that_run_are_shown_before_those_that_are_over() {
    let begun = Instant::now();
    let mut lanes: Vec<LaneState> = (0..9).map(|n| busy(&format!("sd{n}"), begun, 2, 1)).collect();
    lanes.iter_mut().take(4).for_each(LaneState::end);
    let rows = lines(&lanes, at(begun, 2), &Words::new(Language::En), (80, 9));
    let names: Vec<&str> = rows
        .iter()
        .map(|row| row.split(' ').next().unwrap_or_default())
        .collect();
    assert_eq!(names, ["sd0", "sd4", "sd5", "sd6", "sd7", "sd8", "(3", "all"]);
}

#[test]
fn a_device_that_stands_still_shows_no_rate() {
    let begun = Instant::now();
    let lane = busy("sdb", begun, 30, 40);
    assert_eq!(lane.rate(at(begun, 30)), 40 * MIB);
    // Half of the window without a byte: half of the rate.
    assert_eq!(lane.rate(at(begun, 35)), 20 * MIB);
    assert_eq!(lane.rate(at(begun, 41)), 0);
    assert_eq!(lane.left(at(begun, 41)), None);
    assert_eq!(lane.left(at(begun, 30)), Some(20));
}

#[test]
fn a_pass_that_is_repeated_does_not_count_twice() {
    let now = Instant::now();
    let mut lane = LaneState::new("sdb".into(), ByteCount(200));
    let write = started(Phase::Write, 1, 1, 100);
    for event in [
        write,
        Event::Advanced { done: ByteCount(100) },
        Event::Finished,
        write,
        Event::Advanced { done: ByteCount(40) },
    ] {
        lane.take(event, now);
    }
    assert_eq!(lane.done(), 40);
    lane.take(Event::Advanced { done: ByteCount(100) }, now);
    lane.take(Event::Finished, now);
    lane.take(Event::Finished, now);
    lane.take(started(Phase::ReadBack, 1, 1, 100), now);
    lane.take(Event::Advanced { done: ByteCount(50) }, now);
    assert_eq!(lane.done(), 150);
}

#[test]
fn what_came_of_a_device_stands_in_its_row() {
    let begun = Instant::now();
    let mut lane = busy("sdb", begun, 2, 1);
    lane.end();
    let words = Words::new(Language::Ja);
    let row = |lane: &LaneState| lines(std::slice::from_ref(lane), at(begun, 2), &words, USUAL)[0].clone();
    assert_eq!(row(&lane), "sdb   終了");
    lane.judge("不合格".into());
    assert_eq!(row(&lane), "sdb   不合格");
}
