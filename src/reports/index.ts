export type { Cut, CutQuery } from './cut.js';
export { Exports } from './export.service.js';
export type { ReachReport, SendsReport, TrickCoverage, TrickReach } from './report.js';
export { Reports } from './report.service.js';
export { ReportsModule } from './reports.module.js';
export { reachSheet, sendsSheet, type Sheet } from './sheet.js';
export type { Viewer } from './viewer.js';
export { PersonWhyModule } from './why/person-why.module.js';
export { SubjectAccessModule } from './subject-access/subject-access.module.js';
