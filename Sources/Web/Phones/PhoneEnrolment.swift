import CivilTime
import HTTPTypes
import Hummingbird
import Ingest
import Pages
import Queries
import Registry
import Store

/// New phones of a team, with the codes that give them their credentials.
struct PhoneEnrolment {
  var touchpoint: String
  var expiresAtMilliseconds: Int64
  var phones: [PhoneCodesPage.Code]
}

/// What one of a team's phones is changed by: 403 for places that are not theirs, 409 when another version
/// of the registry holds than they saw, 422 for what cannot be.
extension Call {
  /// Adds phones to the team that the path names, in one version of the registry, and makes a code for
  /// each.
  ///
  /// - Parameter expected: the version that they saw; nil = whichever holds.
  func enrolPhones(_ count: Int, expecting expected: Int64?) async throws -> PhoneEnrolment {
    let phones = try await changePhones(expecting: expected) {
      (edit, node, minute) throws(RegistryEditError) in
      var random = SystemRandomNumberGenerator()
      return try edit.addingPhones(count, at: node, from: minute, using: &random)
    }
    return try await makeCodes(phones)
  }

  /// Ends a phone of the team and adds one in its place, with a code.
  func renewPhone(_ phone: String, expecting expected: Int64) async throws -> PhoneEnrolment {
    let new = try await changePhones(expecting: expected) {
      (edit, node, minute) throws(RegistryEditError) in
      var random = SystemRandomNumberGenerator()
      return try edit.renewingPhone(phone, at: node, from: minute, using: &random)
    }
    try await withdrawCredential(of: phone)
    return try await makeCodes([new])
  }

  /// Ends a phone of the team.
  func withdrawPhone(_ phone: String, expecting expected: Int64) async throws {
    try await changePhones(expecting: expected) {
      (edit, node, minute) throws(RegistryEditError) in
      (try edit.withdrawingPhone(phone, at: node, from: minute), ())
    }
    try await withdrawCredential(of: phone)
  }

  private func withdrawCredential(of phone: String) async throws {
    _ = try await service.credentials.withdraw(device: phone, by: try stamp)
  }

  private var stamp: AuditStamp {
    get throws {
      AuditStamp(actor: try author.actor, nowMilliseconds: service.nowMilliseconds())
    }
  }

  private func makeCodes(_ phones: [String]) async throws -> PhoneEnrolment {
    let stamp = try stamp
    let expiry = stamp.nowMilliseconds + WebLimits.phoneCodeMilliseconds
    let codes = phones.map { (device: $0, code: ClaimCode()) }
    try await service.claims.add(codes, expiresAtMilliseconds: expiry, by: stamp)
    return PhoneEnrolment(
      touchpoint: try self[Parameters.nodeOfPath], expiresAtMilliseconds: expiry,
      phones: codes.map { phone, code in
        PhoneCodesPage.Code(
          phone: phone, code: code.description, address: "\(request.origin)/visit#\(code)")
      })
  }

  /// Applies an edit of the team that the path names to the registry that holds.
  private func changePhones<Value>(
    expecting expected: Int64?,
    _ change: (RegistryEdit, _ node: String, UTCMinute) throws(RegistryEditError) -> (
      yaml: String, Value
    )
  ) async throws -> Value {
    let node = try self[Parameters.nodeOfPath]
    try scope.covers(node)
    let actor = try author.actor
    guard service.status.current.isStoring else { throw RegistryRequest.unavailable }
    let name = "phones of \(node)"
    for _ in 0..<WebLimits.registryTriesMax {
      let (version, yaml) = try await service.reader.read {
        (try $0.registryRevision(), try $0.registryYAML())
      }
      guard let yaml else { throw QueryError.noRegistry }
      if let expected, expected != version { throw Self.outdated }
      let edited: (yaml: String, value: Value)
      do {
        edited = try change(
          RegistryEdit(yaml: yaml, name: name), node,
          UTC.minute(ofMilliseconds: service.nowMilliseconds()))
      } catch let error as RegistryEditError {
        throw Problem(.unprocessableContent, error.description)
      }
      let request = RegistryQueue.Request(
        yaml: edited.yaml, name: name, origin: .request, actor: actor, expected: version)
      switch await service.registries.apply(request) {
      case .applied: return edited.value
      // Somebody changed it meanwhile; their change stays, and ours comes on top.
      case .outdated: continue
      case .refused(let reason): throw Problem(.unprocessableContent, reason)
      case .unavailable: throw RegistryRequest.unavailable
      }
    }
    throw RegistryRequest.unavailable
  }

  private static let outdated = Problem(
    .conflict,
    "the registry was changed since this form was shown, or the form was sent twice; codes are shown "
      + "once: load the page of the phones again")
}
