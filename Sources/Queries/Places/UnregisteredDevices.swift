public import Store

/// Devices that knock and that the registry does not list.
public struct UnregisteredQuery: Query {
  private let site: Site

  public init(site: Site) {
    self.site = site
  }

  public var registryRevision: Int64? { site.revision }

  public var cost: QueryCost { QueryCost(bytes: 0, rows: 10_000) }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> UnregisteredDevices {
    // What was registered since it knocked needs nothing any more.
    let registered = Set(site.devices.lazy.filter(\.isRegistered).map(\.name))
    return UnregisteredDevices(try snapshot.unregisteredTopics(), registered: registered)
  }
}

/// Who knocked, as far as the quarantine still tells; who knocked last comes first.
public struct UnregisteredDevices: Sendable {
  public struct Device: Sendable, Equatable {
    /// One that a registry can list.
    public let name: String
    /// Of receipt, UTC since 1970.
    public internal(set) var firstMilliseconds: Int64
    public internal(set) var lastMilliseconds: Int64
    /// In the quarantine, which keeps the newest only.
    public internal(set) var messages: Int
  }

  public let devices: [Device]
  /// Messages under names that no registry can list: nobody's terminal.
  public let otherMessages: Int

  init(_ topics: [UnregisteredTopic], registered: Set<String>) {
    var found: [String: Device] = [:]
    var others = 0
    for topic in topics {
      let parts = topic.topic.split(separator: "/", omittingEmptySubsequences: false)
      // pikapalaute/v1/SITE/DEVICE/… or /ingest/v1/DEVICE/press: the fourth of both.
      guard parts.count >= 4, Self.isName(parts[3]) else {
        others += topic.messages
        continue
      }
      let name = String(parts[3])
      if registered.contains(name) { continue }
      var device =
        found[name]
        ?? Device(
          name: name, firstMilliseconds: topic.firstMilliseconds,
          lastMilliseconds: topic.lastMilliseconds, messages: 0)
      device.firstMilliseconds = min(device.firstMilliseconds, topic.firstMilliseconds)
      device.lastMilliseconds = max(device.lastMilliseconds, topic.lastMilliseconds)
      device.messages += topic.messages
      found[name] = device
    }
    devices = found.values.sorted {
      ($1.lastMilliseconds, $0.name) < ($0.lastMilliseconds, $1.name)
    }
    otherMessages = others
  }

  /// `[a-z0-9][a-z0-9-]{0,30}`.
  private static func isName(_ text: Substring) -> Bool {
    let letters = text.utf8
    return (1...31).contains(letters.count) && letters.first != UInt8(ascii: "-")
      && letters.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
      }
  }
}
