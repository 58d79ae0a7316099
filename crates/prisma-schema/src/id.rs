//! Typed positions: the position of a model cannot index a list of fields.

/// Defines the position of an item in a list as a type.
macro_rules! id {
    ($(#[$doc:meta])* $visibility:vis $id:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $visibility struct $id($visibility u32);
    };
}

/// Lets an ID index vectors in brackets.
macro_rules! indexes {
    ($id:ident: $(<$($lifetime:lifetime)?> $item:ty),+) => {$(
        impl<$($lifetime)?> std::ops::Index<$id> for Vec<$item> {
            type Output = $item;

            fn index(&self, id: $id) -> &$item {
                &self.as_slice()[id.0 as usize]
            }
        }

        impl<$($lifetime)?> std::ops::IndexMut<$id> for Vec<$item> {
            fn index_mut(&mut self, id: $id) -> &mut $item {
                &mut self.as_mut_slice()[id.0 as usize]
            }
        }
    )+};
}

pub(crate) use {id, indexes};
