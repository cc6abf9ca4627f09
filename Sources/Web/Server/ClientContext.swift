import Hummingbird

/// A request's context, with the address that it came from.
struct ClientContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let address: ClientAddress

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    address = ClientAddress(source.channel.remoteAddress)
  }
}
