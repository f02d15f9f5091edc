// Selects a link that is there to be copied as soon as somebody is in its field. Without it one selects it by hand.
addEventListener("focusin", ({ target }) => { if (target.matches("input[readonly]")) target.select(); });
