import t from 'tap'
import { auditLogContract } from '../../../support/contracts/access/audit-log.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { anOrigin, noon } from '../../../support/examples.ts'

auditLogContract(t, openPostgresStores)

t.test('S-43 an audit entry cannot be changed or deleted, except with the user it is about', async t => {
  const { audit, createUser, query } = await openPostgresStores(t)
  const [ada, sam, kim] = [await createUser({ role: 'admin' }), await createUser(), await createUser()]
  for (const { id } of [sam, kim]) {
    await audit.append({
      at: noon,
      staffId: ada.id,
      action: 'plan_changed',
      userId: id,
      connectionId: null,
      reason: 'They paid by transfer',
      before: null,
      after: null,
      from: anOrigin,
    })
  }
  const immutableError = { message: /cannot be changed or deleted/ }
  await t.rejects(query(`update audit_entry set reason = 'another'`), immutableError)
  await t.rejects(query('delete from audit_entry'), immutableError)
  await t.rejects(query('truncate audit_entry'), immutableError)
  await t.rejects(
    query('delete from app_user where id = $1', [ada.id]),
    'a staff member with audit entries cannot be deleted',
  )

  await query('delete from app_user where id = $1', [sam.id])
  t.strictSame(await query('select user_id from audit_entry'), [{ user_id: kim.id }])
})
