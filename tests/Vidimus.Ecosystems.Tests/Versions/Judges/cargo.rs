// Reads "A<TAB>B" lines and answers as Rust's semver orders them by precedence: <, =, >, or ! when it refuses one.
use semver::{BuildMetadata, Version};
use std::cmp::Ordering;
use std::io::{stdin, BufRead};

fn precedence(text: &str) -> Option<Version> {
    let mut version = Version::parse(text).ok()?;
    version.build = BuildMetadata::EMPTY;
    Some(version)
}

fn main() {
    for line in stdin().lock().lines() {
        let line = line.unwrap();
        let (a, b) = line.split_once('\t').unwrap();
        println!("{}", match (precedence(a), precedence(b)) {
            (Some(a), Some(b)) => match a.cmp(&b) {
                Ordering::Less => "<",
                Ordering::Equal => "=",
                Ordering::Greater => ">",
            },
            _ => "!",
        });
    }
}
