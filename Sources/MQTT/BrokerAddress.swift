import Foundation

/// Where the broker is and who we are to it: `mqtt[s]://[user[:password]@]host[:port]`.
public struct BrokerAddress: Sendable, Equatable {
  public var host: String
  /// 1…65535; 1883, or 8883 with TLS, when the address names none.
  public var port: Int32
  public var usesTLS: Bool
  /// For an address that uses it.
  public var tls = BrokerTLS()
  public var user: String?
  public var password: String?

  /// nil when `text` has not the form.
  public init?(_ text: String) {
    guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
      scheme == "mqtt" || scheme == "mqtts", let host = url.host, !host.isEmpty,
      url.path.isEmpty || url.path == "/", url.query == nil, url.fragment == nil,
      // What follows an '@' that stands in a password as it is, is no host.
      text.count(where: { $0 == "@" }) <= 1
    else { return nil }
    usesTLS = scheme == "mqtts"
    let port = url.port ?? (usesTLS ? 8883 : 1883)
    guard (1...65_535).contains(port) else { return nil }
    self.port = Int32(port)
    self.host = host.trimmingCharacters(in: ["[", "]"])
    user = url.user
    password = url.password
    if password != nil && user == nil { return nil }
  }
}
