// Each finding with its code.

function findings() {
  const { rules, paths } = contents;
  if (!contents.findings.length) {
    body('findings').append(empty('The rules find nothing at this revision.'));
    return null;
  }
  const items = contents.findings.map(([rule, path, line, message, symbol, canonical, version, fingerprint]) => ({
    rule: rules[rule].name, path, line, message, symbol, canonical, version: version || NO_PHASE, fingerprint,
    text: `${rules[rule].name} ${paths[path]} ${message} ${symbol} ${canonical} ${fingerprint}`.toLowerCase(),
  }));
  return listing({
    section: 'findings', noun: 'finding', items,
    filters: [
      { key: 'rule', label: 'Rule', of: (item) => [item.rule] },
      { key: 'version', label: 'Phase version', of: (item) => [item.version] },
      ...placeFilters(),
    ],
    show: findingItem,
  });
}

function findingItem(item) {
  const parts = [
    make('p', { class: 'item-head' }, located(item.path, item.line), make('span', { class: 'tag' }, item.rule),
      make('span', { class: 'quiet' }, item.version),
      make('a', { class: 'quiet', href: filtered('findings', { q: item.fingerprint }), 'aria-label': `Only finding ${item.fingerprint}` },
        item.fingerprint)),
    make('p', {}, item.message),
  ];
  const isSaid = item.message.includes(item.symbol) && item.message.includes(item.canonical);
  if (item.symbol && item.canonical && !isSaid) {
    parts.push(make('p', { class: 'route' }, make('code', {}, breakable(item.symbol)), ' → ', make('code', {}, breakable(item.canonical))));
  }
  const code = excerpt(item);
  if (code) parts.push(code);
  return make('li', { class: 'item' }, ...parts);
}

/** The lines around a finding; undefined where there are none. */
function excerpt({ path, line }) {
  const kept = contents.code[path] || {};
  const lines = [-2, -1, 0, 1, 2].map((step) => line + step).filter((at) => at in kept);
  if (!line || !lines.includes(line)) return undefined;
  const width = String(lines[lines.length - 1]).length;
  return make('pre', { class: 'code', tabindex: '0', role: 'group', 'aria-label': `Code at ${contents.paths[path]}, line ${line}` },
    make('code', {}, ...lines.map((at) => make('span', { class: at === line ? 'line here' : 'line' },
      make('span', { class: 'gutter', 'aria-hidden': 'true' }, String(at).padStart(width)), `${kept[at]}\n`))));
}
