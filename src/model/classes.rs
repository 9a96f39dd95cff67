//! How a model file says which class is which: `{ "negative": "no", "positive": "yes" }`, or null. Files written before
//! have the two names in this order, as an array.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    negative: String,
    positive: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Named(Named),
    InOrder([String; 2]),
}

pub(super) fn serialize<S: Serializer>(classes: &Option<[String; 2]>, serializer: S) -> Result<S::Ok, S::Error> {
    let named = |[negative, positive]: [String; 2]| Named { negative, positive };
    classes.clone().map(named).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[String; 2]>, D::Error> {
    let written: Option<Written> = Option::deserialize(deserializer)?;
    Ok(written.map(|written| match written {
        Written::Named(Named { negative, positive }) => [negative, positive],
        Written::InOrder(classes) => classes,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Model {
        #[serde(with = "super")]
        classes: Option<[String; 2]>,
    }

    #[test]
    fn both_forms_are_read_and_one_is_written() {
        let model = Model { classes: Some(["no".into(), "yes".into()]) };
        let text = r#"{"classes":{"negative":"no","positive":"yes"}}"#;
        assert_eq!(serde_json::to_string(&model).unwrap(), text);
        for text in [text, r#"{"classes":["no","yes"]}"#] {
            assert_eq!(serde_json::from_str::<Model>(text).unwrap(), model);
        }
        assert_eq!(serde_json::from_str::<Model>(r#"{"classes":null}"#).unwrap(), Model { classes: None });
        assert!(serde_json::from_str::<Model>(r#"{"classes":["no"]}"#).is_err());
    }
}
