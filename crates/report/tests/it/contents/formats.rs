//! What differs in formats of other programs: files that those programs wrote themselves, and what they say is in them.

use report::Format;

use super::write;

/// A database that SQLite 3 wrote with pages of 512 bytes, packed by gzip: `goods` of 120 rows on several pages, `orders` of one,
/// `words` of one and `WITHOUT ROWID`, and an index.
const SHOP: &str = "\
H4sIAAAAAAACA+3WV2hbBxTG8fNJ8kwcO1Nx4sQ3zrIznL3sJJ6yk9jOsJ3EWXZkS7blISWyEim0fWkhbaEDOqADOqADOqADuuiA\
DuiADuiADmhT6IAO6KJtSlvpL+chkIcGSvtgf+j+7tI9OvceCdS2pzkUCzq9keiwP+asMZdJVu04ZpYzupyLZ3Q5FyWXrNHtJXbh\
5Fh5j/K48IzpcYVVnNz4T1PpyfTO9qotFA4EE92nusL+4WBfJBIYyahr9dW0+5ztO+t9Hc7oGScSdjhbmtora3Fner1eXRLzdw8F\
45FoYAQ8o5e219Q2+xwOlaZ0YsFEzDkWDQ37o6ecweCpMiceivVHTsScaCQeCtS5Mr2FheqhXPL9wehIWvd5BdPHSkMBJxSOBfuC\
0fNKNome4hShV3CdVyJ9DxeusMzhTlO9lmWkBqmzzCq9Gs/YSXZVHvP/w5Kv8YyxuOSy3PH5j9m4Xfl+F/P/JbWblV6NZ0wkM8Od\
r8Sm1O9/oz1qOquf9b2+1uf6RB/oHb2hV/SCnk7+Z3tY9+tu3a6bdb2u1hW6THEd16CC6tIBtalFjapRpdZphco0X3Pk1WRNUIb9\
Zb/Zj/atfWmf2Uf2nr1lr9lL9pw9mfzAB+1eu9NutRvtWrsy1dAz/6xv2t6IG3A9rsO1uAZX4ypciSuwHJfjMlyKS7AMS3ExLsKF\
uADnYwnOQweLcS7OwSKcjbOwEGeiF2fgdJyGU3EKTsYCzMdJmIcTcQLmYg5mYxamB52BHnSjy+POz0mk5l9lp00DCqhTHWpVsxpU\
rQqtVblKVaIizVCBcuWxP+1X+8G+sS/sU/vQ3rU37VV70Z61J+wRe8DusTvsFrvBrrHT+l0/6Tt9pTP6WO/rbb2ul/W8ntJjekj3\
6S7dppt0na7S5bpUJ3WMho5iF3biETyMh/AgHsAO3I/7cC+2Yxu24h7cjbtwJ7ZgMzbhDtyO27ARG9CH9ViHtViD1ViFW3ELbsZK\
rMAExvEknsAYjmAUj2P6+UQwjMM4hIM4gCHsxz7sxSAGsAe70Z93bv4XObF/9/viqXJbfsKzFbfgZqzECtyEG3EDrsd1uBbX4Gpc\
hStxBZbjclyGS3EJlmEpLsZFuBAX4HwswXnoYDHOxTlYhLNxFhbiTPTiDJyO03AqTsHJWID5OAnzcCJOwFzMwWzMwkzMQA+60YVK\
mZr/puQw/of5X2Q8CbqO40k8gTEcwSgex2MYwTAO4xAO4gCGsB/7sBeDGMAe7EY/HsUu7MQjeBgP4UE8gB24H/fhXmzHNmzFPbgb\
d+FObMFmbMIduB23YSM2oA/rsQ5rsQarU/4NqDyQygASAAA=";

