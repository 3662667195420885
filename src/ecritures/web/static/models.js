// The editor of models: a sample that is dropped, and cuts set on the text of fixed-width lines.
document.addEventListener("dragover", (event) => {
  if (event.target.closest("[data-drop-sample]")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const form = event.target.closest("[data-drop-sample]");
  if (!form || !event.dataTransfer.files.length) return;
  event.preventDefault();
  form.querySelector("input[type=file]").files = event.dataTransfer.files;
  form.requestSubmit();
});

const cutterOf = (node) => node.closest("[data-cutter]");
const cutsOf = (cutter) => new Set([...cutter.querySelectorAll("[data-cut]")].map((cut) => Number(cut.dataset.cut)));

// How many characters there are before a pointer, and a part of one.
function placeIn(cutter, event) {
  const ruler = cutter.querySelector("[data-ruler]");
  const text = document.createRange();
  text.selectNodeContents(ruler);
  const box = text.getBoundingClientRect();
  return ((event.clientX - box.left) / box.width) * ruler.textContent.length;
}

const within = (cutter, position) => Math.min(Math.max(position, 1), Number(cutter.dataset.width) - 1);

function send(cutter, cuts) {
  const field = cutter.querySelector("[data-cuts]");
  field.value = [...cuts, Number(cutter.dataset.width)].sort((a, b) => a - b).join(",");
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-ruler]")) return;
  const cutter = cutterOf(event.target);
  const [cuts, position] = [cutsOf(cutter), within(cutter, Math.floor(placeIn(cutter, event)) + 1)];
  if (!cuts.delete(position)) cuts.add(position);
  send(cutter, cuts);
});

document.addEventListener("pointerdown", (event) => {
  const cut = event.target.closest("[data-cut]");
  if (!cut) return;
  event.preventDefault();
  const cutter = cutterOf(cut);
  const [cuts, before] = [cutsOf(cutter), Number(cut.dataset.cut)];
  document.addEventListener(
    "pointerup",
    (end) => {
      const after = within(cutter, Math.round(placeIn(cutter, end)));
      if (after === before) return;
      cuts.delete(before);
      cuts.add(after);
      send(cutter, cuts);
    },
    { once: true },
  );
});

// What is open stays open when the page shows a new effect, and what is being typed stays typed.
let open = [];
let typed = null;
document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll("#draft details[open]")].map((one) => one.id);
  const field = document.activeElement;
  typed = field?.matches("#editor :is(input:not([type=file]), textarea)[id]") ? { id: field.id, value: field.value } : null;
});
document.addEventListener("htmx:afterSettle", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const field = typed && document.getElementById(typed.id);
  if (!field || field.value === typed.value) return;
  field.value = typed.value;
  field.focus();
  const tell = () => field.dispatchEvent(new Event("change", { bubbles: true }));
  field.addEventListener("blur", tell, { once: true });
});
