import Glibc
import Synchronization

/// Ctrl-C: the loop ends at its next turn and the summary is still printed.
enum Interrupt {
  private static let flag = Atomic<Bool>(false)

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  static func install() {
    signal(SIGINT) { _ in Interrupt.flag.store(true, ordering: .relaxed) }
    signal(SIGTERM) { _ in Interrupt.flag.store(true, ordering: .relaxed) }
    // A broker that dies while being written to is an error code, not the end.
    signal(SIGPIPE, SIG_IGN)
  }
}
