//! Messages as JSON, as the mapping of protocol buffers has them: every member is there, in the order of its declaration.
//!
//! What is unset is its default; an unset message is `null`, an unset choice is left out. Large whole numbers are texts.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value};

/// Writes a message.
pub(crate) fn write(message: &DynamicMessage) -> String {
    let mut out = String::new();
    put(&mut out, message);
    out
}

fn put(out: &mut String, message: &DynamicMessage) {
    if message.descriptor().full_name() == "google.protobuf.Timestamp" {
        text(out, &moment(message));
        return;
    }
    out.push('{');
    let mut is_first = true;
    for field in message.descriptor().fields() {
        let is_set = message.has_field(&field);
        if !is_set && field.containing_oneof().is_some() {
            continue;
        }
        if !std::mem::take(&mut is_first) {
            out.push(',');
        }
        text(out, field.json_name());
        out.push(':');
        let is_alone = !field.is_list() && !field.is_map();
        if !is_set && is_alone && matches!(field.kind(), Kind::Message(_)) {
            out.push_str("null");
        } else {
            value(out, &message.get_field(&field), &field);
        }
    }
    out.push('}');
}

fn value(out: &mut String, value: &Value, field: &FieldDescriptor) {
    match value {
        Value::List(values) => {
            out.push('[');
            for (place, one) in values.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                single(out, one, &field.kind());
            }
            out.push(']');
        }
        Value::Map(values) => {
            let mut entries: Vec<(String, &Value)> =
                values.iter().map(|(key, value)| (key_text(key), value)).collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            let kind = match field.kind() {
                Kind::Message(entry) => entry.map_entry_value_field().kind(),
                other => other,
            };
            out.push('{');
            for (place, (key, one)) in entries.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                text(out, key);
                out.push(':');
                single(out, one, &kind);
            }
            out.push('}');
        }
        one => single(out, one, &field.kind()),
    }
}

fn single(out: &mut String, value: &Value, kind: &Kind) {
    match value {
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::I32(value) => out.push_str(&value.to_string()),
        Value::U32(value) => out.push_str(&value.to_string()),
        Value::I64(value) => text(out, &value.to_string()),
        Value::U64(value) => text(out, &value.to_string()),
        Value::F32(value) => number(out, f64::from(*value)),
        Value::F64(value) => number(out, *value),
        Value::String(value) => text(out, value),
        Value::Bytes(value) => text(out, &BASE64_STANDARD.encode(value)),
        Value::EnumNumber(number) => {
            let known = match kind {
                Kind::Enum(kind) => kind.get_value(*number),
                _ => None,
            };
            match known {
                Some(known) => text(out, known.name()),
                None => out.push_str(&number.to_string()),
            }
        }
        Value::Message(message) => put(out, message),
        // Lists of lists are nothing that a message can have.
        Value::List(_) | Value::Map(_) => out.push_str("null"),
    }
}

fn number(out: &mut String, number: f64) {
    match serde_json::Number::from_f64(number) {
        Some(number) => out.push_str(&number.to_string()),
        None if number.is_nan() => text(out, "NaN"),
        None if number > 0.0 => text(out, "Infinity"),
        None => text(out, "-Infinity"),
    }
}

fn key_text(key: &MapKey) -> String {
    match key {
        MapKey::Bool(key) => key.to_string(),
        MapKey::I32(key) => key.to_string(),
        MapKey::I64(key) => key.to_string(),
        MapKey::U32(key) => key.to_string(),
        MapKey::U64(key) => key.to_string(),
        MapKey::String(key) => key.clone(),
    }
}

/// RFC 3339 with no more digits than are needed, three at a time.
fn moment(message: &DynamicMessage) -> String {
    let number = |place| message.get_field_by_number(place);
    let seconds = number(1).and_then(|value| value.as_i64()).unwrap_or_default();
    let nanos = number(2).and_then(|value| value.as_i32()).unwrap_or_default();
    prost_types::Timestamp { seconds, nanos }.to_string()
}

pub(super) fn text(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
