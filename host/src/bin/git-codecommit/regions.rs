//! `git codecommit regions`: where CodeCommit is.

use git_remote_codecommit::policy::Policy;
use serde::Serialize;

use crate::fault::Fault;
use crate::output::Output;

/// A region, for programs.
#[derive(Serialize)]
struct Row {
    region: String,
    partition: String,
    endpoint: String,
    fips_endpoint: Option<String>,
}

/// Prints the regions that the policy knows.
///
/// # Errors
/// The policy's failure, or [`Fault::Output`].
pub(crate) fn run(json: bool, output: &mut Output) -> Result<(), Fault> {
    let regions = Policy::load()?.instance()?.region_table()?;
    let rows: Vec<Row> = regions
        .into_iter()
        .map(|region| Row {
            region: region.name,
            partition: region.partition,
            endpoint: region.host,
            fips_endpoint: region.fips_host,
        })
        .collect();
    if json {
        return output.json(&rows);
    }
    let mut lines = vec![["REGION", "PARTITION", "ENDPOINT", "FIPS ENDPOINT"]];
    lines.extend(
        rows.iter().map(|row| {
            [row.region.as_str(), &row.partition, &row.endpoint, row.fips_endpoint.as_deref().unwrap_or("-")]
        }),
    );
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    for [region, partition, endpoint, fips] in &lines {
        output.line(format_args!(
            "{region:0$}  {partition:1$}  {endpoint:2$}  {fips}",
            widths[0], widths[1], widths[2]
        ))?;
    }
    Ok(())
}
