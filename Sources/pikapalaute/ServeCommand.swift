import ArgumentParser
import CGlibc
import CivilTime
import Foundation
import Ingest
import Logging
import MQTT
import OpenID
import Publishing
import Registry
import ServiceLifecycle
import Queries
import Store
import UnixSignals
import Web

/// `pikapalaute serve`: the composition root.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Collect presses and serve results until stopped.",
    discussion: """
      Stops on SIGTERM and SIGINT after committing what it has read, with exit code 0: HTTP \
      first, whose requests have \(Stopping.graceSeconds) s to end, then MQTT. A second signal ends \
      the requests at once. Exit code 75: the disk did not let it commit \
      within \(Stopping.committingSeconds) s of that; nothing that was acknowledged is missing.

      On SIGHUP it reads the registry file again and applies it, while it goes on; a wrong file \
      changes nothing and is told in the log.

      The admin token is read from the environment or the file only: on the command line other \
      users would see it. Ends with 78 for a wrong setting, an address where nothing can listen \
      among them, and with 1 for everything else that stops it.
      """)

  @Option(help: "SQLite file, made when missing. Default: var/pikapalaute.sqlite.")
  var database: String?
  @Option(help: "Broker, mqtt[s]://[user[:password]@]host[:port]. Default: mqtt://127.0.0.1:1883.")
  var mqttUrl: String?
  @Option(help: "Name of the session at the broker. Default: pikapalaute.")
  var mqttClientId: String?
  @Option(help: "Where HTTP is served, host:port. Default: 127.0.0.1:8080.")
  var httpAddress: String?
  @Option(help: "Registry file, applied now. Default: what the database holds.")
  var registry: String?
  @Option(help: "YAML file with settings; keys database, mqtt_url, mqtt_client_id, …")
  var config: String?

  func run() async throws {
    try await reportingFailure {
      let arguments: [SettingKey: String?] = [
        .database: database, .mqttURL: mqttUrl, .mqttClientID: mqttClientId,
        .httpAddress: httpAddress, .registry: registry,
      ]
      let settings = try Settings(
        arguments: arguments.compactMapValues { $0 }, file: config)
      try await serve(settings)
    }
  }

  private func serve(_ settings: Settings) async throws {
    // Larger chunks go back to the kernel when they are freed, rather than hold the heap open.
    mallopt(M_MMAP_THRESHOLD, 65_536)
    LoggingSystem.bootstrap { label in
      OneLineLogHandler(label: label, level: settings.logLevel)
    }
    let logger = Logger(label: "pikapalaute")
    let file = DatabaseFile(path: settings.database)
    let lock = try file.lock()
    defer { withExtendedLifetime(lock) {} }
    let site = CurrentSite()
    let opening = StoreOpening(file: file)
    let registry = try settings.registry.map { path in
      RegistryQueue.Request(
        yaml: try readText(path, setting: .registry), name: path, origin: .start,
        actor: Actor.name)
    }
    // Before anything of this process opens the database.
    let hasPageChecksums = file.hasPageChecksums
    let first = try opening.open(applying: registry)
    for change in first.applied.changes { logger.notice("registry: \(change)") }
    if !hasPageChecksums {
      logger.warning(
        """
        \(file.path) was made before pages had checksums: not all damage is noticed; a copy made \
        by 'pikapalaute backup' and brought back by 'pikapalaute restore' has them
        """)
    }
    if let warning = warningOfFilesOpenToOthers(database: file.path) {
      logger.warning("\(warning)")
    }
    for warning in warningsOfOpenWays(settings) { logger.warning("\(warning)") }
    if let mqttUrl, BrokerAddress(mqttUrl)?.password != nil {
      logger.warning(
        """
        the password in --mqtt-url is seen by other users of this machine; give it by \
        PIKAPALAUTE_MQTT_PASSWORD or PIKAPALAUTE_MQTT_PASSWORD_FILE
        """)
    }
    let tokens = try TokenStore(file)
    try first.store.deliverAudit(to: tokens)
    site.set(first.applied)
    let descriptors = Descriptors.raiseLimit()
    let reader = try StoreReader(file)
    let queue = try SubmissionQueue()
    let status = IngestStatus()
    let registries = RegistryQueue(queue)
    let slices = SliceQueue(queue)
    let told = ToldConfigurations()
    let (offers, firmware) = (FirmwareOffers(tokens), ToldFirmware())
    try await FirmwareService.begin(offers, firmware)
    let audit = AuditDelivery(tokens: tokens, logger: logger)
    let ingest = IngestService(
      settings: settings, queue: queue, status: status, logger: logger, opening: opening,
      first: first, audit: audit, site: site, registries: registries, slices: slices,
      told: told, firmware: firmware)
    let imports = ImportWorker(
      file, slices: slices,
      ImportWorker.Surroundings(
        site: { site.applied }, made: site.add, audited: audit.begin,
        told: { logger.notice("\($0)") }, nowMilliseconds: Clocks.wallMilliseconds))
    let publications = try PublicationStore(file)
    let publishing = PublishService(
      status: status, site: site,
      publisher: Publisher(
        reader: reader, publications: publications, actor: "service"),
      publications: publications,
      tokens: tokens, logger: logger)
    let logins = settings.enrolmentBroker.map(DynamicSecurity.init)
    let provider = settings.openID.map {
      OpenIDProvider($0.provider, nowMilliseconds: Clocks.wallMilliseconds)
    }
    let web = WebServer(
      site: site, reader: reader,
      pressReader: try StoreReader(file, readersMax: WebLimits.pressReadsMax),
      access: Access(
        adminToken: settings.adminToken, metricsToken: settings.metricsToken, tokens: tokens,
        site: site, provider: settings.providerSignIn(provider), logger: logger,
        nowMilliseconds: Clocks.wallMilliseconds),
      publications: publications, annotations: AnnotationStore(tokens),
      claims: ClaimStore(tokens), credentials: CredentialStore(tokens), offers: offers,
      logins: logins,
      configurations: told, queue: queue, registries: registries,
      imports: imports, status: status,
      connectionsMax: try Descriptors.connectionsMax(descriptors),
      certificate: settings.certificate, origins: settings.origins,
      proxies: settings.proxies,
      nowMilliseconds: Clocks.wallMilliseconds,
      monotonicMilliseconds: Clocks.monotonicMilliseconds)
    let systemd = Systemd(logger: logger)
    let application = web.application(host: settings.host, port: settings.port, logger: logger) {
      let scheme = settings.certificate == nil ? "http" : "https"
      logger.notice(
        "serving \(scheme)://\(settings.shownHost):\(settings.port) from \(settings.database)")
      systemd.tell(.ready)
    }
    // Services stop in the reverse order: HTTP first, then what it hands its presses to, and last who
    // looks after that.
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          NamedService("watch", WatchService(status: status, systemd: systemd, logger: logger)),
          NamedService("ingest", ingest),
          NamedService("imports", ImportService(worker: imports)),
          NamedService("publishing", publishing),
          NamedService(
            "firmware",
            FirmwareService(
              offers: offers, told: firmware, site: site, reader: reader, queue: queue,
              logger: logger)),
          NamedService("provider", ProviderService(provider: provider)),
          NamedService(
            "logins",
            LoginService(credentials: CredentialStore(tokens), logins: logins, logger: logger)),
          NamedService(
            "certificate", CertificateService(certificate: settings.certificate, logger: logger)),
          NamedService("HTTP", application),
        ],
        logger: logger))
    let stopping = await Stopping(group: group, web: web, systemd: systemd, logger: logger)
    let reloading = await Reloading(path: settings.registry, registries: registries, logger: logger)
    let signals = [Task { await stopping.run() }, Task { await reloading.run() }]
    defer { for task in signals { task.cancel() } }
    do {
      try await group.run()
    } catch let failure as ServiceFailure {
      guard let refused = ListenFailure(failure.error) else { throw failure }
      throw SettingError(
        .httpAddress, "\(settings.shownHost):\(settings.port)",
        "host:port of this machine that is free (\(refused.reason))")
    }
    logger.notice("stopped; everything that was read is committed")
  }
}
