export { GetAccessToken, InvalidGrant, RecordAuthorisationLoss } from './authorisation/get-access-token.ts'
export { Disconnect } from './disconnect.ts'
export { EndPendingConnection } from './end-pending-connection.ts'
export { Connections, PendingConnections, type SellerState } from './ports.ts'
