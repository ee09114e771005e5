import { setTimeout as sleep } from 'node:timers/promises'
import type { Switches } from '../../../sandbox/control/switches.ts'
import type { Process, Site } from '../outages/site.ts'

export interface InjectedFault {
  readonly name: string
  /** Pages may fail during the fault and shortly after it, because it hits our database or a web process. */
  readonly mayBreakPages?: true
  readonly begin: (site: Site) => Promise<void> | void
  readonly end: (site: Site) => Promise<void> | void
}

const atAmazon = (name: string, on: Partial<Switches>, off: Partial<Switches>): InjectedFault => ({
  name,
  begin: ({ product }) => product.sandbox.controls.set(on),
  end: ({ product }) => product.sandbox.controls.set(off),
})

const someCallsFail = (fault: Switches['faults'][number]['fault']): InjectedFault =>
  atAmazon(
    `a third of the calls: ${fault}`,
    {
      faults: (['create', 'status', 'download'] as const).map(call => ({
        call,
        region: null,
        fault,
        times: null,
        share: 1 / 3,
      })),
    },
    { faults: [] },
  )

/** Only the second process of a kind is killed, because the first one's memory is measured over the whole day. */
const secondProcess = (kind: Process['kind'], { processes }: Site): Process => {
  const process = processes.filter(other => other.kind === kind)[1]
  if (!process) throw new Error(`there is no second ${kind}`)
  return process
}

export const injectedFaults: readonly InjectedFault[] = [
  someCallsFail('503'),
  someCallsFail('reset'),
  someCallsFail('half_body'),
  someCallsFail('broken_json'),
  someCallsFail('429'),
  atAmazon('a region is down', { regionsDown: ['NA'] }, { regionsDown: [] }),
  atAmazon('a region is slow', { regionsSlow: { EU: 3 } }, { regionsSlow: {} }),
  atAmazon('the token endpoint fails', { tokenEndpoint: 'server_error' }, { tokenEndpoint: 'ok' }),
  atAmazon('the token endpoint hangs', { tokenEndpoint: 'hang' }, { tokenEndpoint: 'ok' }),
  atAmazon('60 report requests a minute at most', { requestsPerMinute: 60 }, { requestsPerMinute: null }),
  atAmazon(
    'truncated files',
    { download: { times: 5, fault: 'truncated' } },
    { download: { times: 0, fault: 'truncated' } },
  ),
  atAmazon(
    'corrupt files',
    { download: { times: 5, fault: 'corrupt' } },
    { download: { times: 0, fault: 'truncated' } },
  ),
  atAmazon('failed reports', { failReports: { spCampaigns: 2 } }, { failReports: {} }),
  {
    name: 'access tokens expired',
    begin: ({ product }) => product.sandbox.controls.expireAccessTokens(),
    end: () => undefined,
  },
  {
    name: 'Amazon cannot be reached',
    begin: ({ amazon }) => amazon.disconnect(),
    end: ({ amazon }) => amazon.reconnect(),
  },
  {
    name: 'Amazon never answers',
    begin: ({ amazon }) => amazon.dropData(),
    end: ({ amazon }) => {
      amazon.closeConnections()
      return amazon.reconnect()
    },
  },
  {
    name: 'database connections are closed',
    mayBreakPages: true,
    begin: ({ database }) => database.closeConnections(),
    end: () => undefined,
  },
  {
    name: 'the database cannot be reached',
    mayBreakPages: true,
    begin: ({ database }) => database.disconnect(),
    end: ({ database }) => database.reconnect(),
  },
  {
    name: 'the database never answers',
    mayBreakPages: true,
    begin: ({ database }) => database.dropData(),
    end: ({ database }) => database.reconnect(),
  },
  {
    name: 'a worker is killed',
    begin: async site => {
      const worker = secondProcess('worker', site)
      worker.child.kill('SIGKILL')
      await sleep(1000)
      await site.start(worker)
    },
    end: () => undefined,
  },
  {
    name: 'a worker is frozen',
    begin: site => void secondProcess('worker', site).child.kill('SIGSTOP'),
    end: site => void secondProcess('worker', site).child.kill('SIGCONT'),
  },
  {
    name: 'a web process is restarted',
    mayBreakPages: true,
    begin: async site => {
      const web = secondProcess('web', site)
      await site.stop(web)
      await site.start(web)
    },
    end: () => undefined,
  },
]
