import Store

/// Opens the store: at the start, and after each failure.
struct StoreOpening: Sendable {
  let file: DatabaseFile

  struct Opened: Sendable {
    let store: Store
    let applied: AppliedSite
  }

  /// - Parameter registry: applied at once; nil takes the one that the database holds.
  func open(applying registry: RegistryQueue.Request?) throws -> Opened {
    let store = try Store(file)
    let applied = try store.apply(
      registryYAML: registry?.yaml, name: registry?.name ?? "", origin: registry?.origin ?? .file,
      actor: registry?.actor ?? Actor.name, nowMilliseconds: Clocks.wallMilliseconds())
    return Opened(store: store, applied: applied)
  }
}
