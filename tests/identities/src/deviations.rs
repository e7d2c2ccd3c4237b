//! The table of `host/DEVIATIONS.md`, which says what the cases say.

use crate::case::Case;

/// The row of a case that deviates.
pub fn row(case: &Case) -> Option<String> {
    let deviation = case.description.deviation.as_ref()?;
    Some(format!("| `{}` | {} | {} | {} |", case.name, deviation.botocore, deviation.ours, deviation.reason))
}

/// The rows that are missing, and those that no case says.
pub fn problems(cases: &[Case], document: &str) -> Vec<String> {
    let rows: Vec<_> = cases.iter().filter_map(row).collect();
    let there: Vec<_> = document.lines().filter(|line| line.starts_with("| `")).collect();
    let missing = rows.iter().filter(|row| !there.contains(&row.as_str())).map(|row| format!("add the line\n{row}"));
    let other =
        there.iter().filter(|line| !rows.iter().any(|row| row == *line)).map(|line| format!("remove the line\n{line}"));
    missing.chain(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_the_document_and_no_other() {
        let cases = Case::all();
        let rows: Vec<_> = cases.iter().filter_map(row).collect();
        assert_eq!(problems(&cases, &rows.join("\n")), Vec::<String>::new());
        let problems = problems(&cases, &format!("| case |\n{}\n| `none` | a | b | c |", rows.join("\n")));
        assert_eq!(problems, ["remove the line\n| `none` | a | b | c |"]);
    }
}
