// How much of what the phases look for the plan takes, and what the rest waits for.

function acceptance() {
  const phases = contents.plan ? contents.plan.phases.map(accepted).filter((one) => one.before) : [];
  if (!phases.length) {
    body('acceptance').append(empty('No phase is planned that looks for anything.'));
    return;
  }
  const all = {
    name: 'All phases', before: sum(phases, (one) => one.before), taken: sum(phases, (one) => one.taken),
    refusals: contents.refusals,
  };
  const chart = figure('The share of its places that each phase changes; the table below has the figures');
  const rows = [...phases, all].map((one) => [
    one.name, one.before, one.taken, percent(one), one.before - one.taken,
    make('span', {}, ...waiting(one.refusals).flatMap((node, at) => (at ? [make('br'), node] : [node]))),
  ]);
  body('acceptance').append(chart, table('What the plan takes of what the phases look for',
    [['Phase', ''], ['Places', 'number'], ['Changed', 'number'], ['Share', 'number'], ['Not changed', 'number'],
      ['Places left alone wait for', '']], rows));
  drawAcceptance(chart, [...phases, all]);
}

/** The places of a phase's rules, and how many of them it changes. */
function accepted(phase, at) {
  return {
    name: `${phase.number}. ${phase.name}`, before: sum(phase.rules, ([, before]) => before),
    taken: sum(phase.rules, ([, before, after]) => Math.max(before - after, 0)),
    refusals: contents.refusals.filter((row) => row[0] === at),
  };
}

const percent = (one) => `${Math.floor(100 * one.taken / one.before)} %`;

function waiting(refusals) {
  return tally(refusals.map((row) => row[5])).map(([waits, count]) =>
    make('span', {}, `${number(count)} `, make('a', { href: filtered('refusals', { waits }) }, waits)));
}

function drawAcceptance(container, phases) {
  const kinds = ['changed', 'not changed'];
  const values = phases.flatMap((one) => [one.taken, one.before - one.taken].map((places, at) =>
    ({ name: one.name, kind: kinds[at], order: at, places })));
  return draw(container, {
    data: { values }, height: 30 + 24 * phases.length, mark: { type: 'bar', height: { band: 0.7 } },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { ticks: false, domain: false } },
      x: { field: 'places', type: 'quantitative', stack: 'normalize', title: 'share of the places', axis: { format: '.0%', tickCount: 5 } },
      order: { field: 'order' },
      color: { field: 'kind', scale: { domain: kinds, range: ['var(--accent)', 'var(--bar-before)'] }, legend: { orient: 'top' } },
      tooltip: [{ field: 'name', title: 'phase' }, { field: 'kind' }, { field: 'places' }],
    },
  });
}
