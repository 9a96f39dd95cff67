//! Settings are changed by methods.

/// Methods that set one field each and return the settings.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $kind:ty $(=> $wrap:ident)?,)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $kind) -> Self {
            self.$name = $($wrap)?($name);
            self
        }
    )*};
}
pub(crate) use setters;
