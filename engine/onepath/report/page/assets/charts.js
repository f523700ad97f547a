// Charts by Vega and Vega-Lite. Colours are the style sheet's variables, so that dark mode and print
// need no second drawing. What a chart shows also stands in a table, for those who can't see it.

const COLOURS = [1, 2, 3, 4, 5, 6, 7].map((at) => `var(--series-${at})`);

const CONFIG = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: 'var(--quiet)', titleColor: 'var(--quiet)', labelFontSize: 12, titleFontSize: 12,
    titleFontWeight: 'normal', gridColor: 'var(--line)', domainColor: 'var(--line)',
    tickColor: 'var(--line)', labelLimit: 320, labelPadding: 6,
  },
  legend: { labelColor: 'var(--text)', labelFontSize: 12, title: null, symbolStrokeWidth: 0 },
  range: { category: COLOURS },
  aria: false,
};

const nowhere = { load: () => Promise.reject(new Error('a chart loads nothing')),
  sanitize: () => Promise.reject(new Error('a chart links to nothing')) };

/** A figure with a description for those who can't see it, and the chart that is drawn into it. */
function figure(description, extra) {
  return make('div', { class: `chart ${extra || ''}`.trim(), role: 'img', 'aria-label': description });
}

function run(vegaSpec, container) {
  const runtime = vega.parse(vegaSpec, null, { ast: true });
  const view = new vega.View(runtime, {
    expr: vegaInterpreter.expressionInterpreter, loader: nowhere, renderer: 'svg',
    container, hover: false, logLevel: vega.Error,
  });
  // The figure has a description, and what Vega says of each mark would only repeat the table.
  return view.runAsync().then(() => container.querySelector('svg').setAttribute('aria-hidden', 'true'));
}

/** Draw a Vega-Lite chart as wide as its container, which must be in the document. */
function draw(container, spec) {
  const whole = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json', config: CONFIG,
    width: 'container', autosize: { type: 'fit-x', contains: 'padding', resize: true }, ...spec,
  };
  return run(vegaLite.compile(whole).spec, container);
}
