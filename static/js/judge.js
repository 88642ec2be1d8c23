// The scoring sheet: running total and keypad. Without this file the form still works.
const fields = [...document.querySelectorAll("input[data-max]")];
const output = document.querySelector("[data-total]");
const pad = document.querySelector("[data-keypad]");
let active = null;
let fresh = false; // the next key replaces what stands in a box just entered

// Thousandths, so that 0.1 + 0.2 is 0.3; NaN for anything that is not a plain decimal.
const milli = (text) => {
  const plain = text.trim().normalize("NFKC");
  if (!/^\d+(\.\d{1,3})?$/.test(plain)) return NaN;
  const [whole, part = ""] = plain.split(".");
  return Number(whole) * 1000 + Number(part.padEnd(3, "0"));
};

const shown = (sum) => {
  const text = `${Math.floor(sum / 1000)}.${String(sum % 1000).padStart(3, "0")}`;
  return text.endsWith("0") ? text.slice(0, -1) : text;
};

function total() {
  if (!output) return;
  let sum = 0;
  let any = false;
  for (const field of fields) {
    const value = milli(field.value);
    const wrong = field.value.trim() !== "" && !(value <= milli(field.dataset.max));
    field.toggleAttribute("data-wrong", wrong);
    if (wrong || field.value.trim() === "") continue;
    sum += value;
    any = true;
  }
  for (const choice of document.querySelectorAll("input[data-points]:checked")) {
    sum += milli(choice.dataset.points);
    any = true;
  }
  output.textContent = any ? shown(sum) : "—";
}

function press(key) {
  if (!active) return;
  if (document.activeElement !== active) active.focus();
  if (key === "next") {
    const next = fields[fields.indexOf(active) + 1];
    if (next) next.focus();
    return;
  }
  const present = fresh && key !== "back" ? "" : active.value;
  fresh = false;
  active.value = key === "back" ? present.slice(0, -1) : (present + key).slice(0, active.maxLength);
  active.dispatchEvent(new Event("input", { bubbles: true }));
}

const current = document.querySelector(".entries [aria-current]");
if (current) current.scrollIntoView({ block: "nearest", inline: "center" });

if (pad && fields.length && matchMedia("(min-width: 40.01em)").matches) {
  pad.hidden = false;
  for (const field of fields) {
    field.inputMode = "none";
    field.addEventListener("focus", () => {
      active = field;
      fresh = true;
      field.select();
    });
  }
  pad.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (key) press(key.value);
  });
  active = fields.find((field) => field.value === "") || fields[0];
}
// A changed mark no longer says that it is saved, and is not left behind without a question.
let unsaved = false;
document.addEventListener("input", (event) => {
  fresh = false;
  total();
  const state = document.getElementById(`${event.target.name}-state`);
  if (!state) return;
  state.textContent = "已改，未保存";
  state.className = "state";
  unsaved = true;
});
document.addEventListener("submit", () => {
  unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
total();
