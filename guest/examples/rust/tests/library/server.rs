//! Many threads with instances of a pool.

use std::io::Cursor;
use std::thread;

use git_remote_codecommit::policy::{Credentials, Instance, Policy};
use policy_example::{Regions, authenticated_url, serve};

use crate::vectors;

const KEYS: Credentials<'_> = Credentials {
    access_key_id: "AKIAIOSFODNN7EXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    session_token: None,
};

const NONE: Regions<'_> = Regions { default: None, other: None };

const THREADS: u32 = 8;

#[test]
fn the_policy_is_shared_by_threads_and_an_instance_goes_from_one_to_another() {
    fn is_shared<T: Send + Sync>() {}
    fn is_handed_on<T: Send>() {}
    is_shared::<Policy>();
    is_handed_on::<Instance>();
}

#[test]
fn a_fresh_instance_of_a_pool_in_each_of_many_threads_answers_every_vector() {
    let (vectors, policy) = (vectors::read(), Policy::load_pooled(THREADS).unwrap());
    thread::scope(|scope| {
        for thread in 0..THREADS as usize {
            let (vectors, policy) = (&vectors, &policy);
            // Each begins elsewhere, so that different questions are asked at the same time.
            let questions = vectors.iter().cycle().skip(thread * vectors.len() / THREADS as usize);
            scope.spawn(move || {
                for question in questions.take(vectors.len()) {
                    vectors::check(&mut policy.instance().unwrap(), question);
                }
            });
        }
    });
}

#[test]
fn a_pool_has_room_for_as_many_as_it_was_made_for_and_again_when_one_is_dropped() {
    let policy = Policy::load_pooled(2).unwrap();
    let (first, second) = (policy.instance().unwrap(), policy.instance().unwrap());
    let error = policy.instance().err().unwrap().to_string();
    assert!(error.starts_with("the policy component failed: "), "{error}");
    drop(first);
    assert_eq!(policy.instance().unwrap().parse("codecommit://MyRepo").unwrap().repository, "MyRepo");
    drop(second);
}

#[test]
fn the_server_answers_each_line_with_a_credential_for_its_own_repository() {
    let url = |number: u32| format!("codecommit::eu-west-1://Repository-{number}");
    let questions: String = (0..200).map(|number| url(number) + "\n").collect();
    let mut answers = Vec::new();
    serve(THREADS, &KEYS, NONE, Cursor::new(questions), &mut answers).unwrap();
    let answers = String::from_utf8(answers).unwrap();
    let mut answers: Vec<_> = answers.lines().map(|line| line.split_once('\t').unwrap()).collect();
    answers.sort_by_key(|(url, _)| url.rsplit_once('-').unwrap().1.parse::<u32>().unwrap());
    assert_eq!(answers.len(), 200);
    let one = Policy::load().unwrap();
    for (number, (asked, answer)) in (0..).zip(answers) {
        assert_eq!(asked, url(number));
        let path = format!("@git-codecommit.eu-west-1.amazonaws.com/v1/repos/Repository-{number}");
        let (credential, _) = answer.split_once(&path).unwrap_or_else(|| panic!("{answer}"));
        assert!(credential.starts_with("https://AKIAIOSFODNN7EXAMPLE:"), "{answer}");
        let alone = authenticated_url(&mut one.instance().unwrap(), &KEYS, NONE, asked).unwrap();
        // The signature differs where a second has passed between the two.
        assert_eq!(answer.len(), alone.expose().len());
    }
}

#[test]
fn what_is_refused_is_said_in_its_line_and_the_next_is_answered() {
    let questions = "codecommit::eu-wst-1://MyRepo\ncodecommit://MyRepo\n";
    let mut answers = Vec::new();
    let regions = Regions { default: Some("us-east-1"), other: None };
    serve(1, &KEYS, regions, Cursor::new(questions), &mut answers).unwrap();
    let answers = String::from_utf8(answers).unwrap();
    let (first, second) = answers.split_once('\n').unwrap();
    assert_eq!(first, "codecommit::eu-wst-1://MyRepo\tCodeCommit is not known in region 'eu-wst-1'");
    assert!(second.starts_with("codecommit://MyRepo\thttps://AKIAIOSFODNN7EXAMPLE:"), "{second}");
    assert!(second.ends_with("@git-codecommit.us-east-1.amazonaws.com/v1/repos/MyRepo\n"), "{second}");
}