/// The same later: one more of `goods`, `parcels` for `orders`, and another `user_version`.
const SHOP_SINCE: &str = "\
H4sIAAAAAAACA+3WaUgcdxjH8efZw+gaYzSJm0SNk5hDE6NJ1Bxq4pXVmKiJRxLNoVndia7Hrq6ru9L2TQtJCz2gB7Qp9IAe0AN6\
QC96QA/oAT2gB/SANoUe0AN60Tal7cxXoRV8kdJCX+jDzuc/Bzvzm3n+A9PW0hiMmsbpcGTYHzWKxSGqUmUYIuKxliT5qxKsxfW3\
bbWWxOn1jTJ7eaSwV1M0ZP3xnOijmiPnrZWLqjp3gjczU82ov2fIHPFHes2hsenBWdvqq273Ge3VNY0+Y3pnXjBgBENRs8+MGCOR\
4LA/MmkMmpP55S7rPF5tC4YCZrxnsjvkHzb7wuHAmHv6LA3Ne30dxvQRIxwyOJpnb+U3ORO8Xq9eQohYOBIYA9eMAOzKszWiZjw6\
4+pGLBjtD49HjUg4FgxYt+WTf1sHlEwxMpEVHDMyTd3D7I+kwOBO7az5bruResE+b9LUMF9zpxIrU+zBMf8k5mp5eP9/E+s3X3Os\
nI5Uv4P+/2RvLpga5mtOVILbmarx3fb7XyG3iF7QH/Vb/VI/1Y/0PX1LX9OX9Dl90vpme1Dv1Tv1Vr1Jr9Or9Aq9TGM6qoNqard2\
aps2ab1Wa7mWapHma65mq1fTNFnd8of8It/L1/K5fCIfyDvyhrwiL8gz8rg8LPfL3XK7deEb5Bo5awd6amY+4lVgOZbhLtyJO3A7\
lmIJFuM23IpbsAgLcTMW4CbciPmYhxtwPa7DtZiLa3A1GpiDqzAbszATV+IKXI5ezMBluBSXYDqm4WJMxUWYggsxGT2YhIm4AKca\
7UYXOtHhcqYmxT3aYfX/jGirNmqdVmmZlmih5ukazdIMXawedcnv8rN8J1/JZ/KxvC9vy+vysjwvT8tj8pDcJ3fJbXKzXC9Xyxn9\
VX/Qb/QLPa8f6rv6pr6qL+qz+oQ+og/oPXqHntMb9Vq9Ui/XS3VCR3TACnLKPRXoFHZjF57EE3gcj2EnduBRPIKHsR3bsBVb8BAe\
xGZswkY8gPuxAfdhPdahD/diLdZgNVZhJe6xZnD6LBN6EuMYwwkcxyiOYQRHcQTDGMJhHMJBHMAg9mMfnkYTA9iLPei3v/8q7f7/\
485pQLu047+ZN65Kp6TGXXtwN1ZgOZbhLtyJO3A7lmIJFuM23IpbsAgLcTMW4CbciPmYhxtwPa7DtZiLa3A1GpiDqzAbszATV+IK\
XI5ezMBluBSXYDqm4WJMxUWYggsxGT2YhIm4ABPQjS50ogPV1u5/mdWK/6X/F1muSfLGMYYTOI5RHMMIjuIIhjGEwziEgziAQezH\
PjyNJgawF3vQj6ewG7vwJJ7A43gMO7EDj+IRPIzt2Iat2IKH8CA2YxM24gHcjw24D+uxDn24F2uxBquxyvZPGVSzKwASAAA=";

/// What `msgfmt` made: a message, one with a context, one with a plural, and one that goes.
const GERMAN: &str = "\
3hIElQAAAAAFAAAAHAAAAEQAAAAHAAAAbAAAAAAAAACIAAAAFAAAAIkAAAAEAAAAngAAAAQAAACjAAAACQAAAKgAAAClAAAAsgAA\
ABIAAABYAQAABAAAAGsBAAAEAAAAcAEAAAcAAAB1AQAAAQAAAAMAAAAFAAAABAAAAAAAAAACAAAAAAAAAAAlZCBwYXJjZWwAJWQg\
cGFyY2VscwBDYXJ0AEdvbmUAbWVudQRPcGVuAFByb2plY3QtSWQtVmVyc2lvbjogc2hvcCAxLjQKTGFuZ3VhZ2U6IGRlClBPLVJl\
dmlzaW9uLURhdGU6IDIwMjYtMDEtMDIgMDM6MDQrMDEwMApDb250ZW50LVR5cGU6IHRleHQvcGxhaW47IGNoYXJzZXQ9VVRGLTgK\
UGx1cmFsLUZvcm1zOiBucGx1cmFscz0yOyBwbHVyYWw9KG4gIT0gMSk7CgAlZCBQYWtldAAlZCBQYWtldGUAS29yYgBGb3J0AMOW\
ZmZuZW4A";

