/** Dispatch's front door. */
export {
  checkSums,
  countsOf,
  emptyMeasure,
  addTo,
  share,
  STATES,
  TALLIES,
  type Counts,
  type Measure,
  type DeliveryState,
} from './counts.js';
export { Answers } from './answers.service.js';
export { CounterRebuild } from './counter-rebuild.service.js';
export { type DeliveryRow, type DeliveryStatus } from './delivery.js';
export { dispatchEntities } from './dispatch.entities.js';
export { DispatchLoop } from './dispatch-loop.service.js';
export { DispatchModule } from './dispatch.module.js';
export { Messages } from './messages.service.js';
export { Preflights } from './plan/preflights.service.js';
export type { Preflight } from './plan/preview.service.js';
export { DeliveryViews, type DeliveryView } from './runs/delivery-views.service.js';
export { type RunView } from './runs/run-views.service.js';
export { RunViews } from './runs/run-views.service.js';
export { GatewayTest } from './send/gateway-test.service.js';
export { callOfRequest } from './send/request-id.js';
export { type MatchedReceipt } from './settle/receipts.service.js';
export { Settlement } from './settle/settlement.service.js';
export { Switches } from './switches/switches.service.js';
export { Tasks } from './tasks/tasks.service.js';
