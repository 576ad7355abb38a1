import { describe, expect, it } from '@jest/globals';
import { may, type Actor } from './actor.js';
import { RIGHTS, rightsOf, ROLES, type Right, type Role } from './rights.js';

const whoHas = (right: Right): Role[] => ROLES.filter((role) => rightsOf(role).includes(right));

describe('the table of rights', () => {
  it.each<[Right, Role[]]>([
    ['imports', ['officer', 'admin', 'township']],
    ['events', ['officer', 'admin', 'township']],
    ['segments.write', ['officer', 'admin', 'township']],
    ['campaigns.write', ['officer', 'admin', 'township']],
    ['scripts.write', ['officer', 'admin', 'township']],
    ['groupChats.write', ['officer', 'admin', 'township']],
    ['campaigns.run', ['officer', 'township']],
    ['campaigns.approve', ['approver']],
    ['scripts.approve', ['approver']],
    ['people.reveal', ['officer', 'township']],
    ['lookup', ['officer', 'township']],
    ['uplinks', ['officer', 'township']],
    ['uncertain', ['operator']],
    ['gateways.stop', ['officer', 'approver', 'operator']],
    ['gateways.start', ['approver', 'operator']],
    ['audit', ['auditor', 'admin']],
    ['users', ['admin']],
    ['tokens', ['admin']],
    ['tasks', ['officer', 'township', 'field']],
  ])('gives %s as the contract says', (right, roles) => {
    expect(whoHas(right)).toEqual(roles);
  });

  it.each(['reports', 'tide', 'why'] as const)('gives %s to all but field workers', (right) => {
    expect(whoHas(right)).toEqual(ROLES.filter((role) => role !== 'field'));
  });

  it('gives nobody both the writing and the approving of a campaign', () => {
    expect(whoHas('campaigns.write').filter((role) => whoHas('campaigns.approve').includes(role))).toEqual([]);
  });

  it('gives an auditor nothing that changes anything or shows a number', () => {
    const changes =
      /\.(write|reveal|erase|run|approve|control|stop|start)$|^(imports|events|optOuts|uplinks|tasks|incidents|uncertain|users|tokens|lookup)$/;
    expect(rightsOf('auditor').filter((right) => changes.test(right))).toEqual([]);
  });

  it('has no right that nobody holds', () => {
    expect(RIGHTS.filter((right) => whoHas(right).length === 0)).toEqual([]);
  });

  it('never gives an API token more than its owner', () => {
    const auditor: Actor = { id: 'a', name: 'a', role: 'auditor', scope: { township: null }, mayReadSensitive: false };
    expect(may({ ...auditor, limitedTo: ['campaigns.run', 'reports'] }, 'campaigns.run')).toBe(false);
    expect(may({ ...auditor, limitedTo: ['campaigns.run', 'reports'] }, 'reports')).toBe(true);
    expect(may({ ...auditor, limitedTo: ['reports'] }, 'audit')).toBe(false);
  });
});
