//! Values as the router takes, stores and writes them.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::menus::{Kind, Property};
use super::trap::Trap;
use crate::sim::world::orders::ScanList;

/// An id as the router writes it.
pub(crate) fn id_text(id: u32) -> String {
    format!("*{id:X}")
}

/// A value as the router stores it.
///
/// # Errors
///
/// What a router says to a value of the wrong kind.
pub(crate) fn stored(
    property: &Property,
    value: &str,
    interface_exists: &dyn Fn(&str) -> bool,
) -> Result<String, Trap> {
    let name = property.name;
    let invalid = || Trap::of(1, format!("invalid value for argument {name}"));
    let ip = || value.parse::<Ipv4Addr>().map_err(|_| invalid());
    match property.kind {
        Kind::Text | Kind::Policies => Ok(value.to_owned()),
        Kind::TruthOr(word) if value == word => Ok(word.into()),
        Kind::Truth | Kind::TruthOr(_) => match value {
            "yes" | "true" => Ok("true".into()),
            "no" | "false" => Ok("false".into()),
            _ => Err(Trap::of(1, format!("input does not match any value of {name}"))),
        },
        Kind::Interface if value.is_empty() => Err(Trap::of(
            1,
            format!("ambiguous value of {name}, more than one possible value matches input"),
        )),
        Kind::Interface if interface_exists(value) => Ok(value.to_owned()),
        Kind::Interface => Err(Trap::of(1, format!("input does not match any value of {name}"))),
        Kind::Address => {
            let with_mask = if value.contains('/') {
                value.to_owned()
            } else {
                format!("{value}/32")
            };
            with_mask
                .parse::<Ipv4Net>()
                .map(|net| net.to_string())
                .map_err(|_| invalid())
        }
        Kind::Ip => ip().map(|ip| ip.to_string()),
        Kind::Destination => match value.parse::<Ipv4Net>() {
            Ok(net) if net.trunc() == net => Ok(net.to_string()),
            Ok(_) => Err(invalid()),
            Err(_) => ip().map(|ip| format!("{ip}/32")),
        },
        Kind::Gateway => {
            let fits = |hop: &str| {
                let (ip, interface) = hop.split_once('%').unwrap_or((hop, ""));
                let tied = interface.is_empty() || interface_exists(interface);
                tied && (ip.parse::<Ipv4Addr>().is_ok() || interface.is_empty() && interface_exists(ip))
            };
            value.split(',').all(fits).then(|| value.to_owned()).ok_or_else(invalid)
        }
        Kind::Number(low, high) => {
            let number: i64 = value.parse().map_err(|_| invalid())?;
            if (low..=high).contains(&number) {
                Ok(number.to_string())
            } else {
                Err(Trap::of(1, format!("value of {name} out of range ({low}..{high})")))
            }
        }
        Kind::SignalRange => {
            let (low, high) = signal_range(value).ok_or_else(invalid)?;
            Ok(format!("{low}..{high}"))
        }
        Kind::SpanOrAlways if value == "always" => Ok(value.to_owned()),
        Kind::Span | Kind::SpanOrAlways => read_duration(value)
            .map(|span| duration_text(span, true))
            .ok_or_else(invalid),
        Kind::ScanList => ScanList::read(value).map(|_| value.to_owned()).ok_or_else(invalid),
        Kind::Mac => {
            let mut parts = value.split(':');
            let hex = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
            if parts.clone().count() == 6 && parts.all(hex) {
                Ok(value.to_uppercase())
            } else {
                Err(invalid())
            }
        }
    }
}

/// The bounds of a signal range.
pub(crate) fn signal_range(text: &str) -> Option<(i16, i16)> {
    let (low, high) = text.split_once("..")?;
    let bounds = (low.parse().ok()?, high.parse().ok()?);
    let fits = |bound: i16| (-120..=120).contains(&bound);
    (fits(bounds.0) && fits(bounds.1) && bounds.0 <= bounds.1).then_some(bounds)
}

/// A duration as the router writes it: `1w2d3h4m5s`, below a minute also `ms`.
pub(crate) fn duration_text(duration: Duration, milliseconds: bool) -> String {
    let mut seconds = duration.as_secs();
    let mut text = String::new();
    for (unit, size) in [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
        let count = seconds / size;
        seconds %= size;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    let millis = duration.subsec_millis();
    if milliseconds && (millis > 0 || text.is_empty()) {
        text.push_str(&format!("{millis}ms"));
    } else if text.is_empty() {
        text.push_str("0s");
    }
    text
}

/// A duration as a client writes it: `5`, `5s`, `1m30s`, `00:00:05`, `250ms`.
pub(crate) fn read_duration(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    if text.contains(':') {
        let parts = text
            .split(':')
            .map(|part| part.parse::<u64>().ok())
            .collect::<Option<Vec<_>>>()?;
        let seconds = parts
            .iter()
            .try_fold(0u64, |sum, part| sum.checked_mul(60)?.checked_add(*part))?;
        return Some(Duration::from_secs(seconds));
    }
    let mut sum = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let count: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let size = match &rest[..unit] {
            "w" => 604_800.0,
            "d" => 86_400.0,
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            "us" => 0.000_001,
            _ => return None,
        };
        sum = sum.checked_add(Duration::try_from_secs_f64(count * size).ok()?)?;
        rest = &rest[unit..];
    }
    Some(sum)
}