/// The same later.
const GERMAN_SINCE: &str = "\
3hIElQAAAAAFAAAAHAAAAEQAAAAHAAAAbAAAAAAAAACIAAAAFAAAAIkAAAAEAAAAngAAAAQAAACjAAAACQAAAKgAAAClAAAAsgAA\
ABIAAABYAQAAAgAAAGsBAAAJAAAAbgEAAAcAAAB4AQAAAQAAAAQAAAAAAAAABQAAAAMAAAACAAAAAAAAAAAlZCBwYXJjZWwAJWQg\
cGFyY2VscwBDYW1lAENhcnQAbWVudQRPcGVuAFByb2plY3QtSWQtVmVyc2lvbjogc2hvcCAxLjUKTGFuZ3VhZ2U6IGRlClBPLVJl\
dmlzaW9uLURhdGU6IDIwMjYtMDEtMDIgMDM6MDQrMDEwMApDb250ZW50LVR5cGU6IHRleHQvcGxhaW47IGNoYXJzZXQ9VVRGLTgK\
UGx1cmFsLUZvcm1zOiBucGx1cmFscz0yOyBwbHVyYWw9KG4gIT0gMSk7CgAlZCBQYWtldAAlZCBQYWtldGUARGEAV2FyZW5rb3Ji\
AMOWZmZuZW4A";

/// The old one again, numbers with the high end first.
const GERMAN_BIG: &str = "\
lQQS3gAAAAAAAAAFAAAAHAAAAEQAAAAHAAAAbAAAAAAAAACIAAAAFAAAAIkAAAAEAAAAngAAAAQAAACjAAAACQAAAKgAAAClAAAA\
sgAAABIAAAFYAAAABAAAAWsAAAAEAAABcAAAAAcAAAF1AAAAAQAAAAMAAAAFAAAABAAAAAAAAAACAAAAAAAlZCBwYXJjZWwAJWQg\
cGFyY2VscwBDYXJ0AEdvbmUAbWVudQRPcGVuAFByb2plY3QtSWQtVmVyc2lvbjogc2hvcCAxLjQKTGFuZ3VhZ2U6IGRlClBPLVJl\
dmlzaW9uLURhdGU6IDIwMjYtMDEtMDIgMDM6MDQrMDEwMApDb250ZW50LVR5cGU6IHRleHQvcGxhaW47IGNoYXJzZXQ9VVRGLTgK\
UGx1cmFsLUZvcm1zOiBucGx1cmFscz0yOyBwbHVyYWw9KG4gIT0gMSk7CgAlZCBQYWtldAAlZCBQYWtldGUAS29yYgBGb3J0AMOW\
ZmZuZW4A";

/// What OpenSSL made for `O=Shop, CN=shop.example`, good from 2026-01-02 to 2057-02-03.
const SHOP_EXAMPLE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBNTCB3AIBATAKBggqhkjOPQQDAjAmMQ0wCwYDVQQKDARTaG9wMRUwEwYDVQQD\n\
DAxzaG9wLmV4YW1wbGUwIBcNMjYwMTAyMDMwNDA1WhgPMjA1NzAyMDMwNDA1MDZa\n\
MCYxDTALBgNVBAoMBFNob3AxFTATBgNVBAMMDHNob3AuZXhhbXBsZTBZMBMGByqG\n\
SM49AgEGCCqGSM49AwEHA0IABPvT6GkIdixJ7S43jbp61r+8suVaaOaOJo0iP3Ai\n\
K7ITPAQLk5RcbZWos+EzhvAFEmbosSs4xMLfXn8TtOLnilIwCgYIKoZIzj0EAwID\n\
SAAwRQIhAOxs44Z3GFx0NVltYrRs52BFivfSTR0TLetqE6eWRR6SAiAmcaKZPbwP\n\
66DUQjL0TgGmYyl2F+QUD1AvFNzlIm9GDw==\n\
-----END CERTIFICATE-----\n";

