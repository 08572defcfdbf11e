// The voter's page works without this file.  It moves the code out of the address, counts marks,
// asks once more before a ballot is handed in, and tries again when the network fails.
(function () {
  "use strict";
  // A slip was scanned, perhaps while an earlier page of ours was still open in this tab.
  function takeCode() {
    var value = location.hash.slice(1);
    // Links inside the page ("#confirm") are no codes.
    if (!/^[0-9A-Za-z]{10,40}$/.test(value)) return;
    // The code must not stay in the address bar or the history.
    history.replaceState(null, "", location.pathname);
    var form = document.createElement("form");
    form.method = "post";
    form.action = "/v";
    var input = document.createElement("input");
    input.type = "hidden";
    input.name = "code";
    input.value = value;
    form.appendChild(input);
    document.body.appendChild(form);
    var field = document.getElementById("code");
    if (field && field.type === "text") field.value = value;
    form.submit();
  }
  addEventListener("hashchange", takeCode);
  takeCode();

  function start() {
    var form = document.getElementById("ballot");
    if (!form) return;
    var questions = form.querySelectorAll(".q[id]");
    var confirmBox = document.getElementById("confirm");
    var handIn = document.getElementById("hand-in");
    var back = document.getElementById("back");
    var status = document.getElementById("status");
    var sending = false;
    document.getElementById("progress").hidden = false;
    back.hidden = false;

    function title(question) {
      var t = question.querySelector("legend, label.big").cloneNode(true);
      var n = t.querySelector(".n");
      if (n) n.remove();
      return t.textContent.trim();
    }
    function marked(question) {
      var radio = question.querySelector("input:checked");
      if (radio) return question.querySelector('label[for="' + radio.id + '"]').textContent;
      var text = question.querySelector("input.score");
      return text ? text.value.normalize("NFKC").trim() : "";
    }
    function count() {
      var done = 0;
      questions.forEach(function (q) {
        var is = Boolean(marked(q));
        q.classList.toggle("done", is);
        if (is) { done += 1; q.classList.remove("open"); }
        var clear = q.querySelector(".clear");
        if (clear) clear.hidden = !is;
      });
      document.getElementById("done").textContent = done;
      document.getElementById("bar").value = done;
    }
    function hideConfirm() {
      confirmBox.hidden = true;
      handIn.hidden = false;
      handIn.textContent = "交票";
    }
    function askAgain() {
      var open = [], sums = {}, order = [];
      questions.forEach(function (q) {
        var m = marked(q);
        if (!m) { open.push(title(q)); return; }
        var key = form.dataset.kind === "ballot" ? m : title(q) + "：" + m + " 分";
        if (!(key in sums)) { sums[key] = 0; order.push(key); }
        sums[key] += 1;
      });
      var text = order.map(function (key) {
        return form.dataset.kind === "ballot" ? key + " " + sums[key] + " 项" : key;
      }).join("，");
      document.getElementById("confirm-title").textContent =
        open.length ? "还有 " + open.length + " 项没有填" : "交票前看一眼";
      document.getElementById("summary").textContent = (text ? text + "。" : "") +
        (open.length ? "没有填的是：" + open.join("、") + "。就这样交，这几项不计入。" : "");
      document.getElementById("sure").textContent = open.length ? "就这样交票" : "确认交票";
      confirmBox.hidden = false;
      handIn.hidden = true;
      confirmBox.focus();
      confirmBox.scrollIntoView({ block: "center" });
    }
    function show(html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      document.title = page.title;
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.querySelector("main").focus();
      scrollTo(0, 0);
      start();
    }
    function send(body, tries) {
      fetch("/v", { method: "POST", body: body, credentials: "omit", cache: "no-store" })
        .then(function (response) {
          if (response.status >= 502 || response.status === 429) throw new Error("busy");
          return response.text().then(show);
        })
        .catch(function () {
          // The nonce in the form makes a repeated post count once.
          if (tries >= 8) {
            sending = false;
            document.getElementById("sure").disabled = back.disabled = false;
            status.textContent = "网络不通，票还没有交出。填过的都还在，请再按一次。";
            return;
          }
          status.textContent = "网络不通，正在重试（第 " + (tries + 1) + " 次），请不要关闭本页…";
          setTimeout(function () { send(body, tries + 1); }, 600 + 500 * tries);
        });
    }
    questions.forEach(function (q) {
      if (!q.querySelector(".options") || form.dataset.blank === "refused") return;
      var clear = document.createElement("button");
      clear.type = "button";
      clear.className = "clear";
      clear.textContent = "清除本项";
      clear.setAttribute("aria-label", "清除：" + title(q));
      clear.addEventListener("click", function () {
        var radio = q.querySelector("input:checked");
        if (radio) { radio.checked = false; radio.focus(); }
        count();
        hideConfirm();
      });
      q.appendChild(clear);
    });
    form.addEventListener("change", function () { count(); hideConfirm(); });
    form.addEventListener("input", count);
    back.addEventListener("click", function () { hideConfirm(); handIn.focus(); });
    form.addEventListener("submit", function (event) {
      if (!window.fetch || !window.DOMParser) return;
      event.preventDefault();
      if (sending) return;
      if (confirmBox.hidden) { askAgain(); return; }
      sending = true;
      document.getElementById("sure").disabled = back.disabled = true;
      status.textContent = "正在交票…";
      var body = new URLSearchParams(new FormData(form));
      body.set("confirmed", "1");
      send(body, 0);
    });
    count();
    var bad = form.querySelector(".bad input, .bad textarea");
    if (bad) bad.focus();
    else if (!confirmBox.hidden) confirmBox.focus();
  }
  start();
})();
