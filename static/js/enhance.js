// Niceties for every page. Nothing here is needed: each page works without it.

// A form with data-once is sent once: further clicks find the button busy.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (!button) return;
  button.dataset.label = button.textContent;
  button.textContent = "正在提交…";
  button.setAttribute("aria-disabled", "true");
});

// Back from the next page (kept in memory by the browser): the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-label]")) {
    button.textContent = button.dataset.label;
    button.removeAttribute("aria-disabled");
  }
});

// The error summary is read first; its links lead into a group of choices, not only to it.
const errors = document.getElementById("errors");
if (errors) {
  errors.focus();
  errors.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const target = link && document.getElementById(link.hash.slice(1));
    const control = target && target.matches("fieldset, [role=radiogroup]") && target.querySelector("input");
    if (!control) return;
    event.preventDefault();
    control.focus();
  });
}

// Drop-downs of the masthead and second thoughts close by Escape and by a click elsewhere.
const drops = () => document.querySelectorAll("details.drop[open]");
document.addEventListener("click", (event) => {
  for (const drop of drops()) if (!drop.contains(event.target)) drop.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement && document.activeElement.closest("details.drop[open], details.confirm[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
