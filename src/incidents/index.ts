export { incidentsEntities } from './incident.entity.js';
export { IncidentImports, type ImportedCases } from './incident-imports.service.js';
export { IncidentsModule } from './incidents.module.js';
export { Incidents, type Incident } from './incidents.service.js';
