//! The components' worlds, as `wit/` declares them.

#![allow(missing_docs, clippy::pedantic, reason = "generated: documented in wit/")]

wasmtime::component::bindgen!({
    path: "../wit",
    world: "policy",
    // Credentials are lent to the component: no copy of a secret is made on the way.
    ownership: Borrowing { duplicate_if_necessary: true },
    with: { "wasi:clocks": wasmtime_wasi::p2::bindings::clocks },
});

/// The world of the component beside it.
pub(super) mod address_reader {
    #![allow(unreachable_pub, reason = "generated")]

    wasmtime::component::bindgen!({ path: "../wit", world: "address-reader", ownership: Borrowing { duplicate_if_necessary: true } });
}
