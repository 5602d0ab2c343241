//! Mutated JSON for parser tests: each value of a sample in turn is replaced by each of many
//! unexpected values, or removed.

use serde_json::{Value, json};

/// Values that parsers often mishandle.
fn nasty() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
        json!(-0.5),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}\u{200b}\u{feff}"),
        json!("99999999999999999999999"),
        json!("-1"),
        json!("🖨️".repeat(5_000)),
        json!("/"),
        json!("/@"),
        json!("/nuevo@"),
        json!("<@"),
        json!("t:a:99999999999999999999"),
        json!([]),
        json!([[], {}, null, "x"]),
        json!({}),
        json!({"id": {"id": -1}}),
        deep,
    ]
}

/// Every mutation of `sample`, each with the path of the mutated value.
pub fn variants(sample: &Value) -> Vec<(String, Value)> {
    let mut paths = Vec::new();
    collect(sample, String::new(), &mut paths);
    let mut variants = Vec::new();
    for path in paths {
        for value in nasty() {
            let mut variant = sample.clone();
            *variant.pointer_mut(&path).expect("the path is the sample's") = value;
            variants.push((path.clone(), variant));
        }
        if let Some((parent, name)) = path.rsplit_once('/') {
            let mut variant = sample.clone();
            if let Some(Value::Object(fields)) = variant.pointer_mut(parent) {
                fields.remove(name);
                variants.push((path.clone(), variant));
            }
        }
    }
    variants
}

fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inside) in fields {
                collect(inside, format!("{path}/{name}"), paths);
            }
        }
        Value::Array(items) => {
            for (at, inside) in items.iter().enumerate() {
                collect(inside, format!("{path}/{at}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}
