//! What a clone takes as the repository grows, and that the helper has no more to do for it.

use super::super::figure::{Figure, Unit};
use super::client;
use super::{Kind, Operation};

/// What clones with the helper took, from the smallest repository to the largest: its bytes, and milliseconds.
pub(in super::super) fn with_helper(operations: &[Operation]) -> Vec<(f64, f64)> {
    by(operations, client::OURS, |one| Some(one.spread.median))
}

/// The same of Git alone.
pub(in super::super) fn alone(operations: &[Operation]) -> Vec<(f64, f64)> {
    by(operations, client::ALONE, |one| Some(one.spread.median))
}

/// What of the first was the helper's own.
pub(in super::super) fn of_helper(operations: &[Operation]) -> Vec<(f64, f64)> {
    by(operations, client::OURS, |one| Some(one.own?.time))
}

fn by(operations: &[Operation], client: &str, time: impl Fn(&Operation) -> Option<f64>) -> Vec<(f64, f64)> {
    let near = operations.iter().filter(|one| one.client == client && one.delay == 0);
    #[expect(clippy::cast_precision_loss, reason = "a gigabyte")]
    let mut clones: Vec<_> = near.filter_map(|one| Some((one.kind.cloned()? as f64, time(one)?))).collect();
    clones.sort_by(|(bytes, _), (others, _)| bytes.total_cmp(others));
    clones
}

/// How much more the helper has to do for the largest repository than for the smallest.
pub(super) fn figures(operations: &[Operation]) -> Vec<Figure> {
    let ours = |kind| operations.iter().find(|one| one.kind == kind && one.delay == 0 && one.client == client::OURS);
    let (Some(small), Some(huge)) = (ours(Kind::CloneSmall), ours(Kind::CloneHuge)) else { return Vec::new() };
    let more = |what: &str, count: fn(&Operation) -> f64| {
        let name = format!("clone of 1 GB, {what} more than of the small one");
        Figure::new(name, count(huge) - count(small), Unit::Count).most(0.0)
    };
    let mut figures = vec![
        more("requests", |one| one.requests),
        more("credentials", |one| one.own.map_or(0.0, |own| own.credentials)),
    ];
    if let Some(own) = huge.own {
        let part = own.time / huge.spread.median * 100.0;
        figures.push(Figure::new("clone of 1 GB, the helper's part of it", part, Unit::Percent));
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::super::super::statistics::Spread;
    use super::super::own_time::OwnTime;
    use super::*;

    fn clone(kind: Kind, delay: u32, client: &'static str, median: f64) -> Operation {
        let spread = Spread { min: median, p25: median, median, p75: median };
        let own = (client == client::OURS).then_some(OwnTime { credentials: 1.0, time: 2.5 });
        Operation { kind, delay, client, requests: 3.0, runs: 3, spread, own }
    }

    #[test]
    fn clones_go_from_the_smallest_repository_to_the_largest() {
        let operations = [
            clone(Kind::CloneHuge, 0, client::OURS, 10_000.0),
            clone(Kind::CloneSmall, 0, client::OURS, 100.0),
            clone(Kind::CloneSmall, 20, client::OURS, 200.0),
            clone(Kind::LsRemote, 0, client::OURS, 80.0),
            clone(Kind::CloneSmall, 0, client::ALONE, 90.0),
        ];
        assert_eq!(with_helper(&operations), [(6000.0, 100.0), (1_048_576_000.0, 10_000.0)]);
        assert_eq!(alone(&operations), [(6000.0, 90.0)]);
        assert_eq!(of_helper(&operations), [(6000.0, 2.5), (1_048_576_000.0, 2.5)]);
    }

    #[test]
    fn one_request_more_for_a_larger_repository_is_one_too_many() {
        let small = clone(Kind::CloneSmall, 0, client::OURS, 100.0);
        let huge = Operation { requests: 4.0, ..clone(Kind::CloneHuge, 0, client::OURS, 10_000.0) };
        let cells: Vec<_> = figures(&[small, huge]).iter().map(Figure::cells).collect();
        assert_eq!(
            cells,
            [
                ["clone of 1 GB, requests more than of the small one", "1", "", "≤ 0", "OVER"],
                ["clone of 1 GB, credentials more than of the small one", "0", "", "≤ 0", "ok"],
                ["clone of 1 GB, the helper's part of it", "0.025", "%", "", ""],
            ]
        );
    }
}
