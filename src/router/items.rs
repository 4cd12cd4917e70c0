//! Whole menus as a router shows them, for comparing it with what it should have.

use std::collections::BTreeMap;

use super::handle::Router;
use super::outcome::CallError;
use crate::routeros::Sentence;
use crate::survey::Items;

impl Router {
    /// Every item of each menu with all its properties, one menu after the other, and the menus that the router refused.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered.
    pub async fn items_of(&self, menus: &[&str]) -> Result<(Items, Vec<String>), CallError> {
        let (mut found, mut refused) = (BTreeMap::new(), Vec::new());
        for menu in menus {
            match self.call(&Sentence::new(menu, "print")).await {
                Ok(rows) => {
                    let rows = rows.iter().map(super::rows::Row::texts).collect();
                    found.insert((*menu).to_owned(), rows);
                }
                Err(CallError::Refused(_)) => refused.push((*menu).to_owned()),
                Err(error) => return Err(error),
            }
        }
        Ok((found, refused))
    }
}
