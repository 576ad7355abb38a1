export { incidentsEntities } from './incident.entity.js';
export { IncidentsModule } from './incidents.module.js';
export { Incidents } from './incidents.service.js';
