/** A metric as a query names it, with the labels that its matchers ask for. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** What a query asks for: enough of PromQL for dashboards, and strict about the rest. */
export interface ParsedQuery {
  readonly selectors: readonly Selector[];
  /** Labels of `by (…)`, `without (…)`, `on (…)` and their like. */
  readonly grouping: readonly string[];
}

const FUNCTIONS = ['sum', 'avg', 'min', 'max', 'count', 'rate', 'increase', 'histogram_quantile', 'topk', 'clamp_min'];
const GROUPINGS = ['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'];
const TOKEN =
  /\s+|(?<name>[a-zA-Z_:][\w:]*)|(?<range>\[[^\]]+\])|(?<number>\d+(?:\.\d+)?)|(?<matchers>\{[^}]*\})|[-+*/(),]/y;

/** @throws Error for what it does not understand: a query that it cannot check is a query nobody has checked */
export function parseQuery(query: string): ParsedQuery {
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  let groupingAt = false;
  let inGrouping = false;
  for (const { name, matchers, text } of tokensOf(query)) {
    if (name !== undefined && inGrouping) grouping.push(name);
    else if (name !== undefined && GROUPINGS.includes(name)) groupingAt = true;
    else if (name !== undefined && !FUNCTIONS.includes(name)) selectors.push({ metric: name, labels: [] });
    else if (matchers !== undefined) addMatchers(selectors, matchers, query);
    else if (text === '(') {
      inGrouping = groupingAt;
      groupingAt = false;
    } else if (text === ')') inGrouping = false;
  }
  return { selectors, grouping };
}

function* tokensOf(query: string) {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < query.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(query);
    if (!match) throw new Error(`not understood from "${query.slice(at)}" on`);
    const { name, matchers } = match.groups ?? {};
    yield { name, matchers, text: match[0] };
  }
}

function addMatchers(selectors: Selector[], matchers: string, query: string): void {
  const last = selectors.pop();
  if (!last) throw new Error(`matchers without a metric in ${query}`);
  const labels = matchers.slice(1, -1).split(/,\s*(?=\w+\s*[!=])/);
  selectors.push({ ...last, labels: labels.map((matcher) => matcherLabel(matcher, query)) });
}

function matcherLabel(matcher: string, query: string): string {
  const [, label] = /^\s*(\w+)\s*(?:=|!=|=~|!~)\s*"[^"]*"\s*$/.exec(matcher) ?? [];
  if (label === undefined) throw new Error(`no matcher: ${matcher} in ${query}`);
  return label;
}

/** The metric and label of a `label_values(metric, label)`, of which the choices of a variable are made. */
export function parseLabelValues(query: string): Selector {
  const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(query) ?? [];
  if (metric === undefined || label === undefined) throw new Error(`no query of a variable: ${query}`);
  return { metric, labels: [label] };
}
