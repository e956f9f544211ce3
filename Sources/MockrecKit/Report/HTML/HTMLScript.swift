/// What the HTML report does: search, filter, keys and theme. All it knows stands in the page already, and the page reads
/// well without it.
enum HTMLScript {
  static let text = """
    (() => {
      "use strict";
      const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
      const one = (selector) => document.querySelector(selector);
      const items = all(".item").map((element) => ({ element, text: null }));
      const search = one("#search"), shown = one("#shown"), expand = one("#expand"), theme = one("#theme");
      const buttons = all("#filters button.verdict");
      const text = (item) => item.text ??= item.element.textContent.toLowerCase();

      function apply() {
        const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
        const verdicts = new Set(buttons.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.verdict));
        let count = 0;
        for (const item of items) {
          const fits = verdicts.has(item.element.dataset.verdict) && words.every((word) => text(item).includes(word));
          item.element.hidden = !fits;
          if (fits) count += 1;
        }
        for (const list of all("details.more, details.agreeing")) {
          list.hidden = !list.querySelector(".item:not([hidden])");
          if (words.length > 0 && !list.hidden) list.open = true;
        }
        shown.textContent = `${count} of ${items.length} shown`;
      }

      function isVisible(element) { return element.offsetParent !== null; }

      function step(by) {
        const stops = all("#findings summary").filter(isVisible);
        const here = stops.indexOf(document.activeElement);
        const next = stops[here < 0 ? (by > 0 ? 0 : stops.length - 1) : here + by];
        if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
      }

      let timer = 0;
      search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(apply, 60); });
      one("#filters").addEventListener("submit", (event) => { event.preventDefault(); apply(); });
      for (const button of buttons) {
        button.addEventListener("click", () => {
          button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
          apply();
        });
      }
      expand.addEventListener("click", () => {
        const open = expand.getAttribute("aria-expanded") !== "true";
        for (const details of all("details.finding")) if (!details.hidden) details.open = open;
        expand.setAttribute("aria-expanded", String(open));
        expand.textContent = open ? "Close all" : "Open all";
      });
      const themes = ["system", "light", "dark"];
      theme.addEventListener("click", () => {
        const now = document.documentElement.dataset.theme ?? "system";
        const next = themes[(themes.indexOf(now) + 1) % themes.length];
        if (next === "system") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = next;
        theme.textContent = `Theme: ${next}`;
      });
      document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Escape") {
          search.value = "";
          apply();
          if (document.activeElement === search) search.blur();
          return;
        }
        if (event.target instanceof HTMLInputElement) return;
        if (event.key === "/") { event.preventDefault(); search.focus(); }
        if (event.key === "j") step(1);
        if (event.key === "k") step(-1);
      });
      one("#filters").hidden = false;
      theme.hidden = false;
      apply();
    })();

    """
}
