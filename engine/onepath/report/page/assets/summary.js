// The figures that a reader asks for first, each with what it counts.

function summary() {
  const { findings, plan, symbol_counts: [configured, others], refusals } = contents;
  document.title = `${contents.title}: paths, phases and findings`;
  document.getElementById('title').textContent = contents.title;
  document.getElementById('about').textContent = [
    `Revision ${contents.revision.slice(0, 12)}`, contents.date.slice(0, 10), counted(contents.python_files, 'Python file'),
  ].filter(isWord).join(' · ');
  document.getElementById('made').textContent = `Made by ${contents.tool} from revision ${contents.revision}`
    + `${plan ? `, plan ${plan.hash}` : ''}. This page loads nothing.`;
  const files = new Set(findings.map((row) => row[1])).size;
  const pending = plan ? plan.phases.filter((phase) => phase.files) : [];
  const mended = findings.filter((row) => row[6]).length;
  const cards = [
    [number(findings.length), findings.length === 1 ? 'finding' : 'findings', `in ${counted(files, 'file')}`, '#findings'],
    [number(mended), 'have a phase for their rule', mended < findings.length ? 'the others are mended by hand' : 'all of them',
      filtered('findings', {})],
    [number(configured + others), 'symbols with several paths', `${number(configured)} of them named in the configuration`, '#symbols'],
    [number(pending.length), pending.length === 1 ? 'phase pending' : 'phases pending',
      plan ? counted(sum(pending, (phase) => phase.edits), 'edit') : 'nothing is configured', '#phases'],
    [number(refusals.length), 'places left alone', 'by the phases, each with its reason', '#refusals'],
  ];
  body('summary').append(
    make('ul', { class: 'cards' }, ...cards.map(([value, label, more, href]) =>
      make('li', {}, make('a', { href }, make('strong', {}, value), ' ', make('span', {}, label), ' ', make('small', {}, more))))),
    byRule(), ...unread());
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

function byRule() {
  const rows = contents.rules.map((rule, at) => {
    const own = contents.findings.filter((row) => row[0] === at);
    const link = own.length ? make('a', { href: filtered('findings', { rule: rule.name }) }, rule.name) : rule.name;
    const name = make('span', {}, make('span', { class: 'rule' }, link), ' ', make('span', { class: 'quiet' }, capitalised(rule.summary)));
    const versions = tally(own.map((row) => row[6])).map(([version]) => version).filter(isWord);
    return [name, own.length, new Set(own.map((row) => row[1])).size, versions.join(', ')];
  });
  return table('Findings by rule',
    [['Rule, and what it finds', ''], ['Findings', 'number'], ['Files', 'number'], ['Phase version', '']], rows);
}

/** What was not read, and so has no findings. */
function* unread() {
  const { unparseable, notes } = contents;
  if (unparseable.length) {
    yield details(`${counted(unparseable.length, 'file')} not parsed: nothing is found in them`,
      unparseable.map(([path, line, reason]) => [line ? `${path}:${line}` : path, reason]));
  }
  for (const [kind, count] of tally(notes.map((note) => note[1]))) {
    yield details(`${counted(count, 'note')} of the kind ${kind}`,
      notes.filter((note) => note[1] === kind).map(([path, , text]) => [path, text]));
  }
}

/** A closed list, whose rows are made when it is opened: there may be thousands. */
function details(title, rows) {
  const element = make('details', {}, make('summary', {}, title));
  element.addEventListener('toggle', () => {
    element.append(make('ul', {}, ...rows.map(([where, text]) =>
      make('li', {}, make('code', {}, breakable(where)), ' ', text))));
  }, { once: true });
  return element;
}
