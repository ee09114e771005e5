import { setTimeout as sleep } from 'node:timers/promises'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { profilesOf } from '../../support/product/connected.ts'
import { type Owner, startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { type WorkerProcess, WorkerProcesses } from './processes.ts'

export const user = 'three-regions'

/** A product with two workers that runs one scene at a time; several instances run in parallel. */
export interface ProductInstance {
  readonly product: TestProduct
  readonly processes: WorkerProcesses
  readonly profiles: readonly AdvertisingProfile[]
  workers(): Promise<readonly [WorkerProcess, WorkerProcess]>
  replace(worker: WorkerProcess): void
  /** Announces an exit; an unannounced exit of a worker is a bug. */
  expectExit(worker: WorkerProcess): void
}

export async function openProductInstance(owner: Owner): Promise<ProductInstance> {
  const product = await startTestProduct(owner, {
    env: { REPORT_POLL_SECONDS: '0.2-0.5' },
  })
  await product.query(leaseTimelineSchema)
  const processes = new WorkerProcesses(product.environment)
  const expectedExits = new Set<WorkerProcess>()
  let currentWorkers: readonly [WorkerProcess, WorkerProcess] = [processes.start(), processes.start()]
  owner.teardown(async () => {
    for (const { child } of currentWorkers) child.kill('SIGKILL')
    await Promise.all(currentWorkers.map(({ exited }) => exited))
    processes.close()
  })
  return {
    product,
    processes,
    profiles: await profilesOf(product, user),
    async workers() {
      for (const worker of currentWorkers) {
        const { exitCode, signalCode } = worker.child
        const hasEnded = exitCode !== null || signalCode !== null
        if (hasEnded && !expectedExits.has(worker))
          throw new Error(`${worker.name} ended unexpectedly: ${exitCode}`)
      }
      await Promise.all(currentWorkers.map(({ ready }) => ready))
      return currentWorkers
    },
    replace(exited) {
      const [one, other] = currentWorkers
      currentWorkers = one === exited ? [processes.start(), other] : [one, processes.start()]
    },
    expectExit: worker => void expectedExits.add(worker),
  }
}

/** Records who held each lease and since when, by session name; the product itself doesn't store that. */
const leaseTimelineSchema = `
  create table lease_timeline (
    id bigint generated always as identity primary key,
    subject uuid not null,
    fencing_token int not null,
    holds boolean not null,
    worker text not null default current_setting('application_name'),
    at timestamptz not null default clock_timestamp()
  );
  create index on lease_timeline (subject, fencing_token);
  -- Workers run with a separate role (decision 33).
  grant insert on lease_timeline to public;
  create function record_lease() returns trigger language plpgsql as $$
    begin
      if new.fencing_token <> old.fencing_token or (new.leased_until is null and old.leased_until is not null) then
        insert into lease_timeline (subject, fencing_token, holds) values (new.id, new.fencing_token, new.leased_until is not null);
      end if;
      return null;
    end $$;
  create trigger record_lease after update on report for each row execute function record_lease();
  create function record_refresh() returns trigger language plpgsql as $$
    begin
      if new.token_version <> old.token_version or new.refreshing_until is null then
        insert into lease_timeline (subject, fencing_token, holds)
        values (new.connection_id, new.token_version, new.refreshing_until is not null);
      end if;
      return null;
    end $$;
  create trigger record_refresh after update on connection_grant for each row execute function record_refresh()`

/** @returns milliseconds from the kill to another worker's lease, per report and token refresh of the killed worker. */
export async function measureTakeovers(
  { product }: ProductInstance,
  worker: string,
  killedAt: number,
): Promise<number[]> {
  const rows = await product.query<{ at: Date }>(
    `select min(taken.at) as at from lease_timeline held
     join lease_timeline taken on taken.subject = held.subject and taken.fencing_token > held.fencing_token and taken.holds
     where held.worker = $1 and held.holds
       and not exists (select from lease_timeline freed where freed.subject = held.subject and not freed.holds
                       and freed.worker = $1 and freed.fencing_token in (held.fencing_token, held.fencing_token + 1))
     group by held.id`,
    [worker],
  )
  return rows.map(({ at }) => Math.max(0, at.getTime() - killedAt))
}

/** Polls until true. @returns false at the deadline. */
export async function waitUntilTrue(
  condition: () => Promise<boolean> | boolean,
  seconds: number,
): Promise<boolean> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    if (await condition()) return true
    if (Date.now() > end) return false
    await sleep(50)
  }
}
