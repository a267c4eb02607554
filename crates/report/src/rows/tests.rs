//! Tests of the forms: rows in, text out.

use super::*;

#[track_caller]
fn check(form: Form, answers: &Answers, expect: &str) {
    let mut out = Vec::new();
    write(answers, form, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), expect);
}

fn answers(header: &[&'static str], rows: &[&[&str]]) -> Answers {
    let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let answer = Answer { rows: Rows { header: header.to_vec(), rows }, ..Answer::default() };
    Answers {
        command: ["query", "--image=a b", "x", "it's"].map(Into::into).to_vec(),
        parameters: vec!["one".into(), "two".into()],
        answers: vec![("0".repeat(64), answer)],
    }
}

const GRID: Form = Form::Grid { terminal: None };

/// Rows of the article that Anchore's queries were announced with, on the terminal of its author (208 columns).
#[test]
fn cells_are_wrapped_as_anchore_wrapped_them() {
    let header = [
        "Image_Id",
        "Repo_Tag",
        "Compare_Image_Id",
        "File",
        "Input_Image_File_Checksum",
        "Compare_Image_Checksum",
    ];
    let rows: Vec<Vec<&str>> = [
        ["/usr/bin/signtool", "d0fd71514d28636fa0afd28f2ce8a04dca9d837e45895900ce3a293adfec4adb", "3094cc4c9f8b507513bd945cad92b2098b8d6bf84956bbf1adec828690fc48c6"],
        ["/var/lib/yum/yumdb/l/8b0fec58c4cb6f239014f68fff4b4f8681694628-libblkid-2.23.2-33.el7-x86_64/checksum_data", "ec25c418f1f5d51128ddbf924e633b3c5102649304f1c1a106afccd061f6aa35", "NOTINSTALLED"],
        ["/usr/bin/sha224sum", "af0e2ff0d30605159cf6d79fc59055b1a87fdff577358439844afcbc98ca1acf", "5c233b844571c856ce9cb7059a88e0cf60ee372d43f1f1cc4a02599b9d3ac8d0"],
        ["/usr/lib64/python2.7/lib-dynload/_codecs_kr.so", "1506d2df911351ae57e0c498adfa3faa4408ca4df07466fafa69a10613b11922", "f0c9c6f0f6b1597624c7bb4cb55d4f2d79d319697dff3bf6ffb27fac47afc0f7"],
    ]
    .map(|row| [&["67591570dd29", "docker.io/centos:latest", "0584b3d2cf6d"], &row[..]].concat())
    .to_vec();
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    check(
        Form::Grid { terminal: Some(208) },
        &answers(&header, &rows),
        "\
+--------------+-------------------------+------------------+-----------------------------------+-----------------------------------+-----------------------------------+
| Image Id     | Repo Tag                | Compare Image Id | File                              | Input Image File Checksum         | Compare Image Checksum            |
+--------------+-------------------------+------------------+-----------------------------------+-----------------------------------+-----------------------------------+
| 67591570dd29 | docker.io/centos:latest | 0584b3d2cf6d     | /usr/bin/signtool                 | d0fd71514d28636fa0afd28f2ce8a04dc | 3094cc4c9f8b507513bd945cad92b2098 |
|              |                         |                  |                                   | a9d837e45895900ce3a293adfec4adb   | b8d6bf84956bbf1adec828690fc48c6   |
| 67591570dd29 | docker.io/centos:latest | 0584b3d2cf6d     | /var/lib/yum/yumdb/l/8b0fec58c4cb | ec25c418f1f5d51128ddbf924e633b3c5 | NOTINSTALLED                      |
|              |                         |                  | 6f239014f68fff4b4f8681694628-libb | 102649304f1c1a106afccd061f6aa35   |                                   |
|              |                         |                  | lkid-2.23.2-33.el7-x86_64/checksu |                                   |                                   |
|              |                         |                  | m_data                            |                                   |                                   |
| 67591570dd29 | docker.io/centos:latest | 0584b3d2cf6d     | /usr/bin/sha224sum                | af0e2ff0d30605159cf6d79fc59055b1a | 5c233b844571c856ce9cb7059a88e0cf6 |
|              |                         |                  |                                   | 87fdff577358439844afcbc98ca1acf   | 0ee372d43f1f1cc4a02599b9d3ac8d0   |
| 67591570dd29 | docker.io/centos:latest | 0584b3d2cf6d     | /usr/lib64/python2.7/lib-         | 1506d2df911351ae57e0c498adfa3faa4 | f0c9c6f0f6b1597624c7bb4cb55d4f2d7 |
|              |                         |                  | dynload/_codecs_kr.so             | 408ca4df07466fafa69a10613b11922   | 9d319697dff3bf6ffb27fac47afc0f7   |
+--------------+-------------------------+------------------+-----------------------------------+-----------------------------------+-----------------------------------+

",
    );
}

/// What Python 2.7's own expression answers, run by hand.
#[test]
fn lines_end_where_python_ended_them() {
    let wrapped = |text: &str| wrap::wrap(text, 12).join("|");
    assert_eq!(wrapped(""), "");
    assert_eq!(wrapped("   "), "");
    assert_eq!(wrapped("one two three four"), "one two|three four");
    assert_eq!(wrapped("  leading blanks here"), "  leading|blanks here");
    assert_eq!(wrapped("a-b-c-d-e-f-g-h-i-j"), "a-b-c-d-e-f-|g-h-i-j");
    assert_eq!(wrapped("ab-cd-ef-gh-ij-kl-mn"), "ab-cd-ef-gh-|ij-kl-mn");
    assert_eq!(wrapped("lib-dynload/lib-1dynload"), "lib-dynload|/lib-|1dynload");
    assert_eq!(wrapped("word--word---word --option"), "word--word|---word|--option");
    assert_eq!(wrapped("x2-abcdefghijkl-mnopq"), "x2-abcdefghi|jkl-mnopq");
    assert_eq!(wrapped("/usr-share/(foo-bar).conf"), "/usr-share|/(foo-|bar).conf");
    assert_eq!(wrapped("well, -- yes--no"), "well, -- yes|--no");
    assert_eq!(wrapped("0123456789abcdef"), "0123456789ab|cdef");
    assert_eq!(wrapped("trailing blank            x"), "trailing|blank|x");
    assert_eq!(wrapped("éé-öö-üü-ßß-ññ"), "éé-öö-üü-ßß-|ññ");
    assert_eq!(wrapped("a_-b_-c_cc-d_d-ee"), "a_-b_-c_cc-|d_d-ee");
}

#[test]
fn without_a_terminal_nothing_is_wrapped() {
    let wide = "/a-very/long-name ".repeat(20);
    let mut out = Vec::new();
    write(&answers(&["File"], &[&[&wide]]), GRID, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().contains(&wide));
}

#[test]
fn an_answer_without_rows_is_a_heading() {
    check(GRID, &answers(&["A_B"], &[]), "+-----+\n| A B |\n+-----+\n+-----+\n\n");
    check(Form::Plain, &answers(&["A_B"], &[]), "A_B\n\n");
}

#[test]
fn wide_letters_and_none_are_counted_in_columns() {
    check(
        Form::Grid { terminal: Some(10) },
        &answers(&["N"], &[&["漢字漢字漢字漢字"], &["e\u{301}"], &[""]]),
        "\
+--------------+
| N            |
+--------------+
| 漢字漢字漢字 |
| 漢字         |
| e\u{301}            |
|              |
+--------------+

",
    );
}

#[test]
fn a_star_orders_numbers_as_numbers_and_words_as_words() {
    let rows: &[&[&str]] = &[&["a", "9"], &["b", "10"], &["c", "10"], &["d", "007"]];
    check(Form::Plain, &answers(&["N", "*Count"], rows), "N *Count\n\nb 10\nc 10\na 9\nd 007\n");
    let rows: &[&[&str]] = &[&["a", "9"], &["b", "10"], &["c", "x"]];
    check(Form::Plain, &answers(&["N", "*Count"], rows), "N *Count\n\nc x\na 9\nb 10\n");
}

const HOSTILE: &str = "<a href='x'>\u{1b}[31m\u{202e}\n\"|\\x2d&";

#[test]
fn names_that_would_deceive_are_inert_in_every_form() {
    let hostile = answers(&["File"], &[&[HOSTILE]]);
    check(
        GRID,
        &hostile,
        "\
+-----------------------------------------+
| File                                    |
+-----------------------------------------+
| <a href='x'>\\u{1b}[31m\\u{202e}\\n\"|\\x2d& |
+-----------------------------------------+

",
    );
    check(Form::Plain, &hostile, "File\n\n<a,href='x'>\\u{1b}[31m\\u{202e},\"|\\x2d&\n");
    check(
        Form::Html,
        &hostile,
        "\
<table>
    <tr>
        <th>File</th>
    </tr>
    <tr>
        <td>&lt;a href=&#39;x&#39;&gt;\\u{1b}[31m\\u{202e}\\n&quot;|\\x2d&amp;</td>
    </tr>
</table>
",
    );
    let mut out = Vec::new();
    write(&hostile, Form::Json, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(!text.trim_end().contains(model::is_deceiving), "{text}");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document[&"0".repeat(64)]["result"]["rows"][0][0], HOSTILE);
}

#[test]
fn json_is_one_line_with_keys_in_order() {
    let mut answers = answers(&["Image_Id", "URL"], &[&["0", ""]]);
    answers.answers[0].1.warnings = vec!["odd".into()];
    answers.answers[0].1.image =
        Some(Identity { id: None, digest: Some("sha256:1".into()), names: vec!["a".into()] });
    check(
        Form::Json,
        &answers,
        &(format!("{{\"{}\":", "0".repeat(64))
            + r#"{"queryparams":"one,two","querycommand":"pentimento query '--image=a b' x 'it'\\''s'","#
            + r#""result":{"header":["Image_Id","URL"],"rowcount":1,"colcount":2,"rows":[["0",""]]},"#
            + r#""warns":["odd"],"url_column_index":1,"#
            + r#""image":{"id":null,"digest":"sha256:1","names":["a"]}}}"#
            + "\n"),
    );
}

#[test]
fn warnings_follow_in_every_form() {
    let mut answers = answers(&["A"], &[&["b c"]]);
    answers.answers[0].1.warnings = vec!["could not <tell>".into()];
    check(
        GRID,
        &answers,
        "\
+-----+
| A   |
+-----+
| b c |
+-----+

+------------------+
| WarningOutput    |
+------------------+
| could not <tell> |
+------------------+

",
    );
    check(Form::Plain, &answers, "A\n\nb,c\n\nWarning Output\n\ncould not <tell>\n");
    let mut out = Vec::new();
    write(&answers, Form::Html, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().contains("<BR></BR>\n<table>"));
}

#[test]
fn rows_of_several_images_stand_in_one_table() {
    let mut answers = answers(&["A", "B"], &[&["1", "2"]]);
    let mut other = answers.answers[0].clone();
    other.1.rows.rows = vec![vec!["3".into()], vec!["5".into(), "6".into(), "7".into()]];
    answers.answers.push(other);
    check(
        GRID,
        &answers,
        "\
+---+---+
| A | B |
+---+---+
| 1 | 2 |
| 3 |   |
| 5 | 6 |
+---+---+

",
    );
}

#[test]
fn bytes_that_are_no_text_are_shown_as_bytes() {
    assert_eq!(path(&model::Path::new(b"/a\xffb\\x2d\xc3\xa9")), r"/a\xffb\x2dé");
}
