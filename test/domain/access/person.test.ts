import t from 'tap'
import {
  DashboardNotForStaff,
  mayHoldSeveral,
  normaliseEmail,
  type Role,
  SignInRefused,
  usesDashboard,
} from '../../../src/domain/access/person.ts'

const roles: readonly Role[] = ['seller', 'manager', 'admin', 'support']

t.test('S-01 the dashboard is for everyone but support agents', async t => {
  t.strictSame(roles.filter(usesDashboard), ['seller', 'manager', 'admin'])
})

t.test('S-18 managers and admins alone may hold several accounts', async t => {
  t.strictSame(roles.filter(mayHoldSeveral), ['manager', 'admin'])
})

t.test('an e-mail address is the same in capitals and between blanks', async t => {
  t.equal(normaliseEmail('  Sam.Seller@Example.TEST '), 'sam.seller@example.test')
})

t.test('the refusals of signing in are named by their codes', async t => {
  t.match(new SignInRefused(), { code: 'sign_in_refused', name: 'SignInRefused' })
  t.match(new DashboardNotForStaff(), { code: 'dashboard_not_for_staff', name: 'DashboardNotForStaff' })
})
