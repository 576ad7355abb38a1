export { startSimulator, type RunningSimulator, type SimulatorOptions } from './simulator.js';
export { gatewayNames, type GatewayName } from './gateway.js';
