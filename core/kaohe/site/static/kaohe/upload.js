/* Checks the size before a long upload, takes dropped files, and sends a form once. */
"use strict";
(function () {
  document.querySelectorAll("form[data-upload]").forEach((form) => {
    const input = form.querySelector("input[type=file]");
    const error = form.querySelector("[data-upload-error]");
    const largest = Number(form.dataset.largest);
    const zone = form.closest(".slot") || form;
    const check = () => {
      const large = Array.from(input.files).filter((f) => f.size > largest);
      error.hidden = !large.length;
      if (large.length) error.textContent = "“" + large[0].name + "”超过 20 MB，请压缩后再传。";
      return !large.length;
    };
    input.addEventListener("change", check);
    form.addEventListener("submit", (event) => {
      if (!check() || form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      const button = event.submitter;
      if (button && input.files.length) button.textContent = "正在上传…";
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("drop"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("drop"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("drop");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      if (check() && form.classList.contains("upload")) form.requestSubmit();
    });
  });
})();
