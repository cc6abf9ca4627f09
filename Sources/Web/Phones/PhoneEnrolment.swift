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

extension Call {
  /// Adds phones to the team that the path names, in one version of the registry, and makes a code for
  /// each.
  ///
  /// - Parameter expected: the version that they saw; nil = whichever holds.
  /// - Throws: 403 for places that are not theirs, 409 when another version holds, 422 for what cannot be.
  func enrolPhones(_ count: Int, expecting expected: Int64?) async throws -> PhoneEnrolment {
    let node = try self[Parameters.nodeOfPath]
    try scope.covers(node)
    let author = try author
    let phones = try await addPhones(count, at: node, expecting: expected, actor: author.actor)
    let stamp = AuditStamp(actor: author.actor, nowMilliseconds: service.nowMilliseconds())
    let expiry = stamp.nowMilliseconds + WebLimits.phoneCodeMilliseconds
    let codes = phones.map { (device: $0, code: ClaimCode()) }
    try await service.claims.add(codes, expiresAtMilliseconds: expiry, by: stamp)
    return PhoneEnrolment(
      touchpoint: node, expiresAtMilliseconds: expiry,
      phones: codes.map { phone, code in
        PhoneCodesPage.Code(
          phone: phone, code: code.description, address: "\(request.origin)/visit#\(code)")
      })
  }

  private func addPhones(
    _ count: Int, at node: String, expecting expected: Int64?, actor: String
  ) async throws -> [String] {
    guard service.status.current.isStoring else { throw RegistryRequest.unavailable }
    let name = "phones of \(node)"
    for _ in 0..<WebLimits.registryTriesMax {
      let (version, yaml) = try await service.reader.read {
        (try $0.registryRevision(), try $0.registryYAML())
      }
      guard let yaml else { throw QueryError.noRegistry }
      if let expected, expected != version { throw Self.outdated }
      let edited: (yaml: String, phones: [String])
      do {
        var random = SystemRandomNumberGenerator()
        edited = try RegistryEdit(yaml: yaml, name: name).addingPhones(
          count, at: node, from: UTC.minute(ofMilliseconds: service.nowMilliseconds()),
          using: &random)
      } catch let error as RegistryEditError {
        throw Problem(.unprocessableContent, error.description)
      }
      let request = RegistryQueue.Request(
        yaml: edited.yaml, name: name, origin: .request, actor: actor, expected: version)
      switch await service.registries.apply(request) {
      case .applied: return edited.phones
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
