//! Ten hours of drive past 50 access points: one policy in under 2 s, the optimum in under 10 s.

#![allow(missing_docs, reason = "criterion's macros")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tikroam::drive::{self, Kind};
use tikroam::evaluate::{Driver, Model, Terms, Trace, optimum, replay};
use tikroam::handover::settings::Rules;

const TEN_HOURS: usize = 36_000;

fn ten_hours(criterion: &mut Criterion) {
    let trace = Trace::from(&drive::generate(Kind::Town, TEN_HOURS, 1));
    let aps = trace.bssids.len();
    let mut group = criterion.benchmark_group(format!("10 h, {aps} access points"));
    group.sample_size(10);
    for model in [Model::Ideal, Model::Vehicle] {
        let terms = Terms::new(model, 3);
        group.bench_function(format!("tikroam, {model:?}"), |bench| {
            bench.iter(|| {
                let mut driver =
                    Driver::new("tikroam", &Rules::default(), &terms, &trace.bssids).expect("a policy of this name");
                black_box(replay(&trace, &mut driver, &terms))
            });
        });
    }
    let terms = Terms::new(Model::Ideal, 3);
    group.bench_function("optimum", |bench| bench.iter(|| black_box(optimum(&trace, &terms))));
    group.finish();
}

criterion_group!(benches, ten_hours);
criterion_main!(benches);
