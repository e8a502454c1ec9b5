import type { PlanContext } from './make-plan.js';
import type { ParsedQuery } from './parse-query.js';

/** What the plan of a query starts from: its aliases, a full budget, options named as the client wrote them. */
export function planContext(query: ParsedQuery): PlanContext {
  const aliases = new Map([...query.aliases].map(([name, syntax]) => [name, { syntax, option: name }]));
  return {
    aliases,
    budget: { nodes: 0, depth: 0, deepest: 0, expandItems: 0 },
    depth: 0,
    label: (option) => query[option]?.option ?? `$${option}`,
  };
}
