import ServiceLifecycle

/// A service whose errors say whose they are.
///
/// Its description is the name: the service group puts every service's description into its log,
/// and reflecting a registry of 10 000 devices for that took two seconds of every start.
struct NamedService: Service, CustomStringConvertible {
  let description: String
  private let service: any Service

  init(_ name: String, _ service: some Service) {
    description = name
    self.service = service
  }

  func run() async throws {
    do {
      try await service.run()
    } catch {
      throw ServiceFailure(name: description, error: error)
    }
  }
}

/// A service that ended with an error, and with it the process.
struct ServiceFailure: Error, CustomStringConvertible {
  let name: String
  let error: any Error

  var description: String { "\(name) failed, and the service ends: \(error)" }
}
