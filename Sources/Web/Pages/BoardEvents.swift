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
    private let address: ClientAddress

    fileprivate init(_ boards: OpenBoards, _ address: ClientAddress) {
      self.boards = boards
      self.address = address
    }

    deinit { boards.leave(address) }
  }

  private struct State {
    var all = 0
    var byAddress: [ClientAddress: Int] = [:]
  }

  private let state = Mutex(State())

  /// - Throws: 503 when there are ``WebLimits/boardsMax``, or as many of one address as it may have.
  func enter(_ address: ClientAddress) throws -> Place {
    let isRoom = state.withLock { state in
      let own = state.byAddress[address, default: 0]
      guard state.all < WebLimits.boardsMax, own < WebLimits.boardsPerAddressMax else {
        return false
      }
      state.all += 1
      state.byAddress[address] = own + 1
      return true
    }
    guard isRoom else {
      throw Problem.unavailable("too many boards are open; this one renews itself once a minute")
    }
    return Place(self, address)
  }

  private func leave(_ address: ClientAddress) {
    state.withLock { state in
      state.all -= 1
      let own = state.byAddress[address, default: 1] - 1
      state.byAddress[address] = own == 0 ? nil : own
    }
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
