import { includesRole, API_ROLES } from '../../../src/config/api-keys';
import { permissionOf } from './identity';

describe('what somebody may do', () => {
  it('is what the service lets the role do', () => {
    for (const role of API_ROLES) {
      for (const needed of API_ROLES) {
        const { isGranted } = permissionOf({ name: 'key', role, expiresAt: 0 }, needed);
        expect([role, needed, isGranted]).toEqual([role, needed, includesRole(role, needed)]);
      }
    }
  });

  it('is refused with the reason', () => {
    expect(permissionOf({ name: 'viewer', role: 'audit', expiresAt: 0 }, 'admin')).toEqual({
      isGranted: false,
      reason: 'The key “viewer” has the role audit; this needs the role admin.',
    });
  });
});
