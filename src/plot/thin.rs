//! As few points as the drawing can show.

/// The points that a line of so many pixel columns needs: of each column the first, the least, the greatest and the last.
/// A break stays one, and one is made where nothing was read for `gap` seconds.
pub(super) fn lines(points: &[(f64, Option<f64>)], from: f64, column: f64, gap: f64) -> Vec<Vec<(f64, f64)>> {
    let mut lines = Vec::new();
    let mut line: Vec<(f64, f64)> = Vec::new();
    let mut current: Option<Column> = None;
    let mut last = f64::NEG_INFINITY;
    for &(at, signal) in points {
        let signal = signal.filter(|signal| signal.is_finite());
        if signal.is_none() || at - last > gap {
            line.extend(current.take().into_iter().flat_map(Column::points));
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
        }
        last = at;
        let Some(signal) = signal else { continue };
        let number = ((at - from) / column).floor();
        match &mut current {
            #[expect(clippy::float_cmp, reason = "both are whole numbers")]
            Some(one) if one.number == number => one.add((at, signal)),
            _ => {
                line.extend(
                    current
                        .replace(Column::new(number, (at, signal)))
                        .into_iter()
                        .flat_map(Column::points),
                );
            }
        }
    }
    line.extend(current.into_iter().flat_map(Column::points));
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The points of a pixel column.
struct Column {
    number: f64,
    first: (f64, f64),
    least: (f64, f64),
    greatest: (f64, f64),
    last: (f64, f64),
}

impl Column {
    fn new(number: f64, point: (f64, f64)) -> Self {
        Column {
            number,
            first: point,
            least: point,
            greatest: point,
            last: point,
        }
    }

    fn add(&mut self, point: (f64, f64)) {
        if point.1 < self.least.1 {
            self.least = point;
        }
        if point.1 > self.greatest.1 {
            self.greatest = point;
        }
        self.last = point;
    }

    /// Its points in the order of time, none twice.
    fn points(self) -> Vec<(f64, f64)> {
        let mut points = vec![self.first, self.least, self.greatest, self.last];
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        points.dedup();
        points
    }
}
