import ArgumentParser
import CivilTime
import Registry
import Store

extension RegistryApplication {
  /// Tells what it would change, the counts of every touchpoint among it; writes nothing.
  ///
  /// - Parameter command: what does it.
  func preview(doing command: String) async throws {
    let database = try await options.existingFile()
    let registry: Registry
    do throws(RegistryError) {
      registry = try Registry(yaml: yaml, name: name)
    } catch {
      say(error.description)
      throw ExitCode(78)
    }
    let reader = try StoreReader(database)
    let before = try await reader.read { try $0.appliedSite().registry }
    let bar = PercentLine("counting again")
    let rows = try RulePreview.run(database, .registry(registry), progress: bar.show)
    bar.end()
    let lines = RegistryDifference(from: before, to: registry).lines(
      ZoneOffsets(registry.timeZone))
    for line in lines { print(line) }
    if lines.isEmpty { print("no device, place or rule would change") }
    if rows.isEmpty {
      print("no count would change")
    } else {
      for line in PreviewTable(rows: rows).lines { print(line) }
    }
    print("nothing was changed; to do it: \(command)")
  }
}