/// For the same, good from 2027-01-02.
const SHOP_RENEWED: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBNTCB3AIBAzAKBggqhkjOPQQDAjAmMQ0wCwYDVQQKDARTaG9wMRUwEwYDVQQD\n\
DAxzaG9wLmV4YW1wbGUwIBcNMjcwMTAyMDMwNDA1WhgPMjA1NzAyMDMwNDA1MDZa\n\
MCYxDTALBgNVBAoMBFNob3AxFTATBgNVBAMMDHNob3AuZXhhbXBsZTBZMBMGByqG\n\
SM49AgEGCCqGSM49AwEHA0IABPvT6GkIdixJ7S43jbp61r+8suVaaOaOJo0iP3Ai\n\
K7ITPAQLk5RcbZWos+EzhvAFEmbosSs4xMLfXn8TtOLnilIwCgYIKoZIzj0EAwID\n\
SAAwRQIhAJZVyJxeix0HgMLUN55ZWbG0ArP31YiZwJNsfbil2kuYAiAgENdYZ+ub\n\
qo3wJhOBv54zm4gZrcH8/poDD93yFFX3RQ==\n\
-----END CERTIFICATE-----\n";

/// For `O=Shop, OU=Unit of the shop`, good from 1999-01-02 to 2026-02-03.
const UNIT: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBPDCB4gIBAjAKBggqhkjOPQQDAjAqMQ0wCwYDVQQKDARTaG9wMRkwFwYDVQQL\n\
DBBVbml0IG9mIHRoZSBzaG9wMB4XDTk5MDEwMjAzMDQwNVoXDTI2MDIwMzA0MDUw\n\
NlowKjENMAsGA1UECgwEU2hvcDEZMBcGA1UECwwQVW5pdCBvZiB0aGUgc2hvcDBZ\n\
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABPvT6GkIdixJ7S43jbp61r+8suVaaOaO\n\
Jo0iP3AiK7ITPAQLk5RcbZWos+EzhvAFEmbosSs4xMLfXn8TtOLnilIwCgYIKoZI\n\
zj0EAwIDSQAwRgIhAJwGJBfkjPWhdW51zSOOeFhnV2HUZmF5Q7+y38D2BbkFAiEA\n\
022X3TFDQhZZBNAMzlkpA8mUVum6jq3fmdRlcxxbue4=\n\
-----END CERTIFICATE-----\n";

