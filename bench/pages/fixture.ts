import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { Totp } from '../../src/adapters/security/totp.ts'
import {
  OneTimeCodes,
  Passwords,
  SecondFactors,
  StoredPasswords,
  Users,
} from '../../src/application/access/ports.ts'
import { Clock } from '../../src/application/ports.ts'
import { acceptCode, createSecondFactor } from '../../src/domain/access/second-factor.ts'
import type { UserId } from '../../src/domain/identifiers.ts'
import { Secret } from '../../src/domain/secret.ts'
import { LocalAmazon } from '../amazon/local-amazon.ts'
import { BenchProcess } from '../bench-process.ts'
import { startDatabase } from '../database.ts'
import { type BenchProduct, openProduct, type ProductPlan } from '../product.ts'
import { workerFlags } from '../worker-flags.ts'
import { Reader } from './reader.ts'
import type { WebCalls } from './web.ts'

const password = 'a password of the bench'

export class Fixture implements AsyncDisposable {
  readonly product: BenchProduct
  readonly amazon: LocalAmazon
  readonly config: ProductPlan
  readonly #resources: AsyncDisposableStack

  private constructor(
    parts: { readonly product: BenchProduct; readonly amazon: LocalAmazon; readonly config: ProductPlan },
    resources: AsyncDisposableStack,
  ) {
    this.product = parts.product
    this.amazon = parts.amazon
    this.config = parts.config
    this.#resources = resources
  }

  static async open(): Promise<Fixture> {
    await using resources = new AsyncDisposableStack()
    const server = resources.adopt(await startDatabase(), it => it.stop())
    const amazon = resources.adopt(await LocalAmazon.start({ min: 1, max: 1 }), it => it.end())
    const tokenKey = randomBytes(32).toString('base64')
    const config = { databaseUrl: server.url, environment: amazon.environment, tokenKey }
    const product = resources.use(await openProduct(config))
    return new Fixture({ product, amazon, config }, resources.move())
  }

  get pool(): Pool {
    return this.product.database.pool
  }

  /** Gives all users a password and a plan, then starts the web process. */
  async serve(): Promise<{ web: BenchProcess<WebCalls>; address: string }> {
    const hash = await this.product.container.get(Passwords).hash(new Secret(password))
    await this.pool.query('update app_user set password_hash = $1', [hash.reveal()])
    await this.pool.query(`insert into subscription (user_id, plan) select id, 'annual' from app_user`)
    return this.openWeb()
  }

  async openWeb(): Promise<{ web: BenchProcess<WebCalls>; address: string }> {
    const web = this.keep(new BenchProcess<WebCalls>(join(import.meta.dirname, 'web.ts'), workerFlags), it =>
      it.end(),
    )
    return { web, address: (await web.call('start', this.config)) ?? '' }
  }

  /** Signs in this many readers, as one seller after the other, starting over after the last. */
  async signInSellers(address: string, count: number): Promise<Reader[]> {
    const { rows } = await this.pool.query<{ email: string }>('select email from app_user order by email')
    const readers: Reader[] = []
    for (let index = 0; index < count; index += 1) {
      const reader = this.keep(new Reader(address), async it => it.close())
      await reader.signIn(rows[index % rows.length]?.email ?? '', password)
      readers.push(reader)
    }
    return readers
  }

  async signInAgents(address: string, count: number): Promise<Reader[]> {
    const { container } = this.product
    const [users, codes, clock] = [container.get(Users), container.get(OneTimeCodes), container.get(Clock)]
    const hash = await container.get(Passwords).hash(new Secret(password))
    const readers: Reader[] = []
    for (let index = 1; index <= count; index += 1) {
      const user = { id: randomUUID() as string as UserId, role: 'support', name: `Agent ${index}` } as const
      const email = `agent-${index}@bench.test`
      await users.insert({ ...user, email }, clock.now())
      await container.get(StoredPasswords).save(user.id, hash)
      const secret = codes.newSecret()
      await container.get(SecondFactors).save(acceptCode(createSecondFactor(user.id, secret), 0, clock.now()))
      const reader = this.keep(new Reader(address), async it => it.close())
      await reader.signInStaff(email, password, () => new Totp().codeAt(secret, clock.now()))
      readers.push(reader)
    }
    return readers
  }

  /** Ends the part when the fixture is disposed. */
  keep<Part>(part: Part, end: (part: Part) => PromiseLike<void>): Part {
    return this.#resources.adopt(part, end)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync()
  }
}
