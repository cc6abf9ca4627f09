import ArgumentParser
import Foundation
import Store

/// A registry on its way from a command into the database: by the service where one runs.
struct RegistryApplication {
  let options: DatabaseOptions
  /// For messages and the audit log.
  let name: String
  let yaml: String
  /// The version whose place it takes; nil = whichever holds.
  var expected: Int64?
  /// Whether what changed is printed.
  var tells = true

  func run() async throws {
    let file = try await options.existingFile()
    let lock: DatabaseLock
    do {
      lock = try file.lock()
    } catch StoreError.inUse {
      return try await send(replacing: file)
    }
    defer { withExtendedLifetime(lock) {} }
    let store = try Store(file)
    defer { store.close() }
    let applied = try store.apply(
      registryYAML: yaml, name: name, origin: .request, expecting: expected, actor: Actor.name,
      nowMilliseconds: Clocks.wallMilliseconds())
    try store.deliverAudit(to: TokenStore(file))
    report(version: applied.revision, isNew: applied.isNewRevision, applied.changes)
  }

  /// What the service answers.
  private struct Answer: Decodable {
    var version: Int64
    var applied: Bool
    var changes: [String]
  }

  private struct Refusal: Decodable {
    var detail: String
  }

  private func send(replacing file: DatabaseFile) async throws {
    let client = try options.client()
    var held = expected
    if held == nil { held = try await StoreReader(file).read { try $0.registryRevision() } }
    let (status, body) = try await client.put(
      "/api/v1/registry", yaml, type: "application/yaml", ifMatch: "\"\(held ?? 0)\"")
    let decoder = JSONDecoder()
    guard status == 200 else {
      let refusal = try? decoder.decode(Refusal.self, from: body)
      say("the service refuses it (\(status)): \(refusal?.detail ?? "it does not say why")")
      throw ExitCode(status == 422 ? 78 : 1)
    }
    let answer = try decoder.decode(Answer.self, from: body)
    report(version: answer.version, isNew: answer.applied, answer.changes)
  }

  private func report(version: Int64, isNew: Bool, _ changes: [String]) {
    guard tells else { return }
    for line in changes { print(line) }
    print(
      isNew
        ? "version \(version) of the registry holds now"
        : "nothing is new: version \(version) of the registry holds already")
  }
}
