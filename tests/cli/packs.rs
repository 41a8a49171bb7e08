//! Packs from elsewhere: checked, kept with their killers, and judged by them.

use std::fs;

use serde_json::Value as Json;

use super::place::Place;

#[test]
fn a_pack_is_judged_by_killers_of_its_own() {
    let place = Place::new();
    let folder = place.path().join("pack/exercises/joins");
    fs::create_dir_all(&folder).unwrap();
    let exercise = include_str!("../../exercises/joins/orders-per-user.toml");
    // An id that the binary has not: else its own exercise would answer.
    let exercise = exercise.replace("id = \"orders-per-user\"", "id = \"orders-of-all\"");
    fs::write(folder.join("orders-of-all.toml"), exercise).unwrap();
    place.file("answer.sql", "SELECT id, name, 0 FROM users ORDER BY id");

    let judged = || {
        let args = ["grade", "orders-of-all", "answer.sql", "--pack", "pack", "--format", "json"];
        let report: Json = serde_json::from_str(&place.run(&args, "").stdout).expect("it is JSON");
        assert_eq!(report["verdict"], "wrong");
        report["partial_credit"]["killers"].as_u64().expect("it is a number")
    };
    let before = judged();
    let checked = place.run(&["check", "pack", "--write"], "");
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
    assert!(checked.stdout.contains("\n1 exercise: 0 faults"), "{}", checked.stdout);
    let list = fs::read_to_string(place.path().join("pack/exercises/killers.list")).unwrap();
    let numbers = list.lines().last().unwrap().split(' ').count() - 2;
    assert!(numbers >= 3, "{list}");
    assert_eq!(judged(), before + numbers as u64);
}
