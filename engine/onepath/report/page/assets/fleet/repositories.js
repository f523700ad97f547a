// Each repository: its findings, its phases, or why it failed.

function repositories() {
  const items = contents.repositories.map((one) => ({ ...one, text: searched(one) }));
  return listing({
    section: 'repositories', noun: 'repository', plural: 'repositories', items,
    filters: [
      { key: 'state', label: 'Result', of: (one) => [stateOf(one)] },
      { key: 'phase', label: 'Phase', of: (one) => phasesOf(one).map((phase) => `${phase.name}: ${phase.status}`) },
      { key: 'rule', label: 'Findings of', of: rulesOf },
      { key: 'reason', label: 'Left alone for', of: (one) => [...new Set(phasesOf(one).flatMap(({ refusals: all }) => all.map(([code]) => code)))] },
    ],
    show: repositoryItem,
  });
}

const phasesOf = (one) => (one.picture ? one.picture.phases : []);

/** The rules that find something in a repository. */
const rulesOf = (one) => (one.picture ? Object.keys(one.picture.rules).filter((rule) => one.picture.rules[rule][0]) : []);

const searched = (one) => [one.name, one.place, ...one.reason, ...phasesOf(one).map((phase) => phase.branch)].join(' ').toLowerCase();

function repositoryItem(one) {
  const isFailed = stateOf(one) === FAILED;
  const about = one.picture ? `revision ${one.picture.revision.slice(0, 12)} · ${counted(one.picture.python_files, 'Python file')}` : '';
  return make('li', { class: 'item' },
    make('p', { class: 'item-head' }, make('code', { class: 'place' }, breakable(one.name)),
      make('span', { class: isFailed ? 'tag failed' : 'tag' }, isFailed ? `failed (${one.code})` : DONE),
      make('span', { class: 'quiet' }, about)),
    make('p', { class: 'quiet' }, breakable(one.place)),
    ...one.reason.map((line) => make('p', {}, line)),
    one.hint ? make('p', {}, `Try: ${one.hint}`) : '',
    ...one.notes.map((line) => make('p', { class: 'quiet' }, line)),
    ...(one.picture ? pictured(one) : []));
}

function pictured(one) {
  const { picture } = one;
  const found = rulesOf(one).map((rule) => `${rule} ${number(picture.rules[rule][0])}`);
  const parts = [make('p', {}, found.length ? `Findings: ${found.join(', ')}` : 'The rules find nothing.')];
  if (picture.unparseable) parts.push(make('p', {}, `${counted(picture.unparseable, 'file')} not parsed: nothing is found in them.`));
  if (picture.phases.length) {
    parts.push(table(`Phases of ${one.name}`,
      [['Phase', ''], ['Status', ''], ['Files', 'number'], ['Edits', 'number'], ['Left alone', 'number'], ['Pull request', '']],
      picture.phases.map((phase) => [`${phase.number}. ${phase.name}`, phase.status, phase.files, phase.edits,
        sum(phase.refusals, ([, , count]) => count), phase.pull ? pullRequest(phase.pull) : ''])));
  }
  return parts;
}

/** A link to where a pull request is; only text if its address is none of the web. */
function pullRequest({ number: at, url, state }) {
  const text = `#${at} ${state}`;
  return /^https?:\/\//.test(url) ? make('a', { href: url, rel: 'noreferrer' }, text) : text;
}
