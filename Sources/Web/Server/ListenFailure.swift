import Foundation
import NIOCore

/// Why nothing can listen at an address, where the address is at fault and another would do.
public struct ListenFailure: Error, Equatable {
  /// What is wrong, and what to do; for the end of a line.
  public let reason: String

  /// nil for any other error: then the address is as good as any.
  public init?(_ error: any Error) {
    switch error {
    case let error as IOError:
      switch error.errnoCode {
      case EADDRINUSE: reason = "something else listens there; stop it, or take another port"
      case EADDRNOTAVAIL, EAFNOSUPPORT: reason = "this machine has no such address"
      case EACCES, EPERM:
        reason = "this user may not listen there; take a port from 1024 on"
      default: return nil
      }
    case is SocketAddressError.UnknownHost: reason = "no such host is known"
    default: return nil
    }
  }
}
