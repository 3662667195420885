// What was typed into a form that came after the end of the session comes back after sign-in.
// It stays in this tab, for the same person only, and goes with the next page otherwise.
const KEPT = "typed";
const CHARACTERS_MAX = 200_000;
const { who, typedBack } = document.body.dataset;

const pathOf = (form) => new URL(form.getAttribute("action") ?? "", location).pathname;
const isTyped = (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type);
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

function restore(kept) {
  const form = [...document.querySelectorAll("form[method=post]")].find((one) => pathOf(one) === kept.form);
  if (!form) return;
  const fields = [...form.elements].filter(isTyped);
  for (const [name, value, ticked] of kept.fields) {
    const field = fields.find((one) => one.name === name && (!isTicked(one) || one.value === value));
    if (!field) continue;
    if (isTicked(field)) field.checked = ticked;
    else field.value = value;
    field.closest("details")?.setAttribute("open", "");
  }
  const said = Object.assign(document.createElement("p"), { className: "note ok", textContent: typedBack });
  said.setAttribute("role", "status");
  form.before(said);
}

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
if (!who) {
  if (kept) { // the door
    sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, isLost: true }));
    document.querySelector("[data-typed]")?.removeAttribute("hidden");
  }
} else {
  sessionStorage.removeItem(KEPT);
  if (kept?.isLost && kept.who === who && kept.page === location.pathname) restore(kept);
  document.addEventListener("submit", ({ target: form, defaultPrevented }) => {
    if (defaultPrevented || !form.matches("[method=post]")) return;
    const fields = [...form.elements].filter(isTyped).map((one) => [one.name, one.value, one.checked ?? false]);
    const typed = JSON.stringify({ who, page: location.pathname, form: pathOf(form), fields });
    if (fields.length && typed.length < CHARACTERS_MAX) sessionStorage.setItem(KEPT, typed);
  });
}
