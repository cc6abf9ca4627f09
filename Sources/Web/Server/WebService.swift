import CivilTime
import Ingest
import Publishing
import Queries
import Registry
import Store

/// What endpoints ask: everything that is behind HTTP.
struct WebService: Sendable {
  let site: CurrentSite
  let reader: StoreReader
  /// For single presses alone.
  let pressReader: StoreReader
  let access: Access
  let publications: PublicationStore
  let annotations: AnnotationStore
  let claims: ClaimStore
  let credentials: CredentialStore
  let offers: FirmwareOffers
  let claimGuesses = ClaimGuesses()
  let claimsUnderWay = ClaimsUnderWay()
  /// nil = claims bring no login at the broker.
  let logins: (any BrokerLogins)?
  let configurations: ToldConfigurations
  let queue: SubmissionQueue
  let registries: RegistryQueue
  let imports: ImportWorker
  let status: IngestStatus
  let connections: ConnectionTable
  let budget = AnswerBudget()
  let spoolSpace = SpoolSpace()
  let pressReads = PressReads()
  let deviceLook = DeviceLook<(silent: Int, lowBattery: Int, behind: Int, erasedFrames: Int)>()
  let openBoards = OpenBoards()
  let requestTimes: RequestTimes
  let publicAnswers: PublicAnswers
  /// UTC since 1970.
  let startedAtMilliseconds: Int64
  let nowMilliseconds: @Sendable () -> Int64
  let monotonicMilliseconds: @Sendable () -> Int64

  /// What the ingest thread is stuck at; nil while it goes on.
  var delay: IngestDelay? {
    status.delay(nowMilliseconds: monotonicMilliseconds())
  }

  /// Whether a client's copy still holds.
  func tag(_ revision: DataRevision, form: String, hours: Range<UTCHour>) -> EntityTag {
    let now = nowMilliseconds()
    return EntityTag(
      revision, form: form, hours: hours, day: site.current?.day(holdingBackAt: now),
      startedAtMilliseconds: startedAtMilliseconds, nowMilliseconds: now)
  }
}
