import ArgumentParser
import CivilTime
import Foundation
import Registry
import Store

/// Codes for phones, as they are asked for and printed.
struct PhoneCodes {
  private let milliseconds: Int64
  private let address: String?

  /// - Parameter address: where phones reach the service; nil = not said.
  /// - Throws: `OptionError` for another time than `expiresIn` may be.
  init(expiresIn: String, address: String?) throws {
    milliseconds = try ClaimCommand.milliseconds(expiresIn)
    self.address = try address.map(ClaimCommand.origin)
  }

  /// Makes a code for each phone and prints it.
  func print(_ phones: [String], _ file: DatabaseFile) async throws {
    let codes = phones.map { (device: $0, code: ClaimCode()) }
    let stamp = Actor.stamp()
    try await ClaimStore(TokenStore(file)).add(
      codes, expiresAtMilliseconds: stamp.nowMilliseconds + milliseconds, by: stamp)
    for (phone, code) in codes {
      Swift.print("\(phone)\t\(code)")
      if address != nil || isatty(STDOUT_FILENO) != 0 {
        Swift.print("  \(address ?? "https://…")/visit#\(code)")
      }
    }
  }
}

extension AsyncParsableCommand {
  /// The touchpoint of visits where a phone stands now.
  func team(of phone: String, _ file: DatabaseFile) async throws -> String {
    let minute = UTC.minute(ofMilliseconds: Clocks.wallMilliseconds())
    let team = try await storedRegistry(file)?.allNodes.first { node in
      node.touchpoint?.channel == .visit
        && node.touchpoint?.assignments.contains {
          $0.device == phone && $0.isStanding(after: minute)
        } == true
    }
    guard let team else {
      throw OptionError("'\(phone)' is no phone of a team now; see: pikapalaute phone list TEAM")
    }
    return team.id
  }

  /// Applies an edit of phones to the registry that holds.
  func changePhones<Value>(
    _ file: DatabaseFile, _ options: DatabaseOptions, _ name: String,
    _ change: (RegistryEdit, UTCMinute) throws(RegistryEditError) -> (yaml: String, Value)
  ) async throws -> Value {
    let (version, yaml) = try await StoreReader(file).read {
      (try $0.registryRevision(), try $0.registryYAML())
    }
    guard let yaml else {
      throw OptionError("no registry was ever applied; run: pikapalaute apply FILE")
    }
    let edit = try RegistryEdit(yaml: yaml, name: name)
    let edited: (yaml: String, value: Value)
    do throws(RegistryEditError) {
      edited = try change(edit, UTC.minute(ofMilliseconds: Clocks.wallMilliseconds()))
    } catch {
      throw OptionError(error.description)
    }
    try await RegistryApplication(
      options: options, name: name, yaml: edited.yaml, expected: version, tells: false
    ).run()
    return edited.value
  }
}
