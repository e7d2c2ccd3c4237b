//! What a component says of itself, for registries and for who looks at the file: `wasm-tools metadata show` reads it.
//!
//! Each is a custom section with a text, under the names that the OCI's annotations gave to the tools of WebAssembly.

use wasm_encoder::{ComponentNameSection, ComponentSection, CustomSection};

use crate::Kind;

/// The component with its name, version, licence, description and, where Cargo.toml names it, source.
pub(crate) fn with_metadata(kind: Kind, mut component: Vec<u8>) -> Vec<u8> {
    let mut name = ComponentNameSection::new();
    name.component(kind.package());
    name.append_to_component(&mut component);
    for (name, text) in [
        ("version", env!("CARGO_PKG_VERSION")),
        ("licenses", env!("CARGO_PKG_LICENSE")),
        ("description", kind.description()),
        ("source", env!("CARGO_PKG_REPOSITORY")),
    ] {
        if !text.is_empty() {
            CustomSection { name: name.into(), data: text.as_bytes().into() }.append_to_component(&mut component);
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use wasmparser::{ComponentName, KnownCustom, Parser, Payload};

    use super::*;

    #[test]
    fn a_component_says_what_it_is() {
        let component = with_metadata(Kind::Policy, wasm_encoder::Component::new().finish());
        let mut said = Vec::new();
        for payload in Parser::new(0).parse_all(&component) {
            let Payload::CustomSection(section) = payload.unwrap() else { continue };
            let text = match section.as_known() {
                KnownCustom::ComponentName(names) => match names.into_iter().next().unwrap().unwrap() {
                    ComponentName::Component { name, .. } => name.to_owned(),
                    _ => panic!("a name that is another thing's"),
                },
                _ => str::from_utf8(section.data()).unwrap().to_owned(),
            };
            said.push((section.name().to_owned(), text));
        }
        let expected = [
            ("component-name", "codecommit-policy"),
            ("version", env!("CARGO_PKG_VERSION")),
            ("licenses", "Apache-2.0"),
            ("description", "What a CodeCommit URL means, which endpoint it names and how a request is signed"),
        ];
        let expected = expected.map(|(name, text)| (name.to_owned(), text.to_owned()));
        // The source is beside them once there is an address of it.
        assert_eq!(said[..4], expected);
    }
}
