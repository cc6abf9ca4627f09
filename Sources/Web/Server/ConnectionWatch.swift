import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Watches one connection from its opening to its end: that there is room for it, that what it
/// sends comes in time, and that it takes what it asked for.
///
///     open ─▶ head ─▶ body ─▶ answer ─▶ head …      seconds for each: WebLimits
final class ConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let table: ConnectionTable
  private var connection: ConnectionTable.Connection?
  private var checks: RepeatedTask?

  /// Requests whose answer is not written yet.
  private var requestsOpen = 0
  private var isFirst = true
  private var waitingSince = NIODeadline.now()
  /// Since when a body comes, and what came of it; nil between bodies.
  private var body: (since: NIODeadline, bytes: Int64)?
  private var answeredAt = NIODeadline.now()
  private var bytesWritten: Int64 = 0
  /// From when on it is counted what the client takes, and what it had by then.
  private var taking: (since: NIODeadline, bytes: Int64)?

  init(_ table: ConnectionTable) {
    self.table = table
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { begin(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
  }

  private func begin(_ context: ChannelHandlerContext) {
    if connection != nil { return }
    guard let admitted = table.admit(context.channel) else { return refuse(context) }
    connection = admitted
    waitingSince = .now()
    try? context.channel.syncOptions?.setOption(Self.unsentBytes, value: WebLimits.unsentBytesMax)
    let bound = NIOLoopBound((watch: self, context: context), eventLoop: context.eventLoop)
    checks = context.eventLoop.scheduleRepeatedTask(
      initialDelay: .seconds(1), delay: .seconds(1)
    ) { _ in bound.value.watch.check(bound.value.context) }
  }

  private func end() {
    checks?.cancel()
    checks = nil
    if let connection { table.remove(connection) }
  }

  /// TCP_NOTSENT_LOWAT: the kernel takes no more than it can send soon.
  private static let unsentBytes = ChannelOptions.Types.SocketOption(
    level: .tcp, name: NIOBSDSocket.Option(rawValue: 25))

  private func refuse(_ context: ChannelHandlerContext) {
    let head = HTTPResponse(
      status: .serviceUnavailable,
      headerFields: [.retryAfter: "1", .connection: "close", .contentLength: "0"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      isFirst = false
      requestsOpen += 1
      body = (.now(), 0)
      connection?.setWaiting(false)
    case .body(let bytes):
      body?.bytes += Int64(bytes.readableBytes)
    case .end:
      body = nil
      if requestsOpen == 0 { waitForHead() }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head: break
    case .body(let bytes): bytesWritten += Int64(bytes.readableBytes)
    case .end:
      requestsOpen -= 1
      answeredAt = .now()
      if requestsOpen == 0 { waitForHead() }
    }
    context.write(data, promise: promise)
  }

  private func waitForHead() {
    waitingSince = .now()
    connection?.setWaiting(true)
  }

  private func check(_ context: ChannelHandlerContext) {
    let now = NIODeadline.now()
    let owed = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    // Who still takes the last answer need not ask for the next.
    if requestsOpen == 0 && body == nil && owed > 0 { waitingSince = now }
    if isLate(now) || isNotTaking(owed, now) { context.channel.cut() }
  }

  private func isLate(_ now: NIODeadline) -> Bool {
    if let body {
      if requestsOpen == 0 { return now - answeredAt >= .seconds(WebLimits.restSeconds) }
      let allowed = WebLimits.bodySeconds + body.bytes / WebLimits.bodyBytesPerSecondMin
      return now - body.since >= .seconds(allowed)
    }
    if requestsOpen > 0 { return false }
    let allowed = isFirst ? WebLimits.firstHeadSeconds : WebLimits.nextHeadSeconds
    return now - waitingSince >= .seconds(allowed)
  }

  /// Whether more waits for the client and it has not taken enough of it for too long.
  private func isNotTaking(_ owed: Int, _ now: NIODeadline) -> Bool {
    if owed == 0 {
      taking = nil
      return false
    }
    let taken = bytesWritten - Int64(owed)
    guard let taking, taken - taking.bytes < WebLimits.takingBytesMin else {
      self.taking = (now, taken)
      return false
    }
    return now - taking.since >= .seconds(WebLimits.takingSeconds)
  }
}
