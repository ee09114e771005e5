import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { eventually } from './support/eventually.ts'
import { namesIn } from './support/metrics.ts'
import { startTestProduct } from './support/product/test-product.ts'

const project = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(project, file), 'utf8')
const files = ['deploy/grafana/ads.json', 'deploy/prometheus/alerts.yml']

/** Names of our metrics, without histogram suffixes. */
const ourMetricsIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\bads_[a-z0-9_]+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')),
  ),
]

t.test('S-52 a running product exports every metric named in the dashboard, alerts and document', async t => {
  const product = await startTestProduct(t)
  let exportedNames: string[] = []
  // On a busy machine the first responses are without the metrics that are counted in the database.
  await eventually('the database metrics are exported', async () => {
    exportedNames = namesIn(await (await fetch(`${product.address}/metrics`)).text())
    return exportedNames.includes('ads_reports_open')
  })
  const ourNames = exportedNames.filter(name => name.startsWith('ads_')).sort()

  t.ok(ourNames.length > 20)
  for (const file of files) {
    const usedNames = ourMetricsIn(read(file))
    t.ok(usedNames.length > 5, file)
    t.strictSame(
      usedNames.filter(name => !exportedNames.includes(name)),
      [],
      file,
    )
  }
  const documented = ourMetricsIn(read('docs/observability.md')).sort()
  t.strictSame(documented, ourNames, 'the document lists exactly our metrics')
  const nodeNames = [...read('deploy/grafana/ads.json').matchAll(/\b(?:process|nodejs)_[a-z0-9_]+/g)].map(
    ([name]) => name,
  )
  t.strictSame(
    nodeNames.filter(name => !exportedNames.includes(name)),
    [],
    'Node’s own metrics are exported too',
  )
})

t.test('S-52 each alert has a delay, a severity, a summary and a runbook', async t => {
  const alerts = read('deploy/prometheus/alerts.yml').split('- alert: ').slice(1)

  t.ok(alerts.length >= 10)
  for (const alert of alerts) {
    const [name] = alert.split('\n')
    t.match(alert, /\n {8}for: \d+m\n/, `${name} has a delay`)
    t.match(alert, /severity: (page|ticket) }/, `${name} has a severity`)
    t.match(alert, /\n {10}summary: [A-Z].*[.?]\n/, `${name} has a summary`)
    t.match(alert, /\n {10}runbook: docs\/incidents\.md#[a-z-]+\n/, `${name} has a runbook`)
  }
  const anchors = alerts.map(alert => /incidents\.md#([a-z-]+)/.exec(alert)?.[1] ?? '')
  t.equal(new Set(anchors).size, anchors.length)
  if (existsSync(join(project, 'docs/incidents.md'))) {
    const headings = [...read('docs/incidents.md').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(' ', '-'),
    )
    t.strictSame(
      anchors.filter(anchor => !headings.includes(anchor)),
      [],
    )
  }
})

t.test('S-52 a process that is down or no longer scraped raises its own alert', async t => {
  const alerts = read('deploy/prometheus/alerts.yml')
  const jobs = [...read('deploy/prometheus/prometheus.yml').matchAll(/job_name: (\S+)/g)].map(
    ([, job = '']) => job,
  )

  t.equal(jobs.length, 2)
  for (const job of jobs)
    t.ok(alerts.includes(`expr: sum(up{job="${job}"}) == 0 or absent(up{job="${job}"})\n`), job)
  t.match(alerts, 'expr: absent(ads_database_up)\n')
})

t.test('every panel of the dashboard has a query', async t => {
  const { panels } = JSON.parse(read('deploy/grafana/ads.json')) as {
    panels: { id: number; type: string; title: string; targets?: { expr: string }[] }[]
  }

  t.ok(panels.length > 20)
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  t.strictSame(
    panels.filter(({ type, targets }) => type !== 'row' && !targets?.every(({ expr }) => expr)),
    [],
  )
})

t.test('S-54 every program that the image and the services start exists', async t => {
  const programs = ['deploy/Dockerfile', 'docker-compose.yml'].flatMap(file =>
    [...read(file).matchAll(/(?:src|sandbox|deploy)\/[\w/-]+\.(?:ts|sh)\b/g)].map(([program]) => program),
  )

  t.ok(programs.includes('src/commands/main.ts'))
  t.strictSame(
    programs.filter(program => !existsSync(join(project, program))),
    [],
  )
})
