// Saves a page that is left by another way than its buttons (back, closed tab, other app). All works without it.
const form = document.querySelector("form");
let changed = false;
const keep = () => {
  if (!changed || document.visibilityState !== "hidden") return;
  const fields = new FormData(form);
  fields.set("go", "keep");
  changed = !navigator.sendBeacon(form.action, fields);
};
form.addEventListener("input", () => { changed = true; });
form.addEventListener("submit", () => { changed = false; });
document.addEventListener("visibilitychange", keep);
