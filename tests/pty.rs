//! What only a terminal can show: the prompt is typed at, and the screen is read.

mod terminal;

use std::fs;

use terminal::{BACKSPACE, CTRL_C, CTRL_R, ENTER, HOME, Home, TAB, UP};

const PLAY: &[&str] = &["play"];
const PRACTICE: &[&str] = &["practice", "duplicate-emails"];

#[test]
fn the_prompt_appears_below_the_exercise() {
    let home = Home::new();
    let mut terminal = home.start(PRACTICE);
    terminal.wait_for("duplicate-emails> ");
    let screen = terminal.screen();
    assert!(screen.starts_with("sqldojo "), "{screen}");
    assert!(screen.contains("duplicate-emails · level 2"), "{screen}");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn a_statement_goes_on_in_new_lines_until_its_semicolon() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.type_line("select 40");
    terminal.wait_for("\n ...> ");
    terminal.type_line("+");
    terminal.send("2;");
    terminal.wait_for("shop> select 40\n ...> +\n ...> 2;");
    terminal.send(ENTER);
    terminal.wait_for("│       42 │");
}

#[test]
fn lines_of_a_statement_are_joined_and_left_as_one_expects() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.type_line("select");
    terminal.type_line("1");
    terminal.wait_for("shop> select\n ...> 1\n ...>");
    terminal.send(BACKSPACE);
    terminal.send(BACKSPACE);
    terminal.send("7");
    terminal.wait_for("shop> select\n ...> 7");
    terminal.send(HOME);
    terminal.send("5");
    terminal.wait_for("shop> select\n ...> 57");
    terminal.send(HOME);
    terminal.send(HOME);
    terminal.send("/**/ ");
    terminal.wait_for("shop> /**/ select\n ...> 57");
    terminal.send(UP);
    terminal.send(CTRL_C);
    terminal.type_line("select 1;");
    terminal.wait_for("│ 1 │");
}

#[test]
fn ctrl_c_clears_what_was_typed() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.type_line("select nonsense");
    terminal.wait_for("...> ");
    terminal.send(CTRL_C);
    terminal.wait_for("...>\nshop>");
    terminal.type_line("select 'clean';");
    terminal.wait_for("│ clean   │");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn ctrl_c_stops_a_query_and_not_the_session() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.type_line("select 'before';");
    terminal.wait_for("│ before   │");
    terminal.type_line("select sum(a.value * b.value) from generate_series(1, 1000000) a,");
    terminal.type_line("generate_series(1, 1000000) b;");
    terminal.wait_for("...> generate_series(1, 1000000) b;");
    terminal.wait_until_taken();
    terminal.send(CTRL_C);
    terminal.wait_for("interrupted");
    terminal.type_line("select 'after';");
    terminal.wait_for("│ after   │");
}

#[test]
fn the_prompt_does_not_wait_for_data_and_ctrl_c_ends_the_waiting() {
    let home = Home::new();
    let mut terminal = home.start(&["play", "--rows", "1000000"]);
    terminal.wait_for("shop> ");
    terminal.type_line(".help timer");
    terminal.wait_for("(\\timing)");
    terminal.type_line("select 1;");
    terminal.wait_for("making data");
    terminal.send(CTRL_C);
    terminal.wait_for("interrupted; the data goes on being made\n\nshop>");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn a_paste_of_two_statements_runs_both() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.send("\x1b[200~select 'one';\n  select 'two';\n\x1b[201~");
    terminal.wait_for("select 'two';");
    terminal.send(ENTER);
    terminal.wait_for("│ one   │");
    terminal.wait_for("│ two   │");
    // A terminal that does not bracket what is pasted sends it as if it were typed.
    terminal.send("select 'three';\nselect\n'four';\nselect 'five';\n");
    terminal.wait_for("│ three   │");
    terminal.wait_for("│ four   │");
    terminal.wait_for("│ five   │");
}

