import t from 'tap'
import {
  canHaveSeveralConnections,
  canUseDashboard,
  DashboardNotForSupport,
  InvalidCredentials,
  losesRights,
  normaliseEmail,
  type Role,
} from '../../../src/domain/access/user.ts'

const roles: readonly Role[] = ['seller', 'manager', 'admin', 'support']

t.test('S-01 every role except support agent can use the dashboard', async t => {
  t.strictSame(roles.filter(canUseDashboard), ['seller', 'manager', 'admin'])
})

t.test('S-18 only managers and admins can have several connections', async t => {
  t.strictSame(roles.filter(canHaveSeveralConnections), ['manager', 'admin'])
})

t.test('S-46 a role change loses rights if the new role may not do what the old one may', async t => {
  const losing = roles.flatMap(before =>
    roles.filter(role => losesRights(before, role)).map(role => `${before} to ${role}`),
  )
  t.strictSame(losing, [
    'seller to support',
    'manager to seller',
    'manager to support',
    'admin to seller',
    'admin to manager',
    'admin to support',
    'support to seller',
    'support to manager',
  ])
})

t.test('email addresses are compared regardless of case and surrounding spaces', async t => {
  t.equal(normaliseEmail('  Sam.Seller@Example.TEST '), 'sam.seller@example.test')
})

t.test('each domain error in signing in has its own code', async t => {
  t.match(new InvalidCredentials(), { code: 'invalid_credentials', name: 'InvalidCredentials' })
  t.match(new DashboardNotForSupport(), { code: 'dashboard_not_for_support', name: 'DashboardNotForSupport' })
})
