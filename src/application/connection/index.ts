export { AskErasure } from './ask-erasure.ts'
export { BeginAuthorisation } from './begin-authorisation.ts'
export { type Choice, ChooseProfile, type Chosen } from './choose-profile.ts'
export { CompleteAuthorisation, type Return } from './complete-authorisation.ts'
export { CompleteRenewal, type Renewal } from './complete-renewal.ts'
export { Disconnect } from './disconnect.ts'
export { EndPending } from './end-pending.ts'
export { EraseConnections } from './erase-connections.ts'
export { FollowConnectLink } from './follow-connect-link.ts'
export { ForgetVerifiers } from './forget-verifiers.ts'
export { IdentifyAmazonUsers } from './identify-amazon-users.ts'
export { MakeCurrent } from './make-current.ts'
export { GrantGone, GrantsDoubted, LoseAuthorisation, MintAccessToken } from './mint-access-token.ts'
export { type Offer, OfferProfiles } from './offer-profiles.ts'
export {
  AmazonLogin,
  Connections,
  PendingConnections,
  ProfileDirectory,
  type SellerRecord,
  SellerRecords,
} from './ports.ts'
export { ReadProfiles } from './read-profiles.ts'
export { StartSyncs } from './start-syncs.ts'
export { ViewOffer } from './view-offer.ts'
export { ViewRenewal } from './view-renewal.ts'
