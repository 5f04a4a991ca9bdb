"use strict";
// Drawings are in the page already. Where a figure comes into view, its interactive form takes its place.
(() => {
  const bundle = document.querySelector('meta[name="vega"]')?.content;
  let loading;
  const vega = () => loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = bundle;
    script.onload = () => resolve(window.vegaEmbed);
    script.onerror = reject;
    document.head.append(script);
  });

  async function enliven(figure) {
    const place = figure.querySelector(".drawing");
    try {
      const [embed, answer] = await Promise.all([vega(), fetch(figure.dataset.figure)]);
      if (!answer.ok) return;
      const spec = await answer.json();
      const mode = spec.$schema.includes("vega-lite") ? "vega-lite" : "vega";
      delete spec.$schema;
      if (mode === "vega-lite") spec.config = { ...spec.config, mark: { ...spec.config?.mark, tooltip: { content: "encoding" } } };
      const canvas = document.createElement("div");
      const options = { mode, ast: true, actions: false, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true } };
      await embed(canvas, spec, options);
      const drawn = canvas.querySelector("svg");
      drawn.removeAttribute("width");
      drawn.removeAttribute("height");
      drawn.querySelectorAll("[role]").forEach((part) => part.removeAttribute("role"));
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", place.getAttribute("aria-label"));
      place.replaceChildren(canvas);
      figure.dataset.live = "";
    } catch { /* the drawing stays */ }
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { seen.unobserve(entry.target); enliven(entry.target); }
  }, { rootMargin: "200px" });
  const observe = (root) => root.querySelectorAll("figure[data-figure]:not([data-live])").forEach((figure) => seen.observe(figure));
  observe(document);
  document.addEventListener("htmx:load", (event) => observe(event.detail.elt));

  // Suggestions: arrows move, Escape closes.
  const search = document.querySelector(".search");
  search?.addEventListener("keydown", (event) => {
    const links = [...search.querySelectorAll("#suggestions a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { document.getElementById("suggestions").replaceChildren(); search.querySelector("input").focus(); }
    if (!links.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    (next < 0 ? search.querySelector("input") : links[Math.min(next, links.length - 1)]).focus();
  });
  document.addEventListener("click", (event) => {
    if (search && !search.contains(event.target)) document.getElementById("suggestions").replaceChildren();
    document.querySelectorAll("details.me[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.me[open]").forEach((menu) => { menu.open = false; });
  });

  // A password can be read while it is typed.
  const reveal = (root) => root.querySelectorAll("button[data-reveals]").forEach((button) => { button.hidden = false; });
  reveal(document);
  document.addEventListener("htmx:load", (event) => reveal(event.detail.elt));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-reveals]");
    if (!button) return;
    const field = document.getElementById(button.dataset.reveals);
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
  document.addEventListener("submit", (event) => {
    event.target.querySelectorAll?.("button[data-reveals][aria-pressed=true]").forEach((button) => button.click());
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

  // A form that leads elsewhere is sent once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent !== undefined) event.preventDefault();
    if (form.method === "post") form.dataset.sent = "";
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
})();
