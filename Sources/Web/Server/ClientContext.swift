import Hummingbird

/// A request's context, with the address that it came from.
struct ClientContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who is connected: the client, or a proxy.
  let connected: IPAddress?
  /// The client's, where the proxies before us are trusted.
  var address: ClientAddress

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    connected = IPAddress(source.channel.remoteAddress)
    address = ClientAddress(connected)
  }
}
