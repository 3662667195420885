// The running difference of the lines that are ticked.
const boxes = [...document.querySelectorAll("[data-cents]")];
const amount = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2 });
const show = (name, cents) => (document.querySelector(`[data-${name}]`).textContent = amount.format(cents / 100));

function addUp() {
  const ticked = boxes.filter((box) => box.checked).map((box) => Number(box.dataset.cents));
  const debit = ticked.filter((cents) => cents > 0).reduce((sum, cents) => sum + cents, 0);
  const credit = ticked.filter((cents) => cents < 0).reduce((sum, cents) => sum - cents, 0);
  document.querySelector("[data-ticked]").textContent = ticked.length;
  show("debit", debit);
  show("credit", credit);
  show("gap", debit - credit);
  document.querySelector(".gap").classList.toggle("ok", ticked.length > 1 && debit === credit);
  for (const box of boxes) box.closest("tr").classList.toggle("sel", box.checked);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-cents]")) addUp();
});
if (boxes.length && document.querySelector("[data-ticked]")) addEventListener("pageshow", addUp); // after ticks came back
