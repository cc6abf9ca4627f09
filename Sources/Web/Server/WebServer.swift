import Foundation
import HTTPTypes
public import Hummingbird
import HummingbirdCore
public import Ingest
public import Logging
public import Publishing
public import Queries
import Registry
public import Store

/// The HTTP side of the service: ``Endpoint/all`` behind one server.
public struct WebServer: Sendable {
  private let service: WebService
  private let certificate: ServedCertificate?
  private let origins: Set<String>
  private let proxies: TrustedProxies

  public init(
    site: CurrentSite, reader: StoreReader, pressReader: StoreReader, access: Access,
    publications: PublicationStore, annotations: AnnotationStore, claims: ClaimStore,
    credentials: CredentialStore, offers: FirmwareOffers,
    logins: (any BrokerLogins)? = nil,
    configurations: ToldConfigurations, queue: SubmissionQueue, registries: RegistryQueue,
    imports: ImportWorker, status: IngestStatus,
    connectionsMax: Int = WebLimits.connectionsMax, certificate: ServedCertificate? = nil,
    origins: Set<String> = [], proxies: TrustedProxies = .none,
    nowMilliseconds: @escaping @Sendable () -> Int64,
    monotonicMilliseconds: @escaping @Sendable () -> Int64
  ) {
    self.certificate = certificate
    self.origins = origins
    self.proxies = proxies
    service = WebService(
      site: site, reader: reader, pressReader: pressReader, access: access,
      publications: publications, annotations: annotations, claims: claims,
      credentials: credentials, offers: offers, logins: logins,
      configurations: configurations, queue: queue, registries: registries,
      imports: imports, status: status,
      connections: ConnectionTable(connectionsMax: connectionsMax, proxies: proxies),
      requestTimes: RequestTimes(monotonicMilliseconds: monotonicMilliseconds),
      publicAnswers: PublicAnswers(publications), startedAtMilliseconds: nowMilliseconds(),
      nowMilliseconds: nowMilliseconds, monotonicMilliseconds: monotonicMilliseconds)
  }

  /// The server on `host` and `port`, to be run as a service.
  public func application(
    host: String, port: Int, logger: Logger,
    onRunning: @escaping @Sendable () async -> Void
  ) -> some ApplicationProtocol {
    Application(
      router: router(),
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [ConnectionWatch(service.connections)],
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: WebLimits.headBytesMax, maxHeaderListSize: WebLimits.headBytesMax)),
        certificate: certificate),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: "pikapalaute",
        backlog: WebLimits.connectionsUnacceptedMax,
        availableConnectionsDelegate: .maximum(
          service.connections.acceptedMax, logger: logger)),
      onServerRunning: { _ in await onRunning() },
      logger: logger)
  }

  /// Ends what is still being answered: closes every connection, lets no request wait.
  public func endAll() {
    service.budget.close()
    service.connections.closeAll()
  }

  func router() -> Router<ClientContext> {
    let router = Router(
      context: ClientContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: TransportMiddleware(isSecure: certificate != nil, proxies: proxies))
    router.add(middleware: RequestTimesMiddleware(times: service.requestTimes))
    router.add(middleware: CrossOriginMiddleware(origins: origins))
    router.add(middleware: ProblemMiddleware(service: service))
    router.add(middleware: AnswerBudgetMiddleware(service.budget))
    for endpoint in Endpoint.all { router.add(endpoint, service) }
    router.refuseOtherMethods()
    return router
  }
}
