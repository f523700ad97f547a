// Every path to a symbol, and the modules that each leads through.

function symbols() {
  const { symbols: all, symbol_counts: [configured, others] } = contents;
  if (!all.length) {
    body('symbols').append(empty('Every symbol is imported by one path only: nothing is fragmented.'));
    return;
  }
  const chosen = make('select', { id: 'symbol' }, ...all.map((symbol, at) =>
    make('option', { value: String(at) }, `${symbol.canonical} (${counted(symbol.paths.length, 'path')})`)));
  const place = make('div', { 'aria-live': 'polite' });
  const update = () => place.replaceChildren(...symbolParts(all[Number(chosen.value)]));
  chosen.addEventListener('change', () => { update(); drawTree(all[Number(chosen.value)]); });
  const shown = all.filter((symbol) => symbol.configured).length;
  const parts = [];
  if (configured) parts.push(`${number(shown)} of ${number(configured)} that the configuration names`);
  if (others) parts.push(`${number(all.length - shown)} of ${number(others)} others, those with the most imports that do not use the most used path`);
  body('symbols').append(
    make('form', { class: 'filters', onsubmit: (event) => event.preventDefault() },
      make('label', { for: 'symbol', class: 'wide-field' }, 'Symbol', chosen)),
    make('p', { class: 'status' }, `Listed: ${parts.join('; ')}.`), place);
  update();
  drawTree(all[0]);
}

function symbolParts(symbol) {
  const total = sum(symbol.paths, (path) => path[2]);
  const astray = total - symbol.paths[0][2];
  const which = symbol.configured ? 'the configured path' : 'the most used path';
  const names = new Set([...symbol.paths.flatMap((path) => path[1].map(([dotted]) => dotted)), ...symbol.dangling.map(([dotted]) => dotted)]);
  const prefix = commonPrefix(symbol.canonical, [...names]);
  const parts = [
    make('p', { class: 'about' }, make('code', {}, breakable(symbol.canonical)), ' is defined in ',
      make('code', {}, breakable(`${symbol.path}:${symbol.line}`)),
      `. ${counted(total, 'use')} by ${counted(usedPaths(symbol).length, 'path')}; ${number(astray)} not by ${which}.`),
  ];
  if (prefix) parts.push(make('p', { class: 'status' }, '… stands for ', make('code', {}, breakable(prefix))));
  return [
    ...parts, treeLegend(),
    make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Routes, as a graph' },
      figure(`${counted(usedPaths(symbol).length, 'path')} that lead to ${symbol.canonical}; the table below lists them`, 'tree')),
    ...pathTables(symbol, (dotted) => breakable(shortened(dotted, prefix))),
  ];
}

/** The paths that something uses, and the first one, which is the canonical one. */
const usedPaths = (symbol) => symbol.paths.filter((path, at) => path[2] || !at);

/** The paths that are used or lead nowhere, and those that nothing in the repository uses. */
function pathTables(symbol, short) {
  const first = symbol.configured ? 'configured' : 'most used';
  const row = (path, tag) => [
    make('span', {}, short(path[0]), ...(tag ? [' ', make('span', { class: 'tag' }, tag)] : [])), path[2], path[3], through(path, short)];
  const used = [...usedPaths(symbol).map((path, at) => row(path, at ? '' : first)), ...symbol.dangling.map((path) => row(path, 'leads nowhere'))];
  const unused = symbol.paths.filter((path, at) => at && !path[2]).map((path) => row(path, ''));
  const columns = [['Path', ''], ['Uses', 'number'], ['Files', 'number'], ['Through', '']];
  const parts = [make('div', { class: 'routes' }, table(`Paths to ${symbol.canonical}`, columns, used))];
  if (unused.length) {
    parts.push(make('details', {}, make('summary', {}, `${counted(unused.length, 'path')} that nothing in this repository uses`),
      table(`Unused paths to ${symbol.canonical}`, columns, unused)));
  }
  return parts;
}

const shortened = (dotted, prefix) => (prefix && dotted.startsWith(prefix) ? `…${dotted.slice(prefix.length)}` : dotted);

/** The stops between the path itself and the end of its route. */
function through(path, short) {
  const between = path[1].slice(1).flatMap(([dotted, isShim], at) => [
    at ? ' → ' : '', short(dotted), ...(isShim ? [' ', make('span', { class: 'tag' }, 'shim')] : [])]);
  return make('span', {}, ...between);
}

const MOST_NAMES = 0.6;

/** The packages, with the last dot, that most names have in common with a path; may be empty. */
function commonPrefix(canonical, names) {
  const parts = canonical.split('.').slice(0, -2);
  while (parts.length) {
    const prefix = `${parts.join('.')}.`;
    if (names.filter((name) => name.startsWith(prefix)).length >= names.length * MOST_NAMES) return prefix;
    parts.pop();
  }
  return '';
}
