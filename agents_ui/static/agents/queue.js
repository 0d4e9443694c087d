// Live queue: each row has its place ("rank:id"); only rows that changed are touched, so that scroll, focus and
// selection stay. When the socket is down the whole list is read again every 15 seconds and compared row by row.
(() => {
  "use strict";
  const queue = document.querySelector("[data-queue]");
  const body = document.getElementById("queue-rows");
  if (!queue || !body) return;
  const lost = document.getElementById("queue-lost");
  const news = document.getElementById("queue-news");
  const empty = document.getElementById("queue-empty");
  const POLL = 15000;
  let timer = 0;
  let counting = 0;
  let open = false;

  const rowsOf = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody>${html}</tbody></table>`;
    return [...holder.content.querySelectorAll("tr[id]")];
  };
  const place = (row) => (row.dataset.place || "").split(":").map(Number);
  const before = (a, b) => {
    const [left, right] = [place(a), place(b)];
    return left[0] - right[0] || left[1] - right[1];
  };
  const known = () => [...body.querySelectorAll("tr[data-place]")];
  const text = (row) => row.textContent.replace(/\s+/g, " ").replace(/(il y a|il reste|en retard de) [^A-ZÀ-Ý]*/g, "");

  const replace = (old, row) => {
    if (old.isEqualNode(row) || (old.dataset.place === row.dataset.place && text(old) === text(row))) return;
    const inside = old.contains(document.activeElement) ? document.activeElement : null;
    const links = inside ? [...old.querySelectorAll("a")] : [];
    const which = links.indexOf(inside);
    const moved = old.dataset.place !== row.dataset.place;
    if (moved) {
      old.remove();
      insert(row);
    } else old.replaceWith(row);
    if (which >= 0) row.querySelectorAll("a")[which]?.focus({ preventScroll: true });
  };
  const insert = (row) => {
    const rows = known();
    const next = rows.find((other) => before(row, other) < 0);
    // Beyond the edges of this page the row belongs to another one.
    if (!next && "more" in queue.dataset && rows.length) return false;
    if (next && next === rows[0] && "less" in queue.dataset) return false;
    body.insertBefore(row, next || null);
    return true;
  };
  const put = (row) => {
    const old = document.getElementById(row.id);
    if ("gone" in row.dataset) {
      // The row one is reading keeps its place until one has left it.
      if (old?.contains(document.activeElement)) old.classList.add("gone");
      else old?.remove();
      return;
    }
    if (old) replace(old, row);
    else if (insert(row) && news) news.textContent = news.dataset.one;
  };
  const finish = () => {
    if (empty) empty.hidden = known().length > 0;
    window.htmx?.process(body);
    clearTimeout(counting);
    counting = setTimeout(count, 1500);
  };
  const count = async () => {
    const answer = await fetch(queue.dataset.countsUrl, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const counts = await answer.json();
    document.querySelectorAll("[data-count]").forEach((mark) => {
      const value = String(counts[mark.dataset.count] ?? "");
      if (mark.textContent !== value) mark.textContent = value;
    });
  };
  const readAll = async () => {
    const answer = await fetch(queue.dataset.rowsUrl, { redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") window.location.reload();
    if (!answer?.ok) return;
    const rows = rowsOf(await answer.text());
    const present = new Set(rows.map((row) => row.id));
    known().filter((row) => !present.has(row.id)).forEach((row) => {
      row.dataset.gone = "";
      put(row);
    });
    rows.forEach(put);
    finish();
  };
  const poll = (wanted) => {
    clearInterval(timer);
    timer = wanted ? setInterval(readAll, POLL) : 0;
    if (lost) lost.hidden = !wanted;
  };

  document.addEventListener("htmx:wsBeforeMessage", (event) => {
    event.preventDefault();
    rowsOf(event.detail.message).forEach(put);
    finish();
  });
  document.addEventListener("htmx:wsOpen", () => {
    open = true;
    // What happened while nobody was listening.
    if (timer) readAll();
    poll(false);
  });
  document.addEventListener("htmx:wsClose", (event) => {
    open = false;
    poll(true);
    // The extension tries again by itself after an accident; a server that stops says goodbye politely.
    if ([1000, 1001].includes(event.detail.event?.code)) setTimeout(() => { if (!open) event.detail.socketWrapper?.reconnect(); }, 5000);
  });
  document.addEventListener("focusout", () => setTimeout(() => {
    body.querySelectorAll("tr.gone").forEach((row) => { if (!row.contains(document.activeElement)) row.remove(); });
  }));
})();
