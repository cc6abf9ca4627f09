import NIOCore
import Synchronization

/// Every open connection of HTTP, and who gives way when there are too many.
///
/// A connection in the middle of a request never gives way; of the others the one that has waited
/// longest for a request does. So silent connections cannot keep anybody out.
final class ConnectionTable: Sendable {
  /// One connection, as the table sees it.
  final class Connection: Sendable {
    let channel: any Channel
    /// nil = a proxy's, which is as many clients as it likes.
    let address: ClientAddress?
    /// Since when no request is being answered, nanoseconds of the loop's clock; 0 = one is.
    let waitingSince: Atomic<UInt64>

    init(_ channel: any Channel, of address: ClientAddress?) {
      self.channel = channel
      self.address = address
      waitingSince = Atomic(NIODeadline.now().uptimeNanoseconds)
    }

    func setWaiting(_ isWaiting: Bool) {
      waitingSince.store(
        isWaiting ? NIODeadline.now().uptimeNanoseconds : 0, ordering: .relaxed)
    }
  }

  private struct State {
    var connections: [ObjectIdentifier: Connection] = [:]
    var countByAddress: [ClientAddress: Int] = [:]
    var isClosed = false
    var gaveWay = 0
    var refused = 0

    mutating func remove(_ connection: Connection) {
      guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
      guard let address = connection.address else { return }
      let left = countByAddress[address, default: 1] - 1
      countByAddress[address] = left == 0 ? nil : left
    }

    /// Who has waited longest for a request, of one address or of all; linear.
    func longestWaiting(of address: ClientAddress?) -> Connection? {
      connections.values.lazy
        .filter { address == nil || $0.address == address }
        .map { ($0, $0.waitingSince.load(ordering: .relaxed)) }
        .filter { $0.1 > 0 }
        .min { $0.1 < $1.1 }?.0
    }
  }

  private let connectionsMax: Int
  private let perAddressMax: Int
  private let proxies: TrustedProxies
  private let state = Mutex(State())

  init(
    connectionsMax: Int, perAddressMax: Int = WebLimits.connectionsPerAddressMax,
    proxies: TrustedProxies = .none
  ) {
    self.connectionsMax = connectionsMax
    self.proxies = proxies
    self.perAddressMax = min(perAddressMax, connectionsMax)
  }

  /// Connections that the kernel may hand over at most, until refused ones are closed.
  var acceptedMax: Int { connectionsMax + WebLimits.descriptorsReserved / 2 }

  /// Takes a connection in, if need be in the place of one that waits, which is closed.
  ///
  /// - Returns: nil when every place is taken by a request.
  func admit(_ channel: any Channel) -> Connection? {
    let remote = IPAddress(channel.remoteAddress)
    let address = proxies.contains(remote) ? nil : ClientAddress(remote)
    let connection = Connection(channel, of: address)
    let (isAdmitted, gone) = state.withLock { state -> (Bool, Connection?) in
      if state.isClosed { return (false, nil) }
      let isFullAddress =
        address.map { state.countByAddress[$0, default: 0] >= perAddressMax } ?? false
      var gone: Connection?
      if isFullAddress || state.connections.count >= connectionsMax {
        gone = state.longestWaiting(of: isFullAddress ? address : nil)
        guard let gone else {
          state.refused += 1
          return (false, nil)
        }
        state.gaveWay += 1
        state.remove(gone)
      }
      state.connections[ObjectIdentifier(connection)] = connection
      if let address { state.countByAddress[address, default: 0] += 1 }
      return (true, gone)
    }
    gone?.channel.cut()
    return isAdmitted ? connection : nil
  }

  func remove(_ connection: Connection) {
    state.withLock { $0.remove(connection) }
  }

  /// Connections that are open, and since the start those that gave way and those refused.
  var numbers: (open: Int, gaveWay: Int, refused: Int) {
    state.withLock { ($0.connections.count, $0.gaveWay, $0.refused) }
  }

  /// Closes every connection, whatever it does, and takes none in any more.
  func closeAll() {
    let connections = state.withLock { state in
      state.isClosed = true
      return Array(state.connections.values)
    }
    for connection in connections { connection.channel.cut() }
  }
}
