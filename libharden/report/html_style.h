#pragma once

namespace harden {

// The look of the HTML report: light and dark as the reader's system says, and on paper.
inline constexpr auto html_style = R"(
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2430; --quiet: #5d6b7c; --line: #dfe4ea;
  --pass: #137a46; --fail: #c0272d; --info: #1f66b5; --na: #6b7785; --unknown: #9a5b00;
  --waived: #7a4fb5; --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) { :root {
  --page: #11161d; --card: #1a212b; --ink: #e6ebf1; --quiet: #97a5b6; --line: #2c3643;
  --pass: #4fc98a; --fail: #ff7b7f; --info: #76b3f5; --na: #93a0af; --unknown: #f0b45a;
  --waived: #bd9bf0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.55rem; margin: 0 0 .2rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 1rem 1.2rem; margin: .8rem 0; }
.top { display: flex; flex-wrap: wrap; gap: 1.4rem; align-items: center; }
.score { font-size: 2.6rem; font-weight: 650; line-height: 1; min-width: 5.2rem; }
.score small { font-size: .95rem; font-weight: 400; color: var(--quiet); }
.counts { display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; }
.bar { display: flex; height: 10px; border-radius: 5px; overflow: hidden; margin-top: .9rem;
  background: var(--line); }
.bar i { display: block; }
.verdict { font-weight: 650; white-space: nowrap; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .info { color: var(--info); }
.na { color: var(--na); } .unknown { color: var(--unknown); } .waived { color: var(--waived); }
.bar .pass { background: var(--pass); } .bar .fail { background: var(--fail); }
.bar .info { background: var(--info); } .bar .na { background: var(--na); }
.bar .unknown { background: var(--unknown); } .bar .waived { background: var(--waived); }
details.group { padding: 0; }
details.group > summary { padding: .7rem 1.2rem; cursor: pointer; font-weight: 600; }
details.group > summary .quiet { font-weight: 400; }
.finding { display: grid; grid-template-columns: 7.8rem 1fr; gap: .2rem .8rem;
  padding: .65rem 1.2rem; border-top: 1px solid var(--line); break-inside: avoid; }
.finding > div { min-width: 0; }
.seen { font: 13px/1.45 var(--mono); overflow-wrap: anywhere; }
.fix { font: 13px/1.45 var(--mono); overflow-wrap: anywhere; border-left: 3px solid var(--line);
  padding-left: .6rem; margin-top: .3rem; }
.tag { font: 12px/1.4 var(--mono); color: var(--quiet); overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
td, th { text-align: left; padding: .35rem .6rem; border-top: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { border-top: 0; color: var(--quiet); font-weight: 500; }
a { color: var(--info); }
@media (max-width: 36rem) { .finding { grid-template-columns: 1fr; } }
@media print { :root { --page: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb;
    --pass: #0b5c33; --fail: #a01217; --info: #164a85; --na: #555; --unknown: #7a4700;
    --waived: #5a358c; }
  details::details-content { content-visibility: visible; display: block; }
  main { max-width: none; padding: 0; } .card { border-radius: 0; }
  body { font-size: 11px; -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
)";

}
