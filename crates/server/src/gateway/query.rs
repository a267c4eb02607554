//! Parameters of a query or a form as members of a request: `uidp.childrenOf=…`, either spelling of a name.

use jiff::Timestamp;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value,
};

use crate::status::Status;

/// Names with their values, in the order of the names' first appearance.
pub(crate) type Parameters = Vec<(String, Vec<String>)>;

/// Parameters that a request may have.
const MOST: usize = 1000;

/// Reads `a=1&b=2`. What is not UTF-8 once decoded is refused.
pub(crate) fn parse(text: &str) -> Result<Parameters, Status> {
    let mut parameters = Parameters::new();
    let mut count = 0;
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (unescape(name, true)?, unescape(value, true)?);
        count += 1;
        if count > MOST {
            return Err(Status::invalid_argument("too many parameters"));
        }
        match parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => parameters.push((name, vec![value])),
        }
    }
    Ok(parameters)
}

/// Takes percent signs away. In a query, `+` is a space.
pub(crate) fn unescape(text: &str, plus_is_space: bool) -> Result<String, Status> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    let broken = || Status::invalid_argument(format!("invalid URL escape in \"{}\"", shown(text)));
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                let (Some(high), Some(low)) = (high, low) else { return Err(broken()) };
                bytes.push(u8::try_from(high * 16 + low).map_err(|_| broken())?);
            }
            b'+' if plus_is_space => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| broken())
}

/// Sets the member that a dotted name means. A name that means nothing is passed over.
pub(crate) fn set(
    message: &mut DynamicMessage,
    path: &str,
    values: &[String],
) -> Result<(), Status> {
    let Some((first, rest)) = path.split_once('.') else {
        return match field(&message.descriptor(), path) {
            Some(field) => put(message, &field, path, values),
            None => Ok(()),
        };
    };
    let Some(field) = field(&message.descriptor(), first) else { return Ok(()) };
    let is_message =
        matches!(field.kind(), Kind::Message(_)) && !field.is_list() && !field.is_map();
    if let Some(inner) = message.get_field_mut(&field).as_message_mut().filter(|_| is_message) {
        return set(inner, rest, values);
    }
    let shown = shown(first);
    Err(Status::invalid_argument(format!("invalid path: \"{shown}\" is not a message")))
}

fn field(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message.get_field_by_name(name).or_else(|| message.get_field_by_json_name(name))
}

fn put(
    message: &mut DynamicMessage,
    field: &FieldDescriptor,
    path: &str,
    values: &[String],
) -> Result<(), Status> {
    let wrong = |reason: String| {
        Status::invalid_argument(format!("parsing field \"{}\": {reason}", shown(path)))
    };
    if field.is_map() {
        return Err(wrong("maps cannot be parameters".into()));
    }
    let mut read = Vec::new();
    for value in values {
        read.push(single(value, &field.kind()).map_err(wrong)?);
    }
    if field.is_list() {
        if let Some(list) = message.get_field_mut(field).as_list_mut() {
            list.extend(read);
        }
        return Ok(());
    }
    let Ok([value]) = <[Value; 1]>::try_from(read) else {
        let told = shown(&values.join(", "));
        let text = format!("too many values for field \"{}\": {told}", shown(path));
        return Err(Status::invalid_argument(text));
    };
    message.set_field(field, value);
    Ok(())
}

fn single(text: &str, kind: &Kind) -> Result<Value, String> {
    fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, String>
    where
        T::Err: std::fmt::Display,
    {
        text.parse().map_err(|error| format!("\"{}\": {error}", shown(text)))
    }
    Ok(match kind {
        Kind::String => Value::String(text.into()),
        Kind::Bool => Value::Bool(match text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => true,
            "0" | "f" | "F" | "FALSE" | "false" | "False" => false,
            _ => return Err(format!("\"{}\": invalid syntax", shown(text))),
        }),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(parsed(text)?),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(parsed(text)?),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(parsed(text)?),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(parsed(text)?),
        Kind::Float => Value::F32(parsed(text)?),
        Kind::Double => Value::F64(parsed(text)?),
        Kind::Enum(kind) => {
            let named = kind.get_value_by_name(text).map(|value| value.number());
            let known = || text.parse().ok().filter(|&number| kind.get_value(number).is_some());
            let number = named.or_else(known);
            Value::EnumNumber(number.ok_or_else(|| format!("\"{}\" is not known", shown(text)))?)
        }
        Kind::Message(kind) if kind.full_name() == "google.protobuf.Timestamp" => {
            let moment = far(text).map_or_else(|| parsed(text), Ok)?;
            let mut message = DynamicMessage::new(kind.clone());
            let nanos = moment.as_nanosecond();
            let (seconds, nanos) =
                (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
            let seconds = i64::try_from(seconds).map_err(|error| error.to_string())?;
            let nanos = i32::try_from(nanos).map_err(|error| error.to_string())?;
            message.set_field_by_number(1, Value::I64(seconds));
            message.set_field_by_number(2, Value::I32(nanos));
            Value::Message(message)
        }
        Kind::Message(kind) => return Err(format!("unsupported message type: {}", kind.name())),
        Kind::Bytes => return Err("bytes cannot be parameters".into()),
    })
}

/// The last moment that can be counted, for one of the last days of the calendar, which callers mean by no end at all.
pub(crate) fn far(text: &str) -> Option<Timestamp> {
    let rest = text.strip_prefix("9999-12-3").filter(|rest| rest.starts_with(['0', '1']))?;
    // Otherwise it has to be a moment as any other.
    format!("9998-12-3{rest}").parse::<Timestamp>().ok()?;
    Some(Timestamp::MAX)
}

/// The beginning of what was sent, for a message.
fn shown(text: &str) -> String {
    text.chars().take(200).filter(|one| !one.is_control()).collect()
}
