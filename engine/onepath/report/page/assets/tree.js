// The routes to a symbol as a tree that has its root at the definition: a name means one thing, so
// that each stop of a route has exactly one next stop.

const TALL = 38;
const CHARACTER = 6.1;
const GAP = 32;
const KINDS = { definition: 'var(--accent)', configured: 'var(--good)', shim: 'var(--warn)', other: 'var(--quiet)' };
const MEANING = { definition: 'the definition', configured: 'the configured path', shim: 'a module that only forwards', other: 'another module' };

/** What the colours mean; it does not scroll away with the tree. */
const treeLegend = () => make('ul', { class: 'legend', 'aria-hidden': 'true' },
  ...Object.entries(MEANING).map(([kind, meaning]) => make('li', { class: kind }, meaning)), make('li', {}, '(n): imported n times'));

function drawTree(symbol) {
  const container = document.querySelector('#symbols .tree');
  const nodes = nodesOf(symbol);
  const levels = new Map(nodes.map((node) => [node.id, node]));
  const depth = (node) => (node.parent === null ? 0 : 1 + depth(levels.get(node.parent)));
  // Each level is as wide as its longest label, the definition's the last one.
  const widths = [];
  for (const node of nodes) {
    const width = Math.ceil(Math.max(node.label.length, node.module.length) * CHARACTER) + GAP;
    widths[depth(node)] = Math.max(widths[depth(node)] || 0, width);
  }
  const placed = nodes.map((node) => ({ ...node, left: 8 + sum(widths.slice(depth(node) + 1), (width) => width) }));
  const parents = new Set(nodes.map((node) => node.parent));
  const leaves = nodes.filter((node) => !parents.has(node.id)).length;
  return run(treeSpec(placed, sum(widths, (width) => width), Math.max(2, leaves) * TALL), container)
    .then(() => { container.parentElement.scrollLeft = placed.find((node) => node.id === symbol.canonical).left - 16; });
}

/** The rows of the tree: the definition without a parent, and each stop below its next one. */
function nodesOf(symbol) {
  const nodes = new Map();
  for (const [, stops] of usedPaths(symbol)) {
    stops.forEach(([id, isShim], at) => {
      const next = stops[at + 1];
      if (!nodes.has(id)) nodes.set(id, { id, parent: next ? next[0] : null, isShim });
    });
  }
  const uses = new Map(symbol.paths.map(([dotted, , count]) => [dotted, count]));
  const prefix = commonPrefix(symbol.canonical, [...nodes.keys()]);
  return [...nodes.values()].map((node) => ({ ...node, kind: kindOf(node, symbol),
    module: shortened(node.id, prefix).split('.').slice(0, -1).join('.'),
    label: [node.id.split('.').pop(), ...(uses.get(node.id) ? [`(${number(uses.get(node.id))})`] : [])].join(' ') }));
}

function kindOf(node, symbol) {
  if (symbol.configured && node.id === symbol.canonical) return 'configured';
  if (node.parent === null) return 'definition';
  return node.isShim ? 'shim' : 'other';
}

function treeSpec(nodes, width, height) {
  const text = (field, offset) => ({ x: { field: 'left', offset: 9 }, y: { field: 'across', offset }, text: { field },
    baseline: { value: 'middle' }, tooltip: { field: 'id' } });
  const halo = { stroke: { value: 'var(--page)' }, strokeWidth: { value: 5 } };
  const labels = [[text('label', 0), 12, 'var(--text)'], [text('module', 14), 11, 'var(--quiet)']];
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json', config: CONFIG, autosize: 'pad', padding: 4,
    width, height,
    data: [
      { name: 'tree', values: nodes, transform: [
        { type: 'stratify', key: 'id', parentKey: 'parent' },
        { type: 'tree', method: 'tidy', size: [{ signal: 'height' }, 1], separation: false, as: ['across', 'along', 'depth', 'children'] },
      ] },
      { name: 'links', source: 'tree', transform: [
        { type: 'treelinks' },
        { type: 'linkpath', orient: 'horizontal', shape: 'diagonal', sourceX: 'source.left', sourceY: 'source.across',
          targetX: 'target.left', targetY: 'target.across' },
      ] },
    ],
    scales: [{ name: 'kind', type: 'ordinal', domain: Object.keys(KINDS), range: Object.values(KINDS) }],
    marks: [
      { type: 'path', from: { data: 'links' }, encode: { update: { path: { field: 'path' }, stroke: { value: 'var(--line-strong)' } } } },
      { type: 'symbol', from: { data: 'tree' }, encode: { update: { x: { field: 'left' }, y: { field: 'across' },
        size: { value: 60 }, fill: { scale: 'kind', field: 'kind' }, tooltip: { field: 'id' } } } },
      // Twice, so that a link ends before the text that it would run through.
      ...[halo, {}].flatMap((more) => labels.map(([place, size, colour]) => ({ type: 'text', from: { data: 'tree' },
        encode: { update: { ...place, fontSize: { value: size }, fill: { value: colour }, ...more } } }))),
    ],
  };
}
