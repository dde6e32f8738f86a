//! The four groups that a visitor answers for, and sets of them.
//!
//! The ids are fixed: other people's pages name them. It knows nothing of titles or texts.
//!
//! ```
//! use consent_gate::consent::{Category, CategorySet};
//! let set = CategorySet::ESSENTIAL.with(Category::Analytics);
//! assert!(set.contains(Category::Analytics) && !set.contains(Category::Marketing));
//! ```

/// A group of services that the visitor answers for as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// What the site cannot work without; never asked for, always granted.
    Essential,
    /// Counting and measuring.
    Analytics,
    /// Comfort that a visitor asked for: videos, maps, chat.
    Functional,
    /// Advertising, sale and sharing.
    Marketing,
}

impl Category {
    /// All four, in their default order of display.
    pub const ALL: [Self; 4] = [
        Self::Essential,
        Self::Analytics,
        Self::Functional,
        Self::Marketing,
    ];

    /// The id that pages, records and configurations use.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Essential => "essential",
            Self::Analytics => "analytics",
            Self::Functional => "functional",
            Self::Marketing => "marketing",
        }
    }

    /// The category of an id, exact spelling only: an unknown id must never open anything.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.id() == id)
    }
}

/// A set of categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CategorySet(u8);

impl CategorySet {
    /// No category at all.
    pub const EMPTY: Self = Self(0);
    /// Only essential: what is granted when nothing is known.
    pub const ESSENTIAL: Self = Self::EMPTY.with(Category::Essential);
    /// All four.
    pub const ALL: Self = Self::ESSENTIAL
        .with(Category::Analytics)
        .with(Category::Functional)
        .with(Category::Marketing);

    /// The set and `category`.
    #[must_use]
    pub const fn with(self, category: Category) -> Self {
        Self(self.0 | 1 << category as u8)
    }

    /// The set without `category`.
    #[must_use]
    pub const fn without(self, category: Category) -> Self {
        Self(self.0 & !(1 << category as u8))
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is here and not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Is `category` in it?
    #[must_use]
    pub const fn contains(self, category: Category) -> bool {
        self.0 & 1 << category as u8 != 0
    }

    /// Is every category of `other` in it?
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Is nothing in it?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its categories in their default order.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL
            .into_iter()
            .filter(move |category| self.contains(*category))
    }
}

impl FromIterator<Category> for CategorySet {
    fn from_iter<T: IntoIterator<Item = Category>>(categories: T) -> Self {
        categories.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::{Category, CategorySet};

    #[test]
    fn ids_go_both_ways_and_unknown_ones_nowhere() {
        for category in Category::ALL {
            assert_eq!(Category::from_id(category.id()), Some(category));
        }
        for unknown in ["", "Essential", "necessary", "marketing "] {
            assert_eq!(Category::from_id(unknown), None);
        }
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        let set: CategorySet = [Category::Marketing, Category::Essential]
            .into_iter()
            .collect();
        assert_eq!(
            set.iter().collect::<Vec<_>>(),
            [Category::Essential, Category::Marketing]
        );
        assert!(CategorySet::ALL.covers(set) && !set.covers(CategorySet::ALL));
        assert_eq!(set.difference(CategorySet::ESSENTIAL).iter().count(), 1);
        assert!(CategorySet::default().is_empty());
    }
}
