import OpenID
import ServiceLifecycle

/// Lets go of the provider's connections at the end; without a provider it only waits for it.
struct ProviderService: Service {
  let provider: OpenIDProvider?

  func run() async throws {
    try? await gracefulShutdown()
    await provider?.shutDown()
  }
}