#[test]
fn what_was_typed_is_there_in_the_next_run() {
    let home = Home::new();
    let mut first = home.start(PLAY);
    first.wait_for("shop> ");
    first.type_line("select 'a long");
    first.type_line("text' as remembered;");
    first.wait_for("│ remembered");
    first.type_line("select 2;");
    first.wait_for("│ 2 │");
    assert_eq!(first.leave(), 0);

    let mut second = home.start(PLAY);
    second.wait_for("shop> ");
    second.send(UP);
    second.wait_for("shop> select 2;");
    second.send(UP);
    second.wait_for("shop> select 'a long\n ...> text' as remembered;");
    second.send(CTRL_C);
    second.wait_for_prompt("shop> ");
    second.send(CTRL_R);
    second.send("remem");
    second.wait_for("(reverse-i-search)`remem': select 'a long");
    second.send(ENTER);
    second.wait_for("│ a long\\ntext │");
}

#[test]
fn a_command_in_the_midst_of_a_statement_leaves_it_in_place() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.type_line("select count(*)");
    terminal.type_line(".timer");
    terminal.wait_for("timer: on\n\nshop> select count(*)");
    terminal.type_line(" from users;");
    terminal.wait_for("│      300 │");
}

#[test]
fn tab_completes_and_lists() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.send(&format!("select ema{TAB}"));
    terminal.wait_for("shop> select email");
    terminal.type_line("");
    terminal.send(&format!("from use{TAB} where c{TAB}"));
    terminal.wait_for("country");
    terminal.wait_for("shop> select email\n ...> from users where c");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt("shop> ");
    terminal.send(&format!(".mar{TAB}"));
    terminal.wait_for("shop> .mar");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt("shop> ");
    terminal.send(&format!(".mod{TAB} m{TAB}{ENTER}"));
    terminal.wait_for("shop> .mode markdown\n");
}

#[test]
fn a_terminal_that_changes_its_width_is_filled_anew() {
    let home = Home::new();
    let mut terminal = home.start(PLAY);
    terminal.wait_for("shop> ");
    terminal.resize(40, 24);
    terminal.type_line("select id, email, name, created_at from users limit 1;");
    terminal.wait_for("1 row");
    let widest = terminal.screen().lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(40), "{}", terminal.screen());
}

#[test]
fn nothing_is_coloured_where_colours_are_not_wanted() {
    let home = Home::new();
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let mut terminal = home.start_with(PRACTICE, &[(name, value)]);
        terminal.wait_for("duplicate-emails> ");
        terminal.type_line("select 'x' -- y");
        terminal.wait_for("...> ");
        terminal.type_line("from users limit 1;");
        terminal.wait_for("1 row");
        assert_eq!(terminal.leave(), 0);
        assert_eq!(terminal.colors(), Vec::<String>::new(), "{name}={value}");
    }
}

#[test]
fn folders_that_cannot_be_written_warn_and_no_more() {
    let home = Home::new();
    fs::write(home.path().join("state"), "a file where a folder should be").unwrap();
    fs::write(home.path().join("data"), "and another one").unwrap();
    let mut terminal = home.start(PRACTICE);
    terminal.wait_for("duplicate-emails> ");
    assert!(terminal.screen().contains("warning: what you type is not kept"), "{}", terminal.screen());
    assert!(terminal.screen().contains("warning: progress cannot be kept"), "{}", terminal.screen());
    terminal.type_line("select 1;");
    terminal.wait_for("│ 1 │");
}

#[test]
fn practice_goes_on_where_it_was_left() {
    let home = Home::new();
    let mut first = home.start(PRACTICE);
    first.wait_for("duplicate-emails> ");
    first.type_line("select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1;");
    first.wait_for("✓ correct");
    first.type_line("exit");
    assert_eq!(first.exit_code(), 0);
    let second = home.start(&[]);
    second.wait_for("duplicate-emails> ");
    assert!(second.screen().contains("✓ solved before"), "{}", second.screen());
}
