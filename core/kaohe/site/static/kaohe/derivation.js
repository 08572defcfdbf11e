/* The derivation page without this file is complete; this adds copying, opening all, and print. */
(() => {
  const forKeyboard = (text) =>
    text.replace(/×/g, "*").replace(/÷/g, "/").replace(/−/g, "-");
  if (navigator.clipboard) {
    document.querySelectorAll("code[data-copy]").forEach((code) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "rs-copy no-print";
      button.textContent = "复制";
      button.setAttribute("aria-label", "复制算式 " + code.textContent);
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(forKeyboard(code.textContent));
        button.textContent = "已复制";
        setTimeout(() => { button.textContent = "复制"; }, 1500);
      });
      code.after(button);
    });
  }
  const steps = () => document.querySelectorAll("details.rs-step");
  const place = document.querySelector("[data-toggle-steps]");
  if (place) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-small";
    button.textContent = "全部展开";
    button.addEventListener("click", () => {
      const open = button.textContent === "全部展开";
      steps().forEach((step) => { step.open = open || step.classList.contains("rs-depth-3"); });
      button.textContent = open ? "收起" : "全部展开";
    });
    place.append(button);
  }
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((d) => { d.open = true; });
  });
})();
