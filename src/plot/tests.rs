use super::*;

fn points(from: u32, to: u32, signal: impl Fn(f64) -> f64) -> Vec<(f64, Option<f64>)> {
    let at = |quarter: u32| f64::from(quarter) / 4.0;
    (from * 4..=to * 4)
        .map(|quarter| (at(quarter), Some(signal(at(quarter)))))
        .collect()
}

fn two_radios() -> Vec<Signals> {
    let mut first = points(0, 600, |at| -70.0 - (at / 30.0).sin() * 15.0);
    first.extend(points(640, 1000, |at| -70.0 - (at / 30.0).sin() * 15.0));
    vec![
        Signals {
            name: "wlan1".into(),
            points: first,
            active: vec![
                Span { from: 0.0, to: 500.0 },
                Span {
                    from: 700.0,
                    to: 1000.0,
                },
            ],
        },
        Signals {
            name: "wlan2".into(),
            points: points(0, 1000, |at| -70.0 - (at / 30.0).cos() * 15.0),
            active: vec![Span { from: 500.0, to: 700.0 }],
        },
    ]
}

fn plot<'a>(uplinks: &'a [Signals], marks: &'a [Mark], dark: &'a [Span]) -> Plot<'a> {
    Plot {
        title: "Signals <of> & \"unit\"",
        description: "Two radios.",
        size: (640, 260),
        span: Span { from: 0.0, to: 1000.0 },
        times: Times::Wall,
        uplinks,
        marks,
        dark,
        trigger: Some((-83.0, -80.0)),
    }
}

fn mark(at: f64, label: &str) -> Mark {
    Mark {
        at,
        label: label.into(),
    }
}

#[test]
fn a_drawing_has_lines_marks_and_bars() {
    let uplinks = two_radios();
    let marks = [mark(500.0, "1"), mark(700.0, "2")];
    let dark = [Span { from: 500.0, to: 503.0 }];
    let drawn = svg(&plot(&uplinks, &marks, &dark)).unwrap();
    assert!(drawn.starts_with("<svg class=\"plot\" role=\"img\""), "{drawn}");
    assert!(drawn.contains("<title>Signals &lt;of&gt; &amp; &quot;unit&quot;</title><desc>Two radios.</desc>"));
    assert_eq!(drawn.matches("wlan1").count(), 2, "the end of the line and the bar");
    assert_eq!(drawn.matches("stroke-width=\"3\"").count(), 3, "three times active");
    assert_eq!(drawn.matches("fill=\"#A41E22\"").count(), 1);
    assert!(drawn.trim_end().ends_with("</svg>") && drawn.matches("<svg").count() == 1);
    insta::assert_snapshot!(drawn);
}

#[test]
fn every_color_follows_the_scheme() {
    use super::colors::{BAND, DARK, DARK_BAR, GRID, INK, MARK, UPLINKS};
    for color in [BAND, DARK, DARK_BAR, GRID, INK, MARK].into_iter().chain(UPLINKS) {
        let (red, green, blue) = (color.0, color.1, color.2);
        assert!(
            STYLE.contains(&format!("\"#{red:02X}{green:02X}{blue:02X}\"]")),
            "{color:?}"
        );
    }
}

#[test]
fn names_and_labels_cannot_steer_the_page() {
    let mut uplinks = two_radios();
    uplinks[0].name = "<script>".into();
    let marks = [mark(500.0, "</svg><b>\u{1b}[31m")];
    let drawn = svg(&plot(&uplinks, &marks, &[])).unwrap();
    assert!(
        !drawn.contains("<script") && !drawn.contains("<b>") && !drawn.contains('\u{1b}'),
        "{drawn}"
    );
}

#[test]
fn eight_hours_are_as_small_as_ten_minutes() {
    let hours = 8 * 3600;
    let uplinks: Vec<Signals> = ["wlan1", "wlan2"]
        .map(|name| Signals {
            name: name.into(),
            points: points(0, hours, |at| -70.0 - (at / 7.0).sin() * 20.0),
            active: vec![Span {
                from: 0.0,
                to: f64::from(hours),
            }],
        })
        .into();
    let marks: Vec<Mark> = (0..400)
        .map(|swap| mark(f64::from(swap) * 72.0, &swap.to_string()))
        .collect();
    let mut all = plot(&uplinks, &marks, &[]);
    all.span.to = f64::from(hours);
    let drawn = svg(&all).unwrap();
    assert!(drawn.len() < 150_000, "{}", drawn.len());
}

#[test]
fn nothing_and_nonsense_are_drawn() {
    let empty = svg(&plot(&[], &[], &[])).unwrap();
    assert!(empty.contains("dark"));
    let uplinks = [Signals {
        name: "wlan1".into(),
        points: vec![(5.0, Some(f64::NAN)), (6.0, None), (7.0, Some(-71.0))],
        active: vec![Span { from: 9.0, to: 3.0 }],
    }];
    for size in [(0, 0), (320, 120), (100_000, 100_000)] {
        let mut odd = plot(&uplinks, &[], &[]);
        (odd.size, odd.span) = (size, Span { from: 5.0, to: 5.0 });
        let drawn = svg(&odd).unwrap();
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }
}

#[test]
fn labels_of_time_are_whole_and_have_room() {
    let label = |at, to, times| axis::label(at, Span { from: 0.0, to }, times);
    let day = Span {
        from: 1_700_000_000.0,
        to: 1_700_028_800.0,
    };
    let ticks = axis::ticks(day, Times::Wall, 10);
    let labels: Vec<_> = ticks.iter().map(|at| axis::label(*at, day, Times::Wall)).collect();
    assert_eq!(
        labels,
        ["23:00", "00:00", "01:00", "02:00", "03:00", "04:00", "05:00", "06:00"]
    );
    let last = Span { from: 3.0, to: 603.0 };
    let ticks = axis::ticks(last, Times::BeforeEnd, 6);
    let labels: Vec<_> = ticks
        .iter()
        .map(|at| axis::label(*at, last, Times::BeforeEnd))
        .collect();
    assert_eq!(labels, ["-10 min", "-8 min", "-6 min", "-4 min", "-2 min", "now"]);
    assert_eq!(label(61.0, 0.0, Times::Wall), "00:01:01");
    assert_eq!(label(0.0, 7200.0, Times::BeforeEnd), "-2 h");
    assert_eq!(label(0.0, 10.0, Times::BeforeEnd), "-10 s");
}
