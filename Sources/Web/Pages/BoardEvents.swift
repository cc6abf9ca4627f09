import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// How many boards are told of changes right now: each keeps a connection, which never gives way.
final class OpenBoards: Sendable {
  /// The place of one, until it is dropped.
  final class Place: Sendable {
    private let boards: OpenBoards

    fileprivate init(_ boards: OpenBoards) { self.boards = boards }

    deinit { boards.count.subtract(1, ordering: .relaxed) }
  }

  private let count = Atomic(0)

  /// - Throws: 503 when there are ``WebLimits/boardsMax``.
  func enter() throws -> Place {
    let (_, now) = count.add(1, ordering: .relaxed)
    let place = Place(self)
    guard now <= WebLimits.boardsMax else {
      throw Problem.unavailable("too many boards are open; this one renews itself once a minute")
    }
    return place
  }
}

extension Response {
  /// Server-sent events: the board's state at once, whenever it changes, and now and then so that
  /// the board knows that it is connected. A browser comes back when they end.
  static func boardEvents(of board: Board) -> Response {
    var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
    // Else nginx keeps events until it has a page of them.
    if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: "retry: \(WebLimits.boardRetryMilliseconds)\n\n"))
        var seen: UInt32?
        for second in 0..<WebLimits.boardSeconds where !Task.isShuttingDownGracefully {
          let changes = board.changes
          if second % WebLimits.boardAliveSeconds == 0 || changes != seen {
            seen = changes
            let state = try await board.state()
            try await writer.write(ByteBuffer(string: "event: state\ndata: \(state)\n\n"))
          }
          try await Task.sleep(for: .seconds(1))
        }
        try await writer.finish(nil)
      })
  }
}
