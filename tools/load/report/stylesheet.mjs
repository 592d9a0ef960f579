/** Colours that differ in brightness as well as in hue, for light and for dark pages. */
const light = ['#1f6fd0', '#0b8f63', '#b45f06', '#6b3fa0', '#c2307a', '#00798c', '#7a6a00', '#5b6573'];
const dark = ['#6ab0ff', '#3ecf9a', '#f0a44b', '#b794f6', '#f47fb6', '#4fc9dc', '#d9c74a', '#a8b3c1'];
const variables = (colours) => colours.map((colour, index) => `--c${index}:${colour}`).join(';');
const seriesRules = light.map(
  (_, index) => `.c${index}{stroke:var(--c${index})} circle.c${index}{fill:var(--c${index})}`,
);

export const stylesheet = `
:root{color-scheme:light dark;--page:#fff;--text:#1c2733;--soft:#56616d;--grid:#dde2e8;--band:#eef1f5;
--shed:#b45f06;--error:#c62828;--met:#1b7f4b;${variables(light)}}
@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e6eaf0;--soft:#a3adb9;--grid:#323a44;--band:#1e242b;
--shed:#f0a44b;--error:#ff7b72;--met:#4cc38a;${variables(dark)}}}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:840px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:22px;margin:0 0 8px} h2{font-size:16px;margin:28px 0 4px}
h2::first-letter,main>p:first-of-type::first-letter{text-transform:uppercase}
section p{margin:0 0 6px;color:var(--soft);font-size:13px}
.scroll{overflow-x:auto} table{border-collapse:collapse;font-size:13px}
th,td{padding:3px 12px 3px 0;text-align:left;border-bottom:1px solid var(--grid)} th{color:var(--soft);font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.thresholds{list-style:none;padding:0} .met{color:var(--met)} .missed{color:var(--error)} .notes{padding-left:18px}
svg{width:100%;height:auto;display:block;font:12px system-ui,sans-serif}
.grid{stroke:var(--grid);stroke-width:1} .band{fill:var(--band)}
.tick,.label,.legend{fill:var(--soft);font-size:11.5px} .legend{fill:var(--text)}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}
.dashed{stroke-dasharray:2 3}
.planned{stroke:var(--soft);stroke-dasharray:5 4} circle.planned{fill:var(--soft)}
.shed{stroke:var(--shed)} circle.shed{fill:var(--shed)} .error{stroke:var(--error)} circle.error{fill:var(--error)}
${seriesRules.join('\n')}
`;
