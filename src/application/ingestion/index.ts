export { ControlSync } from './control-sync.ts'
export { RequestSync } from './request-sync.ts'
export { typicalDurationsFor } from './typical-durations.ts'
