/* Saves a sheet in the background, under the version the page was made with.
 * The server computes every figure; this file only shows what it answers. */
"use strict";
(function () {
  const EVERY = 20000, SOON = 1500;
  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-once]").forEach((f) => { delete f.dataset.sent; });
  });

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const status = form.querySelector("[data-status]");
  let dirty = false, busy = false, stopped = false, leaving = false, timer = 0, waiting = 0;

  const say = (text, bad) => {
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("bad", Boolean(bad));
  };
  const clock = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });

  function body() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "goto" && name !== "key") data.append(name, value);
    }
    return data;
  }

  function show(answer) {
    form.querySelector("input[name=version]").value = answer.version;
    document.querySelectorAll("[data-subtotal]").forEach((n) => { n.textContent = answer.subtotal; });
    document.querySelectorAll("[data-filled]").forEach((n) => { n.textContent = answer.filled; });
    document.querySelectorAll("[data-bar]").forEach((n) => { n.value = answer.filled; });
    form.querySelectorAll("[data-error]").forEach((n) => {
      const what = answer.faults[n.dataset.error];
      n.hidden = !what;
      if (what) n.textContent = what + "。";
      const input = document.getElementById(n.id.replace(/_error$/, ""));
      if (input) {
        if (what) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      }
    });
    form.querySelectorAll("[data-reason]").forEach((n) => {
      n.hidden = !answer.missing.includes(n.dataset.reason);
    });
    const away = answer.away || [], hits = answer.hits || {};
    form.querySelectorAll("[data-points]").forEach((n) => {
      const key = n.dataset.points;
      n.textContent = away.includes(key) ? "不适用" : (answer.points || {})[key] || "—";
    });
    document.querySelectorAll("[data-section]").forEach((n) => {
      n.textContent = (answer.sections || {})[n.dataset.section] || n.textContent;
    });
    document.querySelectorAll("[data-possible]").forEach((n) => { n.textContent = answer.possible; });
    form.querySelectorAll("[data-hit]").forEach((n) => {
      const [key, place] = n.dataset.hit.split(":");
      const hit = (hits[key] || []).includes(Number(place));
      n.classList.toggle("hit", hit);
      n.querySelector(".hit-mark span").hidden = !hit;
    });
  }

  async function fresh() {
    const reply = await fetch(form.dataset.autosave, { headers: { "X-Requested-With": "kaohe" }, redirect: "manual" });
    if (!reply.ok) return false;
    const token = (await reply.json()).token;
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((n) => { n.value = token; });
    return true;
  }

  async function save(again) {
    if (!dirty || busy || stopped || leaving || waiting) return;
    busy = true; dirty = false;
    try {
      const reply = await fetch(form.dataset.autosave, {
        method: "POST", body: body(), redirect: "manual",
        headers: { "X-Requested-With": "kaohe" },
      });
      if (reply.ok) {
        show(await reply.json());
        say(clock() + " 已自动保存");
      } else if (reply.status === 409) {
        const answer = await reply.json();
        stopped = true;
        say(answer.refused || "这张表在别处被修改过。请点“保存”，核对两边的内容。", true);
      } else if (reply.status === 403 && !again && await fresh()) {
        busy = false; dirty = true;
        return save(true);
      } else if (reply.status === 401 || reply.status === 403 || reply.type === "opaqueredirect") {
        dirty = true;
        say("登录已过期：请在新窗口登录，再回到本页继续，内容还在。", true);
      } else {
        dirty = true;
        say("没有保存成功，稍后会再试。", true);
      }
    } catch {
      dirty = true;
      say("网络不通，内容还在本页，稍后会再试。", true);
    } finally {
      busy = false;
    }
  }

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, SOON);
  });
  form.addEventListener("change", () => { dirty = true; clearTimeout(timer); timer = setTimeout(save, 200); });
  /* A save under way answers first: its version is the one this form has to name. */
  form.addEventListener("submit", (event) => {
    if (leaving || waiting) { event.preventDefault(); return; }
    if (!busy) { leaving = true; return; }
    event.preventDefault();
    const button = event.submitter;
    waiting = setInterval(() => {
      if (busy) return;
      clearInterval(waiting);
      waiting = 0;
      form.requestSubmit(button);
    }, 50);
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  setInterval(save, EVERY);

  /* A link of the progress list saves first, as the buttons do. */
  document.querySelectorAll("a[data-goto]").forEach((link) => {
    link.addEventListener("click", (event) => {
      if (!dirty && !busy) return;
      event.preventDefault();
      const go = document.createElement("input");
      go.type = "hidden"; go.name = "goto"; go.value = link.dataset.goto;
      form.append(go);
      form.requestSubmit();
    });
  });
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
