// The findings at revisions over time.

const NAMED = 6;
const OTHERS = 'other rules';

function timeline() {
  const past = contents.history;
  const known = past ? past.points.filter((point) => point.findings !== null) : [];
  if (!past || !past.points.length) {
    body('history').append(empty('No history: it was not asked for, or this is no git repository.'));
    return;
  }
  if (known.length > 1) {
    const chart = figure('Findings at each revision, by rule; the table below has the figures');
    body('history').append(chart);
    body('history').append(make('p', { class: 'status' }, chosenFrom(past)), historyTable(past.points));
    drawHistory(chart, known);
  } else {
    body('history').append(make('p', { class: 'status' }, chosenFrom(past)), historyTable(past.points));
  }
}

function chosenFrom(past) {
  const cut = past.shallow ? ' This clone is shallow: older commits are not in it.' : '';
  return `${counted(past.points.length, 'revision')} of ${counted(past.commits, 'commit')} along the first parents.${cut}`;
}

function drawHistory(container, points) {
  const newest = points[points.length - 1].rules;
  const most = Object.entries(newest).sort((one, other) => other[1] - one[1]).slice(0, NAMED).map(([rule]) => rule);
  const order = [...most, OTHERS];
  const values = points.flatMap((point) => order.map((rule, at) => ({
    date: point.date, commit: point.commit.slice(0, 12), rule, at,
    findings: rule === OTHERS ? point.findings - sum(most, (name) => point.rules[name] || 0) : point.rules[rule] || 0,
  })));
  return draw(container, {
    data: { values }, height: 260, mark: { type: 'area', line: false, point: false, interpolate: 'linear' },
    encoding: {
      x: { field: 'date', type: 'temporal', timeUnit: 'utcyearmonthdatehoursminutesseconds', title: null,
        axis: { grid: false, format: '%-d %b %Y', tickCount: 5, labelOverlap: true } },
      y: { field: 'findings', type: 'quantitative', stack: 'zero', title: 'findings', axis: { format: ',d', tickCount: 5, tickMinStep: 1 } },
      color: { field: 'rule', scale: { domain: order, range: COLOURS }, legend: { orient: 'top', columns: container.clientWidth < 600 ? 2 : 4, labelLimit: 160 } },
      order: { field: 'at' },
      tooltip: [{ field: 'rule' }],
    },
  });
}

function historyTable(points) {
  let before = null;
  const rows = points.map((point, at) => {
    const isKnown = point.findings !== null;
    const change = isKnown && before !== null ? signed(point.findings - before) : '';
    if (isKnown) before = point.findings;
    return [make('code', {}, point.commit.slice(0, 12)), point.date.slice(0, 10), isKnown ? point.findings : '–', change,
      isKnown ? point.files.python : '–', point.title, remark(point, points[at - 1])];
  });
  const columns = [['Commit', 'short'], ['Date', 'short'], ['Findings', 'number'], ['Change', 'number'], ['Python files', 'number'], ['Title', ''], ['Note', '']];
  const hasRemarks = rows.some((row) => row[6]);
  return table('Findings at each revision', hasRemarks ? columns : columns.slice(0, 6), hasRemarks ? rows : rows.map((row) => row.slice(0, 6)));
}

function remark(point, earlier) {
  if (point.problem) return `not audited: ${point.problem}`;
  const parts = [];
  if (earlier && !earlier.problem && earlier.configuration !== point.configuration) parts.push('another configuration than before');
  if (point.files.missing) parts.push(`${counted(point.files.missing, 'file')} not read: not in this clone`);
  return parts.join('; ');
}
