import t from 'tap'
import { eventually } from '../../support/eventually.ts'
import { connectDirectly, profilesOf } from '../../support/product/connected.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { recordsOf } from '../user-records.ts'
import { anAgent } from '../users.ts'

t.test(
  'S-26 after our client’s credentials changed, an admin asks all sellers to authorise again',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { controls, settings } = product.sandbox
    const [profile] = await profilesOf(product, 'us-seller')
    if (!profile) throw new Error('no profile')
    const grant = controls.grant('us-seller')
    // The product runs with the new secret already.
    controls.changeClientSecret(settings['LWA_CLIENT_SECRET'] ?? '')
    const connect = async (existingUserId?: Awaited<ReturnType<typeof product.newUser>>['id']) => {
      const { userId } = await connectDirectly(product, {
        user: 'us-seller',
        profile,
        grant,
        ...(existingUserId && { existingUserId }),
      })
      return async () => (await recordsOf(product, userId).connections())[0]
    }
    for (const _ of [1, 2, 3, 4]) {
      const connection = await connect()
      await eventually('the loss', async () => (await connection())?.status === 'needs_authorisation')
    }
    const { email, id } = await product.newUser()
    const fifth = await connect(id)
    const seller = new Caller(product.address)
    await seller.signIn(email)
    await eventually('the doubt', async () =>
      (await seller.get('/dashboard/ads/')).text.includes('We’re checking your permission at Amazon'),
    )
    t.match(await fifth(), { status: 'active' })

    const { console } = await anAgent(product, 'admin')
    t.match((await console.get('/admin/')).text, 'rejects the refresh tokens of 1 account')
    t.match((await console.get('/admin/authorise-again')).text, 'Accounts in doubt: 1')
    t.equal((await console.post('/admin/authorise-again', { reason: '' })).status, 422)
    const asked = await console.post('/admin/authorise-again', { reason: 'The client secret was changed' })
    t.match(
      (await console.get(asked.location ?? '')).text,
      /Sellers asked to authorise again.*No accounts in doubt/,
    )

    t.match(await fifth(), { status: 'needs_authorisation' })
    const { text } = await seller.get('/dashboard/ads/')
    t.match(text, 'Our support team has asked you to authorise again')
    await eventually(
      'the email is sent',
      async () => (await recordsOf(product, id).events('email_sent')).length > 0,
    )
    t.match(await recordsOf(product, id).events('email_sent'), [
      { message: 'authorisation_needed', reminder: 0 },
    ])
  },
)
