/// The style of the HTML report. Colours have a contrast of 4.5 to 1 or more against their ground, in light and in dark,
/// and none is the only sign of what it says.
enum HTMLStyle {
  static let text = """
    :root {
      color-scheme: light dark;
      --ground: light-dark(#ffffff, #14171c); --panel: light-dark(#f5f6f8, #1d2128); --line: light-dark(#d4d8de, #3a4049);
      --ink: light-dark(#1b1f24, #e6e9ee); --dim: light-dark(#57606a, #a2abb7); --accent: light-dark(#0550ae, #8abaff);
      --agree: light-dark(#116329, #6fd68a); --drift: light-dark(#a40e26, #ff9a94); --broken: light-dark(#8a2a00, #ffb27a);
      --unstable: light-dark(#6b4a00, #e8c15a); --unreachable: light-dark(#57606a, #b3bcc8);
      --fake: light-dark(#ffe9e7, #47201f); --real: light-dark(#e2f6e6, #1c3b25);
      --fake-mark: light-dark(#ffb8b0, #8c2f2b); --real-mark: light-dark(#9be3ab, #2b6b3d);
      font: 16px/1.5 system-ui, sans-serif;
    }
    :root[data-theme=light] { color-scheme: light; }
    :root[data-theme=dark] { color-scheme: dark; }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); }
    header, main, footer { max-width: 88rem; margin: 0 auto; padding: 0 1rem; }
    code, kbd { font: .875em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
    kbd { border: 1px solid var(--line); border-radius: 3px; padding: 0 .3em; }
    h1 { font-size: 1.4rem; margin: 1rem 0 .25rem; }
    h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
    h3 { font-size: 1rem; margin: .75rem 0 .25rem; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .skip { position: absolute; left: -100rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .5rem; z-index: 2; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    [hidden] { display: none !important; }
    .title { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
    .outcome.passed { color: var(--agree); }
    .outcome.failed { color: var(--drift); }
    .outcome.incomplete { color: var(--unstable); }
    .facts { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0; color: var(--dim); font-size: .875rem; }
    .facts div { display: flex; gap: .4em; min-width: 0; }
    .facts dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
    button, input { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line);
      border-radius: 6px; padding: .3rem .6rem; min-height: 2.25rem; }
    button { cursor: pointer; }
    #filters { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .5rem 0; }
    #search { flex: 1 1 12rem; min-width: 0; }
    .verdicts { display: flex; flex-wrap: wrap; gap: .4rem; }
    button.verdict[aria-pressed=false] { opacity: .75; text-decoration: line-through; background: none; }
    #shown { color: var(--dim); font-size: .875rem; }
    .verdict.agree { color: var(--agree); }
    .verdict.drift { color: var(--drift); }
    .verdict.broken { color: var(--broken); }
    .verdict.unstable { color: var(--unstable); }
    .verdict.unreachable { color: var(--unreachable); }
    span.verdict { font-weight: 700; }
    .severity { font-size: .8125rem; border: 1px solid currentColor; border-radius: 999px; padding: 0 .5em; white-space: nowrap; }
    .severity.breaking { color: var(--drift); }
    .severity.compatible { color: var(--unstable); }
    .severity.cosmetic, .place, .note { color: var(--dim); }
    .place, .note { font-size: .875rem; overflow-wrap: anywhere; }
    .trend { margin: 0; }
    .trend svg { width: 100%; max-width: 40rem; height: 5rem; background: var(--panel); border-radius: 6px; }
    figcaption { color: var(--dim); font-size: .875rem; }
    rect.ground { fill: var(--line); }
    rect.drift { fill: var(--drift); }
    rect.broken { fill: var(--broken); }
    rect.unstable { fill: var(--unstable); }
    rect.unreachable { fill: var(--unreachable); }
    summary { cursor: pointer; padding: .4rem .25rem; overflow-wrap: anywhere; }
    details.finding { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; background: var(--panel); padding: 0 .5rem; }
    details.finding .body { padding: 0 .25rem .75rem; }
    ul { list-style: none; padding: 0; margin: .25rem 0; }
    li { padding: .15rem .25rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
    table { border-collapse: collapse; width: 100%; background: var(--ground); font-size: .9375rem; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border: 1px solid var(--line); font-weight: 400; }
    thead th { color: var(--dim); font-size: .8125rem; }
    caption { text-align: left; color: var(--dim); font-size: .875rem; padding: .75rem 0 .25rem; }
    table.numbers { width: auto; font-size: .8125rem; }
    td code, th code { white-space: pre-wrap; }
    .differences th { min-width: 8rem; }
    .differences td[data-label=what] { white-space: nowrap; }
    table.diff { table-layout: fixed; }
    table.diff td, table.diff th { border-width: 0 1px; padding: 0 .5rem; }
    table.diff thead th:first-child, .sign { width: 2rem; text-align: center; color: var(--dim); }
    tr.fold td { text-align: center; color: var(--dim); font-size: .8125rem; background: var(--panel); }
    tr.finding.changed .fake, tr.finding.only-fake .fake { background: var(--fake); }
    tr.finding.changed .real, tr.finding.only-real .real { background: var(--real); }
    mark { color: inherit; background: none; text-decoration: underline dotted; }
    tr.finding .fake mark { background: var(--fake-mark); text-decoration: none; font-weight: 700; }
    tr.finding .real mark { background: var(--real-mark); text-decoration: none; font-weight: 700; }
    tr.quiet { color: var(--dim); }
    footer { padding: 1.5rem 1rem 2rem; color: var(--dim); font-size: .875rem; }
    @media (max-width: 46rem) {
      table.differences, .differences tbody, .differences tr, .differences th, .differences td { display: block; }
      .differences thead, .differences td.none { display: none; }
      .differences tr { border: 1px solid var(--line); margin: .5rem 0; }
      .differences th, .differences td { border: 0; }
      .differences td[data-label=what] { white-space: normal; }
      .differences td::before { content: attr(data-label) ": "; color: var(--dim); font-size: .8125rem; }
      table.diff, .diff caption, .diff tbody, .diff tr, .diff td { display: block; }
      .diff thead, .diff .sign, .diff tr.same .real { display: none; }
      .diff td.fake:empty, .diff td.real:empty { display: none; }
      tr.changed .fake::before, tr.only-fake .fake::before { content: "− "; }
      tr.changed .real::before, tr.only-real .real::before { content: "+ "; }
      .numbers th, .numbers td { padding: .2rem .25rem; }
      table.numbers { display: block; overflow-x: auto; }
    }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }

    """
}
