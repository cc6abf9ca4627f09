import Glibc
import NIOCore
import Testing

@testable import Web

@Suite struct ListenFailureTests {
  private struct Other: Error {}

  @Test("errors that another address would mend are told apart from all others")
  func told() throws {
    for (number, word) in [
      (EADDRINUSE, "listens there"), (EADDRNOTAVAIL, "no such address"), (EACCES, "user"),
    ] {
      let failure = try #require(ListenFailure(IOError(errnoCode: number, reason: "bind")))
      #expect(failure.reason.contains(word))
    }
    do {
      _ = try SocketAddress.makeAddressResolvingHost("no-such-host.invalid", port: 80)
      Issue.record("a host that cannot be")
    } catch {
      #expect(ListenFailure(error)?.reason == "no such host is known")
    }
    for number in [EMFILE, ENOBUFS, ENOMEM, EIO] {
      #expect(ListenFailure(IOError(errnoCode: number, reason: "accept")) == nil)
    }
    #expect(ListenFailure(Other()) == nil && ListenFailure(CancellationError()) == nil)
  }
}
