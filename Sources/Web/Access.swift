import Foundation
import HTTPTypes
import Hummingbird
public import Store

/// Who asks, as their token says.
enum Bearer: Equatable {
  case administrator
  case reader
  case device(String)
}

/// Tells bearers by their tokens. Nothing is allowed without one.
public struct Access: Sendable {
  private let adminHash: Data?
  private let tokens: TokenStore

  /// - Parameter adminToken: has every right; nil = there is none.
  public init(adminToken: String?, tokens: TokenStore) {
    adminHash = adminToken.map(Token.hash)
    self.tokens = tokens
  }

  /// The bearer of the request's token.
  ///
  /// - Throws: 401 without a token or with one that was never made.
  func bearer(of request: Request) async throws -> Bearer {
    guard let header = request.headers[.authorization],
      header.prefix(7).lowercased() == "bearer "
    else { throw Self.unauthorized("a bearer token is needed: Authorization: Bearer …") }
    let hash = Token.hash(String(header.dropFirst(7).trimmingPrefix(" ")))
    // Hashes are compared, so the time it takes says nothing about the token.
    if let adminHash, adminHash == hash { return .administrator }
    guard let token = try await tokens.find(hash: hash) else {
      throw Self.unauthorized("this token is not known; it may have been withdrawn")
    }
    switch token.role {
    case .reader: return .reader
    case .device: return .device(token.device ?? "")
    }
  }

  /// Lets administrators and readers pass.
  func requireReader(_ request: Request) async throws {
    switch try await bearer(of: request) {
    case .administrator, .reader: return
    case .device:
      throw Problem(.forbidden, "a device's token posts presses and reads nothing")
    }
  }

  /// Lets administrators and the device itself pass.
  func requireDevice(_ device: String, _ request: Request) async throws {
    switch try await bearer(of: request) {
    case .administrator: return
    case .device(device): return
    case .device(let other):
      throw Problem(.forbidden, "this token is of device '\(other)', not of '\(device)'")
    case .reader:
      throw Problem(.forbidden, "a reader's token posts nothing; use the device's own")
    }
  }

  private static func unauthorized(_ detail: String) -> Problem {
    var problem = Problem(.unauthorized, detail)
    problem.headers[.wwwAuthenticate] = "Bearer realm=\"pikapalaute\""
    return problem
  }
}
