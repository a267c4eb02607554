// What the hand wants beside pages that are whole without: copying, opening folders in place, suggestions.

/** Puts a button behind everything that can be copied. */
function copying(root) {
  for (const one of root.querySelectorAll("[data-copy]")) {
    if (one.dataset.ready) continue;
    one.dataset.ready = "yes";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "copy";
    button.setAttribute("aria-label", "Copy " + one.dataset.copy);
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await navigator.clipboard.writeText(one.dataset.copy);
        button.textContent = "copied";
      } catch {
        button.textContent = "not copied";
      }
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
    (one.closest("a") ?? one).after(button);
  }
}

/** Folders of a tree are asked for when they are opened, and stand in their place then. */
function trees(root) {
  for (const folder of root.querySelectorAll("details[data-folder]")) {
    if (folder.dataset.ready) continue;
    folder.dataset.ready = "yes";
    folder.addEventListener("toggle", async () => {
      const place = folder.closest("td") ? row(folder) : folder.querySelector(":scope > .inside");
      if (!folder.open || !place || folder.dataset.asked) return;
      folder.dataset.asked = "yes";
      place.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(folder.dataset.folder, { headers: { accept: "text/html" } });
        if (!answer.ok) throw new Error(String(answer.status));
        place.innerHTML = await answer.text();
        trees(place);
        copying(place);
      } catch {
        delete folder.dataset.asked;
        place.append(" It could not be opened; follow the link.");
      }
      place.removeAttribute("aria-busy");
    });
  }
}

/** What opens in a row of a table has a row of its own below it, as wide as the table. */
function row(folder) {
  const above = folder.closest("tr");
  let below = above.nextElementSibling;
  if (!below?.classList.contains("opened")) {
    below = document.createElement("tr");
    below.className = "opened";
    const cell = below.insertCell();
    cell.colSpan = above.cells.length;
    cell.append(...folder.querySelector(":scope > .inside").childNodes);
    above.after(below);
  }
  below.hidden = !folder.open;
  return below.cells[0];
}

/** How far an image is that is read, told as it goes on. */
function following(root) {
  for (const one of root.querySelectorAll("[data-follow]")) {
    const told = one.matches(".told") ? one : one.closest("tr")?.querySelector(".told");
    const events = new EventSource(one.dataset.follow);
    if (told !== one) one.setAttribute("role", "status");
    for (const state of ["waiting", "running", "done", "failed"]) {
      events.addEventListener(state, (event) => {
        const job = JSON.parse(event.data);
        if (told !== one) one.textContent = job.state;
        if (told) told.textContent = job.told ?? (told === one ? job.state : "");
        if (state !== "done" && state !== "failed") return;
        events.close();
        if (one.dataset.then === "reload") location.reload();
      });
    }
  }
}

/** Suggestions below a field, the latest answer alone. */
function suggestions(field) {
  const list = document.createElement("datalist");
  list.id = "suggestions";
  field.after(list);
  field.setAttribute("list", list.id);
  let asked = 0;
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = ++asked;
      const words = field.value.trim();
      if (words.length < 2) return list.replaceChildren();
      const answer = await fetch(field.dataset.suggest + "?q=" + encodeURIComponent(words));
      if (!answer.ok || number !== asked) return;
      const found = await answer.json();
      list.replaceChildren(...found.map(({ value, label }) => {
        const option = document.createElement("option");
        option.value = value;
        option.label = label;
        return option;
      }));
    }, 120);
  });
}

document.addEventListener("keydown", (event) => {
  const field = document.querySelector("[data-suggest]");
  if (event.key === "/" && field && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    field.focus();
  }
});

copying(document);
trees(document);
following(document);
document.querySelectorAll("[data-suggest]").forEach(suggestions);
