import { runtimeUrlOf } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { migrate } from '../../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../../src/domain/secret.ts'

export async function prepareTemplate(url: string): Promise<void> {
  await migrate(new Secret(url), { runtimeUrl: new Secret(runtimeUrlOf(url)) })
}
