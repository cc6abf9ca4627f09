import Foundation
import Glibc
import Logging
import Synchronization

/// What systemd hears of the service: datagrams to the socket that `NOTIFY_SOCKET` names, as
/// sd_notify(3) describes them. Nobody hears anything where that is not set.
final class Systemd: Sendable {
  enum State: String {
    /// HTTP is served, the store is open.
    case ready = "READY=1"
    case stopping = "STOPPING=1"
    /// All is well; missed for `WATCHDOG_USEC`, the service is killed and started anew.
    case watchdog = "WATCHDOG=1"
  }

  /// A path, or with '@' before it a name in the abstract namespace; nil = nobody listens.
  private let socketName: String?
  /// Within which time systemd wants to hear that all is well; nil = it does not ask.
  let watchdog: Duration?
  private let logger: Logger
  private let isHeard = Atomic(true)

  /// Reads what systemd set for this process.
  init(environment: [String: String] = ProcessInfo.processInfo.environment, logger: Logger) {
    self.logger = logger
    socketName = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    // A watchdog of another process, which passed its environment on, is none of ours.
    let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdog =
      socketName != nil && isOurs && microseconds > 0 ? .microseconds(microseconds) : nil
  }

  /// Sends a state and does not wait; the first of several failures is logged.
  func tell(_ state: State) {
    guard let socketName else { return }
    let failure = Self.send(state.rawValue, to: socketName)
    let wasHeard = isHeard.exchange(failure == nil, ordering: .relaxed)
    if let failure, wasHeard {
      logger.error(
        "systemd was not told \(state.rawValue): NOTIFY_SOCKET '\(socketName)': \(failure)")
    }
  }

  /// - Returns: what went wrong, if anything did.
  private static func send(_ text: String, to socketName: String) -> String? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    var name = Array(socketName.utf8)
    let isAbstract = socketName.hasPrefix("@")
    guard isAbstract || socketName.hasPrefix("/"), name.count < room else {
      return "not a path from / or a name after @ of at most \(room - 1) bytes"
    }
    // The length says where an abstract name ends; a path ends with a zero, which is there already.
    if isAbstract { name[0] = 0 }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let length =
      MemoryLayout<sockaddr_un>.size - room + name.count + (isAbstract ? 0 : 1)
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    if descriptor < 0 { return unsafe String(cString: strerror(errno)) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    let sent = unsafe withUnsafeBytes(of: &address) { address in
      unsafe sendto(
        descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL),
        address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
    return sent == bytes.count ? nil : unsafe String(cString: strerror(errno))
  }
}
