// Keeps what stands in a form of days, counts and codes in this tab, so that a lost connection loses nothing.
// The name of the person and secrets are not kept; what was sent is forgotten. The key of the form comes back with it,
// so that a form whose answer was lost is sent once.
const kept = (address) => `draft ${address}`;
const left = new Set(["csrf", "form_seen", "first_name"]);
const form = document.querySelector("form[data-draft]");
const sent = document.querySelector("[data-sent]");

function fill(values) {
  for (const field of form.elements) {
    const given = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
    else if (given.length && field.type !== "submit") field.value = given[0];
  }
}

if (sent) sessionStorage.removeItem(kept(sent.dataset.sent));
if (form) {
  const key = kept(form.getAttribute("action"));
  const before = sessionStorage.getItem(key);
  if (before) fill(JSON.parse(before));
  form.addEventListener("input", () => {
    const values = [...new FormData(form)].filter(([name, value]) => !left.has(name) && typeof value === "string");
    sessionStorage.setItem(key, JSON.stringify(values));
  });
}
