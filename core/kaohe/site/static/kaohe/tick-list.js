/* Deduction tables: − and + beside counts, reasons only where points are taken off.
 * Without this file the same fields are filled in by hand; no figure is computed here. */
"use strict";
(function () {
  const fire = (input) => {
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const label = (input) => (input.labels && input.labels[0] ? input.labels[0].textContent.trim() : "");

  function button(input, sign, by) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "step-button";
    made.textContent = sign;
    made.tabIndex = -1;
    made.setAttribute("aria-label", label(input) + (by > 0 ? "，加 1" : "，减 1"));
    made.addEventListener("click", () => {
      const now = Number(input.value || 0), most = Number(input.max || 9999);
      input.value = String(Math.min(most, Math.max(0, (Number.isFinite(now) ? now : 0) + by)));
      fire(input);
    });
    return made;
  }

  document.querySelectorAll("input[data-stepper]").forEach((input) => {
    input.before(button(input, "−", -1));
    input.after(button(input, "+", 1));
  });

  function takesOff(row) {
    const input = row.querySelector("input[data-input]");
    if (input.type === "checkbox") return input.checked;
    if (input.value === "") return false;
    const value = Number(input.value);
    return row.dataset.least ? value < Number(row.dataset.least) : value > 0;
  }
  function follow(row) {
    const off = takesOff(row), next = row.nextElementSibling;
    row.classList.toggle("takes-off", off);
    if (!next || !next.classList.contains("reason-row")) return;
    const text = next.querySelector("textarea");
    next.hidden = !off && !(text && text.value);
  }
  document.querySelectorAll("tr[data-row]").forEach((row) => {
    follow(row);
    row.addEventListener("input", () => follow(row));
  });

  document.querySelectorAll("[data-block] .away-line input[type=checkbox]").forEach((tick) => {
    tick.addEventListener("change", () => tick.closest("[data-block]").classList.toggle("away", tick.checked));
  });
})();
