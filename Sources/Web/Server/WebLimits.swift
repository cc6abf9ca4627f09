import Queries

/// What HTTP takes on at once, each number with its unit and its reason.
///
/// Memory that clients can make it hold: ``answerBytesMax`` for answers, `submissionBytesMax` of
/// `IngestLimits` for presses, ``publicBytesMax`` for public answers that stand ready, and some
/// 64 KiB for each connection; of the disk ``spoolBytesMax``.
public enum WebLimits {
  // MARK: Connections

  /// Open connections: each takes a descriptor and some 30 KiB.
  public static let connectionsMax = 2048
  /// Connections that the kernel keeps until they are accepted: with fewer, a burst of a thousand has
  /// an honest client try again after a second.
  public static let connectionsUnacceptedMax = 2048
  /// File descriptors kept for the database, its readers, the broker and commands beside it.
  public static let descriptorsReserved = 256
  /// Open connections of one address, of IPv6 one /64: an eighth of all. Above it the one that has
  /// waited longest for a request gives way, so that a proxy, whose address is everybody's, loses
  /// connections that it merely keeps.
  static let connectionsPerAddressMax = 256
  /// Bytes of a request's head, as large as common proxies let it be.
  static let headBytesMax = 32_768
  /// Seconds from opening a connection to the end of its first head: it is sent at once.
  static let firstHeadSeconds: Int64 = 10
  /// Seconds from an answer to the end of the next head, whether bytes of it drip or none come:
  /// browsers and proxies keep connections that long.
  static let nextHeadSeconds: Int64 = 60
  /// Seconds that a body may take, and what it must bring a second from then on, bytes: a tenth of
  /// a GPRS line. A press message of 131 072 bytes has 138 s.
  static let bodySeconds: Int64 = 10
  static let bodyBytesPerSecondMin: Int64 = 1024
  /// Seconds that the rest of a body is waited for after its answer.
  static let restSeconds: Int64 = 10
  /// Seconds in which a client must take so many bytes while more wait for it: 2 KiB a second.
  static let takingSeconds: Int64 = 30
  static let takingBytesMin: Int64 = 65_536
  /// Seconds that the goodbye of TLS may take.
  static let farewellSeconds: Int64 = 1
  /// How long browsers come by TLS only once they did, seconds: a year.
  static let transportSecuritySeconds = 31_536_000
  /// How long a browser remembers that another origin's page may send presses, seconds.
  static let crossOriginSeconds = 3600
  /// How long reading the same single presses again stands in no new line of the audit log,
  /// milliseconds.
  static let pressReadMilliseconds: Int64 = 3_600_000
  /// Ranges of single presses that are remembered so.
  static let pressReadsRemembered = 1024
  /// Bytes unsent in the kernel; it would take 4 MiB of each answer that nobody reads, and tell
  /// late that they left.
  static let unsentBytesMax = 131_072

  // MARK: Answers

  /// Bytes of memory of large answers on their way: four of the largest, two of one bearer.
  static let largeAnswerBytesMax = 4 * QueryLimits.largestAnswerBytes
  /// The same of all: 64 MiB are for small ones only, so that these never wait for large ones.
  static let answerBytesMax = largeAnswerBytesMax + 64 << 20
  /// An answer that needs more bytes is large: some 10 000 rows.
  static let smallAnswerBytes = 1 << 20
  /// An answer made whole is counted above so many bytes; below it is within what a connection has.
  static let uncountedAnswerBytes = 65_536
  /// Rows read for an answer above which it is one of the heavy reads: some 50 ms.
  static let heavyReadRows = 50_000
  /// Heavy reads at once: half of the connections that read, so that others find one free.
  static let heavyReadsMax = 2
  /// Reads of single presses at once, each on a connection of its own, so that results never wait
  /// for them.
  public static let pressReadsMax = 2
  /// Requests that wait for their turn, of all bearers and of one, and how long, seconds; then 503.
  static let waitingMax = 256
  static let waitingPerBearerMax = 64
  static let waitingSeconds = 10

  /// How often a question is asked again that was planned by a registry which holds no more, and
  /// how long after: making the index of the largest site takes a second.
  static let registryTriesMax = 20
  static let registryTryPause = Duration.milliseconds(100)

  // MARK: Files

  /// Bytes of the temporary folder's disk for files on their way: four of the largest, two of one
  /// bearer.
  static let spoolBytesMax = 4 * QueryLimits.fileBytesMax
  /// Bytes that such files leave free on that disk: it may be the database's.
  static let spoolFreeBytesMin = 1 << 30
  /// When who found no room may try again, seconds: a file is some minutes on its way.
  static let spoolRetrySeconds = 60

  // MARK: Browsers

  /// How long a session lasts, seconds: a working day.
  static let sessionSeconds: Int64 = 12 * 3600
  /// Sessions at once, of all and of one token or person: some hundred bytes each, of a person with the
  /// provider's word, which goes back when they sign out, some 2 KiB.
  static let sessionsMax = 10_000
  static let sessionsPerTokenMax = 100
  /// Bytes of a registry that is sent: the largest site has some 6 MiB.
  static let registryBytesMax = 8 << 20
  /// Bytes of a file of history, ten million presses and more, and of the mapping before it.
  static let importBytesMax = 2 << 30
  static let importMappingBytesMax = 8 << 20
  /// Bytes of a form, and of the body of an annotation.
  static let formBytesMax = 16_384

  // MARK: Notice boards

  /// Boards that are told of changes at once: a sixteenth of the connections. Others renew themselves
  /// once a minute.
  static let boardsMax = 128
  /// Those of one address, of IPv6 one /64: a quarter of all. Screens of a whole city may come from one.
  static let boardsPerAddressMax = 32
  /// How long one is told before it must come back, seconds: a place is free again by then.
  static let boardSeconds = 600
  /// How often one hears something, seconds: at 25 it says that its connection is lost.
  static let boardAliveSeconds = 10
  /// When it comes back, milliseconds.
  static let boardRetryMilliseconds = 3000

  // MARK: What everybody may ask

  /// How old the numbers of silent devices and low batteries in `/metrics` may be: looking reads all
  /// cursors of devices.
  static let deviceLookMilliseconds: Int64 = 10_000

  /// Bytes of public answers that stand ready.
  static let publicBytesMax = 64 << 20
  /// Public answers made at once and waiting to be made; above it 503.
  static let publicMakingMax = 64

  /// Requests with unknown tokens answered at once in each second: a fleet whose tokens were
  /// withdrawn hears so without delay.
  static let refusedTokensPerSecondMax = 20
  /// How long the others wait for their 401.
  static let refusedTokenDelay = Duration.seconds(1)
  /// Requests that wait so: a quarter of the connections of one address, since none of them gives way
  /// meanwhile. Beyond it tokens that were never known hear 503 without being looked up.
  static let refusedTokensWaitingMax = 64

  /// Lines of the log in a minute about refusals of one reason: the others are counted.
  static let refusalLinesPerMinuteMax = 10

  /// Wrong claim codes looked up in a minute, of one address and of all: at ten a second somebody who
  /// guesses at a thousand codes of 60 bits finds one in three million years.
  static let claimGuessesPerAddressMax = 60
  static let claimGuessesMax = 600
  /// How long the codes of new phones are good, milliseconds: a week, as those of `claim make`.
  static let phoneCodeMilliseconds: Int64 = 7 * 86_400_000
}
