// The phases of the plan: what each changes, and the findings of its rules before and after.

function phases() {
  const { plan } = contents;
  if (!plan) {
    body('phases').append(empty('The configuration asks for nothing, so no phase is planned. '
      + '`migrate init --canonical PATH` writes one.'));
    return;
  }
  if (!plan.phases.length) {
    body('phases').append(empty('There is nothing to do.'));
    return;
  }
  const bars = plan.phases.flatMap((phase) => phase.rules.filter(([, before, after]) => before || after)
    .flatMap(([rule, before, after]) => [['before', before], ['after', after]].map(([when, count]) =>
      ({ row: `${phase.number}. ${rule}`, when, places: count }))));
  const chart = figure('The places that each phase looks for, before and after it; the table below has the figures');
  if (bars.length) body('phases').append(chart);
  body('phases').append(phaseTable(plan.phases), ...plan.phases.map(phaseDetails));
  if (bars.length) drawPhases(chart, bars);
}

function drawPhases(container, bars) {
  return draw(container, {
    data: { values: bars }, mark: { type: 'bar', cornerRadiusEnd: 2 }, height: 20 + 17 * bars.length,
    encoding: {
      y: { field: 'row', type: 'nominal', sort: null, title: null, axis: { ticks: false, domain: false } },
      yOffset: { field: 'when', sort: ['before', 'after'] },
      x: { field: 'places', type: 'quantitative', title: 'places', axis: { tickMinStep: 1, format: ',d', tickCount: 5 } },
      color: { field: 'when', scale: { domain: ['before', 'after'], range: ['var(--bar-before)', 'var(--accent)'] },
        legend: { orient: 'top' } },
      tooltip: [{ field: 'row', title: 'phase and rule' }, { field: 'when' }, { field: 'places' }],
    },
  });
}

function phaseTable(all) {
  const rows = all.map((phase) => [
    `${phase.number}. ${phase.name}`, phase.files, phase.edits, phase.deleted.length, phase.removed.length,
    phase.refusals ? make('a', { href: filtered('refusals', { phase: phase.name }) }, number(phase.refusals)) : 0,
    make('span', {}, ...changes(phase).flatMap((text, at) => (at ? [make('br'), text] : [text]))),
  ]);
  return table('What each phase changes',
    [['Phase', ''], ['Files', 'number'], ['Edits', 'number'], ['Files deleted', 'number'],
      ['Definitions removed', 'number'], ['Left alone', 'number'], ['Places before and after', '']], rows);
}

function changes(phase) {
  const moved = phase.rules.filter(([, before, after]) => before !== after)
    .map(([rule, before, after]) => `${rule} ${number(before)} → ${number(after)}`);
  return moved.length ? moved : [phase.files ? 'no rule counts it' : 'nothing to do'];
}

function phaseDetails(phase) {
  const about = [
    ['Title', phase.title], ['Why', phase.why], ['Branch', phase.branch], ['Versions', phase.versions.join(', ')],
    ['Found', phase.remarks.join('; ')],
  ].filter(([, text]) => isWord(text));
  return make('details', {}, make('summary', {}, `${phase.number}. ${phase.name}: branch, deletions, removals`),
    make('dl', {}, ...about.flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)]),
      ...listOf('Files deleted', phase.deleted.map((path) => make('code', {}, breakable(path)))),
      ...listOf('Definitions removed', phase.removed.map(([path, name, kind]) =>
        make('span', {}, `${kind} `, make('code', {}, breakable(name)), ' in ', make('code', {}, breakable(path)))))));
}

const listOf = (term, nodes) => (nodes.length
  ? [make('dt', {}, term), make('dd', {}, make('ul', {}, ...nodes.map((node) => make('li', {}, node))))] : []);
