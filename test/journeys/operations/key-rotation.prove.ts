import t from 'tap'
import { startTestProduct } from '../../support/product/test-product.ts'
import { aSeller } from '../users.ts'

/** The nonces in `2.<key>.<wrapped data key>.<text>`: 12 bytes, 16 characters each. */
const noncesOf = (encrypted: string): string[] =>
  encrypted
    .split('.')
    .slice(2)
    .map(bytes => bytes.slice(0, 16))

t.test('S-12 no two tokens are encrypted with the same nonce', async t => {
  const product = await startTestProduct(t)
  const nonces: string[] = []
  for (let user = 0; user < 2; user += 1) {
    const { seller, id } = await aSeller(product)
    await seller.connect('us-seller', 'My Brand US')
    await seller.returnFromAmazon(await seller.authorise('three-regions'))
    const encrypted = await product.query<{ encrypted: string }>(
      `select refresh_token as encrypted from connection_grant
         join connection on connection.id = connection_id where user_id = $1
       union all select refresh_token from pending_connection where user_id = $1
       union all select access_token from pending_connection where user_id = $1`,
      [id],
    )
    nonces.push(...encrypted.flatMap(row => noncesOf(row.encrypted)))
  }

  t.equal(nonces.length, 2 * 6)
  for (const nonce of nonces) t.match(nonce, /^[\w-]{16}$/)
  t.equal(new Set(nonces).size, nonces.length)
})