/// What is told below the file itself.
fn told(path: &str, old: &str, new: &str) -> String {
    let told = write(old, new, &[path], Format::Table);
    let inside = told
        .lines()
        .skip(3)
        .skip_while(|line| [" /", "   old", "   new"].iter().any(|start| line.starts_with(start)));
    inside.map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn packed(path: &str, base64: &str) -> String {
    format!("//- {path} base64={base64}\n")
}

#[test]
fn databases_tell_tables_and_how_many_rows_they_have() {
    let path = "/srv/shop.db.gz";
    let [old, new] = [SHOP, SHOP_SINCE].map(|base64| packed(path, base64));
    assert_eq!(
        told(path, &old, &new),
        "   ~  user-version  7 → 8\n   tables  1 added · 1 removed · 1 changed\n     ~  goods    120 rows → 121 rows\n     \
         −  orders   1 row\n     +  parcels  0 rows\n"
    );
    let whole = told(path, "//- /other\n", &new);
    for row in ["+  page-size       512", "+  application-id  42", "+  words    rows not counted"] {
        assert!(whole.contains(row), "{row}: {whole}");
    }
    assert!(!whole.contains("by_name"), "an index is no table: {whole}");
    assert_eq!(told(path, &old, &old), "");
}

#[test]
fn translations_tell_which_messages_differ() {
    let path = "/usr/share/locale/de/LC_MESSAGES/shop.mo";
    let [old, new, big] = [GERMAN, GERMAN_SINCE, GERMAN_BIG].map(|base64| packed(path, base64));
    assert_eq!(
        told(path, &old, &new),
        "   ~  project  shop 1.4 → shop 1.5\n   messages  1 added · 1 removed · 1 changed\n     +  Came  Da\n     \
         ~  Cart  Korb → Warenkorb\n     −  Gone  Fort\n"
    );
    let whole = told(path, "//- /other\n", &old);
    for row in [
        "+  language  de",
        "+  revision  2026-01-02 03:04+0100",
        "+  messages  4",
        "+  menu | Open             Öffnen",
        "+  %d parcel | %d parcels  %d Paket | %d Pakete",
    ] {
        assert!(whole.contains(row), "{row}: {whole}");
    }
    // The bytes differ, and what they say does not.
    assert_eq!(told(path, &old, &big), "   none of what is told of this format differs\n");
}

#[test]
fn certificates_tell_whose_they_are_and_until_when() {
    let path = "/etc/ssl/shop.pem";
    let file = |text: &[&str]| format!("//- {path}\n{}", text.concat());
    let (old, new) = (file(&[SHOP_EXAMPLE, UNIT]), file(&[SHOP_RENEWED, UNIT]));
    assert_eq!(
        told(path, &old, &new),
        "   certificates  1 added · 1 removed\n     \
         −  shop.example [4fa47c4819e91af3]  2026-01-02 to 2057-02-03\n     \
         +  shop.example [86f70c26d7234642]  2027-01-02 to 2057-02-03\n"
    );
    let whole = told(path, "//- /other\n", &old);
    assert!(whole.contains("+  certificates  2"), "{whole}");
    assert!(
        whole.contains("+  Unit of the shop [8a3e71fbe1fb22bf]  1999-01-02 to 2026-02-03"),
        "{whole}"
    );
    // What stands between certificates makes no difference to them.
    let remarked = file(&["# of the shop\n", SHOP_EXAMPLE, UNIT]);
    assert_eq!(told(path, &old, &remarked), "   none of what is told of this format differs\n");
}

#[test]
fn a_key_beside_a_certificate_makes_it_a_text_without_the_key() {
    let path = "/etc/ssl/shop.pem";
    let body = "MHcCAQEEIBq3Vn0xK1cUe9yqmF4cGqvC0pKx8mZrT5jWnQ2sLhYdoAoGCCqGSM49";
    let key = format!("-----BEGIN EC PRIVATE KEY-----\n{body}\n-----END EC PRIVATE KEY-----\n");
    let told = told(path, "//- /other\n", &format!("//- {path}\n{SHOP_EXAMPLE}{key}"));
    assert!(told.contains("+-----BEGIN CERTIFICATE-----"), "{told}");
    assert!(told.contains("+‹64 characters›") && !told.contains(body), "{told}");
}

#[test]
fn secrets_in_parts_are_hidden_and_differ() {
    let path = "/srv/shop.mo";
    let [old, new] = ["hunter22", "hunter23"].map(|secret| packed(path, &hint(secret)));
    let told = told(path, &old, &new);
    assert_eq!(
        told,
        "   messages  1 changed\n     ~  Hint  password = ‹8 characters› → password = ‹8 characters›\n"
    );
}

/// A catalogue with one message, which tells a password: magic, revision, count, and where the two tables are.
fn hint(secret: &str) -> String {
    use base64::Engine as _;
    let text = format!("password = {secret}");
    let numbers = [0x9504_12de, 0, 1, 28, 36, 0, 44, 4, 44, text.len(), 49];
    let numbers =
        numbers.into_iter().flat_map(|number| u32::try_from(number).unwrap().to_le_bytes());
    let bytes: Vec<u8> =
        numbers.chain(b"Hint\0".iter().copied()).chain(text.bytes()).chain([0]).collect();
    base64::prelude::BASE64_STANDARD.encode(bytes)
}
