/* Reloads a preview when its file changed, and keeps the score in the bar up to date.
 * What was typed is saved by the page's own autosave; a change of the file waits for it. */
"use strict";
(function () {
  const bar = document.querySelector("[data-preview]");
  if (!bar) return;
  const score = bar.querySelector("[data-preview-score]");
  const subject = bar.dataset.subject;
  const address = bar.dataset.stampUrl + (subject ? "?subject=" + subject : "");
  let typedAt = 0;
  document.addEventListener("input", () => { typedAt = Date.now(); });

  async function look() {
    try {
      const answer = await fetch(address, { cache: "no-store" });
      const found = await answer.json();
      if (found.stamp !== bar.dataset.preview && Date.now() - typedAt > 3000) {
        window.location.reload();
        return;
      }
      if (score && score.textContent !== found.score) score.textContent = found.score;
    } catch (gone) { /* the preview was stopped, or is starting again */ }
    window.setTimeout(look, document.hidden ? 5000 : 1000);
  }
  look();
})();
