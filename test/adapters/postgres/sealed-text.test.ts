import t from 'tap'
import { Seal, SealBroken } from '../../../src/adapters/postgres/sealed-text.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { newKey } from '../../../src/settings.ts'

const record = { table: 'connection_grant', column: 'refresh_token', id: 'one' }
const token = new Secret(`Atzr|${'x'.repeat(2043)}`)

t.test('S-12 a sealed token opens for its own record, whatever its length', async t => {
  const seal = new Seal([newKey()])
  const sealed = seal.close(token, record)

  t.equal(seal.open(sealed, record).reveal(), token.reveal())
  t.notMatch(sealed, 'Atzr')
  t.not(seal.close(token, record), sealed, 'never twice the same')
  t.equal(seal.open(seal.close(new Secret(''), record), record).reveal(), '')
})

t.test('S-12 a sealed token that was moved to another record does not open', async t => {
  const seal = new Seal([newKey()])
  const sealed = seal.close(token, record)

  for (const other of [
    { ...record, id: 'two' },
    { ...record, column: 'access_token' },
    { ...record, table: 'pending_connection' },
  ]) {
    t.throws(() => seal.open(sealed, other).reveal(), SealBroken)
  }
})

t.test('S-12 every changed byte is noticed', async t => {
  const seal = new Seal([newKey()])
  const sealed = seal.close(new Secret('Atzr|short'), record)
  const [version, keyId, body = ''] = sealed.split('.')
  const bytes = Buffer.from(body, 'base64url')

  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    t.throws(
      () => seal.open(`${version}.${keyId}.${changed.toString('base64url')}`, record).reveal(),
      SealBroken,
    )
  }
  for (const broken of ['', '1', '1.x.y', `2.${keyId}.${body}`, `1.${keyId}.`, `1.${keyId}.AA`]) {
    t.throws(() => seal.open(broken, record).reveal(), SealBroken)
  }
})

t.test('S-12 the newest key seals, older ones still open, a lost one does not', async t => {
  const [old, fresh] = [newKey(), newKey()]
  const sealed = new Seal([old]).close(token, record)
  const rotated = new Seal([fresh, old])

  t.equal(rotated.open(sealed, record).reveal(), token.reveal())
  t.equal(new Seal([fresh]).open(rotated.close(token, record), record).reveal(), token.reveal())
  t.throws(() => new Seal([fresh]).open(sealed, record).reveal(), SealBroken)
})

t.test('a key of another length is refused at once', async t => {
  t.throws(() => new Seal([new Secret('c2hvcnQ=')]), RangeError)
  t.throws(() => new Seal([]), RangeError)
})
