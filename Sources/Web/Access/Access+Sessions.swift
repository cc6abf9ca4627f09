import Foundation
import HTTPTypes
import Hummingbird
import Store

/// Whoever signed in sees and ends the sessions of theirs; administrators those of all.
extension Access {
  /// The sessions that somebody may see and end, the one seen last first.
  ///
  /// - Throws: `StoreError`.
  func sessions(of admission: Admission) async throws -> [Sessions.Session] {
    let seen = sessions.list(nowMilliseconds: nowMilliseconds()).filter(admission.sees)
    var opening: [Sessions.Session] = []
    var known: [Data: Bool] = [:]
    for session in seen {
      if case (.token(let hash), .token) = (session.holder, session.author) {
        if known[hash] == nil { known[hash] = try await opens(hash) }
        guard known[hash] == true else { continue }
      }
      opening.append(session)
    }
    return opening
  }

  /// Ends those that are meant, among the ones that somebody may see. They end even when the audit log
  /// cannot be written.
  ///
  /// - Returns: how many they were.
  /// - Throws: `StoreError`.
  func endSessions(
    of admission: Admission, where isMeant: (Sessions.Session) -> Bool
  ) async throws -> Int {
    let ended = sessions.end { admission.sees($0) && isMeant($0) }
    guard let actor = admission.author?.actor else { return 0 }
    let stamp = AuditStamp(actor: actor, nowMilliseconds: nowMilliseconds())
    for session in ended {
      try await record(
        .sessionEnded, "session \(session.id) of \(session.author.actor)", stamp)
    }
    return ended.count
  }

  /// A session of a token that was withdrawn is none any more, though its cookie is still known.
  private func opens(_ hash: Data) async throws -> Bool {
    guard let token = try await tokens.find(hash: hash) else { return false }
    return token.expiresAtMilliseconds.map { $0 > nowMilliseconds() } ?? true
  }
}

extension Access.Admission {
  fileprivate func sees(_ session: Sessions.Session) -> Bool {
    role == .administrator || author.map { $0.actor == session.author.actor } ?? false
  }
}
