// Which sequence flows a case went along, from the elements it entered.

/**
 * A flow counts when it is listed itself, or when both its ends were entered and its target
 * cannot have been reached another way (its only visited predecessor is this flow's source).
 *
 * @param {{id: string, source: {id: string}, target: {id: string}}[]} flows
 * @param {string[]} visited ids of entered elements, in order
 * @returns {string[]} ids of flows
 */
export function visitedFlows(flows, visited) {
  const entered = new Set(visited);
  const listed = flows.filter((flow) => entered.has(flow.id));
  if (listed.length) return listed.map((flow) => flow.id);
  return flows
    .filter(({ source, target }) => entered.has(source.id) && entered.has(target.id))
    .filter((flow) => follows(flow, flows, visited))
    .map((flow) => flow.id);
}

/** The target was entered after the source; of several ways the one taken last before it counts. */
function follows(flow, flows, visited) {
  const ways = flows.filter((other) => other.target.id === flow.target.id && visited.includes(other.source.id));
  if (ways.length === 1) return true;
  const arrivals = positions(visited, flow.target.id);
  return positions(visited, flow.source.id).some((at) => arrivals.some((arrival) => arrival > at && nearest(ways, visited, at, arrival)));
}

function nearest(ways, visited, at, arrival) {
  return !ways.some((way) => positions(visited, way.source.id).some((other) => other > at && other < arrival));
}

function positions(list, value) {
  return list.flatMap((item, index) => (item === value ? [index] : []));
}
