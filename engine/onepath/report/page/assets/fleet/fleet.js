// A fleet: its figures, its phases, and what was left alone, over all repositories.

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

const repositoriesWith = (filters, text) => make('a', { href: filtered('repositories', filters) }, text);

const ofRepositories = (count) => counted(count, 'repository', 'repositories');

/** What was asked of each repository that could be read. */
const read = () => contents.repositories.filter((one) => one.picture);

/** Every phase of every repository, as pairs of both. */
const allPhases = () => read().flatMap((one) => one.picture.phases.map((phase) => [one, phase]));

const isOpen = (phase) => !['nothing to do', 'merged'].includes(phase.status);
const FAILED = 'failed';
const DONE = 'done';
const stateOf = (one) => (one.code > 1 ? FAILED : DONE);

function summary() {
  const all = contents.repositories;
  const failed = all.filter((one) => stateOf(one) === FAILED).length;
  const findings = sum(read(), (one) => sum(Object.values(one.picture.rules), ([count]) => count));
  const withFindings = read().filter((one) => Object.values(one.picture.rules).some(([count]) => count)).length;
  const open = allPhases().filter(([, phase]) => isOpen(phase));
  const pulls = allPhases().filter(([, phase]) => phase.pull && ['open', 'draft'].includes(phase.pull.state)).length;
  const left = sum(allPhases(), ([, phase]) => sum(phase.refusals, ([, , count]) => count));
  document.getElementById('title').textContent = contents.title;
  document.getElementById('about').textContent = `${contents.date} · ${ofRepositories(all.length)}`;
  document.getElementById('made').textContent = `Made by ${contents.tool}. This page loads nothing.`;
  const cards = [
    [number(all.length), all.length === 1 ? 'repository' : 'repositories', failed ? `${number(failed)} failed` : 'all of them were read',
      filtered('repositories', failed ? { state: FAILED } : {})],
    [number(findings), findings === 1 ? 'finding' : 'findings', `in ${ofRepositories(withFindings)}`, '#summary'],
    [number(open.length), open.length === 1 ? 'phase is open' : 'phases are open',
      `in ${ofRepositories(new Set(open.map(([one]) => one)).size)}`, '#phases'],
    [number(pulls), pulls === 1 ? 'pull request' : 'pull requests', 'open, as far as it is known here', '#repositories'],
    [number(left), left === 1 ? 'place left alone' : 'places left alone', 'by phases, each with its reason', '#refusals'],
  ];
  body('summary').append(
    make('ul', { class: 'cards' }, ...cards.map(([value, label, more, href]) =>
      make('li', {}, make('a', { href }, make('strong', {}, value), ' ', make('span', {}, label), ' ', make('small', {}, more))))),
    ...[...contents.notes, ...contents.left_out].map((text) => make('p', { class: 'about' }, text)),
    byRule());
}

function byRule() {
  const names = Object.keys(contents.rules).filter((rule) => read().some((one) => rule in one.picture.rules));
  if (!names.length) return empty('No rule was asked about any repository.');
  const rows = names.map((rule) => {
    const found = read().filter((one) => (one.picture.rules[rule] || [0])[0]);
    const name = make('span', {}, make('span', { class: 'rule' }, rule), ' ', make('span', { class: 'quiet' }, capitalised(contents.rules[rule])));
    return [name, sum(found, (one) => one.picture.rules[rule][0]), sum(found, (one) => one.picture.rules[rule][1]),
      found.length ? repositoriesWith({ rule }, number(found.length)) : 0];
  });
  return table('Findings by rule', [['Rule, and what it finds', ''], ['Findings', 'number'], ['Files', 'number'], ['Repositories', 'number']], rows);
}

function phases() {
  const all = allPhases();
  if (!all.length) {
    body('phases').append(empty('No repository has a configuration that asks for a phase.'));
    return;
  }
  const statuses = contents.statuses.filter((status) => all.some(([, phase]) => phase.status === status));
  const rows = [...new Set(all.map(([, phase]) => phase.name))].map((name) => {
    const own = all.filter(([, phase]) => phase.name === name);
    const open = own.map(([, phase]) => phase).filter(isOpen);
    return [name, ...statuses.map((status) => {
      const count = own.filter(([, phase]) => phase.status === status).length;
      return count ? repositoriesWith({ phase: `${name}: ${status}` }, number(count)) : '';
    }), sum(open, (phase) => phase.files), sum(open, (phase) => phase.edits)];
  });
  body('phases').append(table('Repositories by phase and by where it is',
    [['Phase', ''], ...statuses.map((status) => [capitalised(status), 'number']), ['Files', 'number'], ['Edits', 'number']], rows));
}

function refusals() {
  const reasons = new Map();
  for (const [one, phase] of allPhases()) {
    for (const [code, waits, count] of phase.refusals) {
      const kept = reasons.get(code) || { waits, count: 0, repositories: new Set() };
      reasons.set(code, kept);
      kept.count += count;
      kept.repositories.add(one);
    }
  }
  if (!reasons.size) {
    body('refusals').append(empty('No phase leaves a place alone.'));
    return;
  }
  const rows = [...reasons].sort(([, one], [, other]) => other.count - one.count)
    .map(([code, { waits, count, repositories }]) => [make('code', {}, code), waits, count,
      repositoriesWith({ reason: code }, number(repositories.size))]);
  body('refusals').append(table('Places left alone, by reason',
    [['Reason', ''], ['Waits for', ''], ['Places', 'number'], ['Repositories', 'number']], rows));
}
